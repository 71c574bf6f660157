"""How the screenshots are taken: in which looks, and where whoever looks stands."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.support.browser import DESKTOP, PHONE, Person
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter


@dataclass(frozen=True)
class Look:
    """One way to look at everything."""

    name: str
    size: tuple[int, int]
    colours: Literal["light", "dark"] = "light"


LOOKS = (Look("desktop", DESKTOP), Look("phone", PHONE), Look("dark", DESKTOP, "dark"))


@dataclass
class Stage:
    """Where it is taken. Whoever looks is Ada; the others are in her room without a browser."""

    server: ServerProcess
    folder: Path
    look: Look
    ada: Person
    others: list[SocketWriter]

    async def shoot(self, scene: str) -> None:
        await self.ada.page.mouse.move(0, 0)
        path = self.folder / f"{scene}-{self.look.name}.png"
        await self.ada.page.screenshot(path=path, animations="disabled", scale="css")
        print(path, flush=True)

    async def go_forward(self, seconds: int) -> None:
        """Everybody comes back to a server whose clock is ahead."""
        shift = int(str(self.server.settings["clock_shift_s"])) + seconds
        await asyncio.to_thread(self.server.restart, clock_shift_s=shift)
        await asyncio.gather(*(each.rejoin() for each in self.others))
        await self.ada.online()

    async def left_s(self) -> int:
        return int(await self.ada.at("timer").get_attribute("data-left") or 0)

    @contextlib.asynccontextmanager
    async def sheet(self) -> AsyncIterator[None]:
        """On a phone the board and the host's buttons are in a sheet to pull up."""
        handle = self.ada.at("sheet-toggle")
        pulled = await handle.is_visible()
        if pulled:
            await handle.click()
        yield
        if pulled and await handle.is_visible():
            await handle.click()
