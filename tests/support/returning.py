"""A writer who comes back by itself when the line is lost, as the client's connection.ts does."""

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from protocol.codes import reconnects
from protocol.messages import GoAway
from tests.support.writer import SocketWriter

FIRST_S, LONGEST_S = 0.25, 10.0
STABLE_S = 5.0
ANSWER_S = 10.0


@dataclass(frozen=True)
class Absence:
    """What closed the line, and how long it took until all was told anew: since then, and since the first try."""

    code: int
    seconds: float
    tried_s: float


class ReturningWriter(SocketWriter):
    """Comes back through the next of `urls`, as a balancer would send it. Its pauses come from `chance`."""

    answer_s = ANSWER_S

    def __init__(self, urls: Sequence[str], name: str, chance: random.Random) -> None:
        super().__init__(urls[0], name)
        self.absences: list[Absence] = []
        self.refusals: list[int] = []
        """Codes with which it was closed instead of let in again."""
        self._in_vain: list[str] = []
        """Dials that nothing came of, as where and why."""
        self._urls = itertools.cycle([*urls[1:], urls[0]])
        self._chance = chance
        self._tries = 0
        self._heard = 0
        """How many messages had come when this line was dialled."""
        self._staying: asyncio.Task[None] | None = None

    async def __aexit__(self, *_: object) -> None:
        if self._staying is not None:
            self._staying.cancel()
            await asyncio.gather(self._staying, return_exceptions=True)
            self._staying = None
        await super().__aexit__()

    def stay(self) -> None:
        """From now on, come back whenever the line is lost."""
        self._staying = asyncio.create_task(self._stay())

    @property
    def plight(self) -> str:
        """How it stands with coming back, for whoever waited in vain."""
        tried = f"{self._tries} tries, {self.refusals}, {self._in_vain[-5:]}"
        return f"{self.name} at {self.base_url}: closed with {self.close_code}, {tried}"

    @property
    def is_here(self) -> bool:
        """Connected, and everything was told. Raises what keeps it from coming back."""
        if self._staying is not None and self._staying.done():
            self._staying.result()
        return self.close_code is None and self.told_all

    async def _stay(self) -> None:
        while True:
            since = time.monotonic()
            assert self._reader is not None
            await asyncio.shield(self._reader)
            code = self.close_code
            assert code is not None
            assert reconnects(code), f"{self.name} was closed for good, with {code}"
            lost = time.monotonic()
            self._tries = 0 if lost - since >= STABLE_S else self._tries
            await asyncio.sleep(self._pause())
            tried = time.monotonic()
            is_back = await self._is_back()
            while not is_back:
                await asyncio.sleep(self._pause())
                is_back = await self._is_back()
            back = time.monotonic()
            self.absences.append(Absence(code, back - lost, back - tried))

    async def _is_back(self) -> bool:
        self._heard = len(self.messages)
        try:
            await self.rejoin(next(self._urls))
        except ConnectionClosed as error:
            self.refusals.append(error.rcvd.code if error.rcvd else 1006)
            return False
        except (OSError, InvalidHandshake, EOFError) as error:
            self._in_vain.append(f"{self.base_url} {error!r}")
            return False
        except AssertionError:  # not told who one is in time: the line is as good as dead
            self._in_vain.append(f"{self.base_url} not told all in {ANSWER_S:g} s")
            await self.cut()
            return False
        return True

    def _pause(self) -> float:
        """In s: what GOAWAY asked for, else full jitter below a limit that doubles."""
        leaving = next((each for each in self.messages[self._heard :] if isinstance(each, GoAway)), None)
        if leaving is not None:
            self._heard = len(self.messages)  # it holds for the first try
            return (leaving.retry_ms + self._chance.random() * leaving.spread_ms) / 1_000
        most = min(LONGEST_S, FIRST_S * (1 << self._tries))
        self._tries += 1
        return self._chance.random() * most
