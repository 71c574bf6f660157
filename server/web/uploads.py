"""Files on their way in. How much of them a process holds in memory, and how long one may take, is bounded here."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from protocol.codes import ErrorCode
from server.porting.reading import MOST_BYTES
from server.web.call import Incoming
from server.web.problems import ProblemError

MOST_HELD = 3 * MOST_BYTES
"""Bytes of all uploads at once."""
MOST_WORKED_ON = 2
"""Files that something is made of at once; the others wait for their turn."""
SWITCH_S = 0.001
"""So long the event loop waits for the interpreter while a thread works on a file; else 5 ms, at each of its steps."""
STALL_S = 10
"""So long nothing may come."""
WHOLE_S = 180
TURN_S = 60


class Uploads:
    """One a writer at a time."""

    def __init__(self) -> None:
        self._writers: set[int] = set()
        self._held = 0
        self._turns, self._switch_s = 0, sys.getswitchinterval()
        self._worked_on = asyncio.Semaphore(MOST_WORKED_ON)

    @asynccontextmanager
    async def of(self, writer: int) -> "AsyncIterator[Upload]":
        """The writer's place, until whatever is made of the file is done. Raises ProblemError where it is taken."""
        if writer in self._writers:
            raise ProblemError(ErrorCode.CONFLICT, "file", "waits for another one of yours, which is still being read")
        self._writers.add(writer)
        upload = Upload(self)
        try:
            yield upload
        finally:
            self._writers.discard(writer)
            self._held -= upload.held

    def hold(self, n: int) -> None:
        if self._held + n > MOST_HELD:
            raise _busy()
        self._held += n

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Until it ends, this is one of the few files that are worked on."""
        try:
            async with asyncio.timeout(TURN_S):
                await self._worked_on.acquire()
        except TimeoutError:
            raise _busy() from None
        self._turns += 1
        if self._turns == 1:
            self._switch_s = sys.getswitchinterval()
            sys.setswitchinterval(SWITCH_S)
        try:
            yield
        finally:
            self._worked_on.release()
            self._turns -= 1
            if not self._turns:
                sys.setswitchinterval(self._switch_s)


class Upload:
    """One file. `held`: the bytes of it that are in memory."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads
        self.held = 0

    async def read(self, file: Incoming) -> bytes:
        """All of it. Raises ProblemError for what is too large (before it is read, if it says so), or too slow."""
        if file.length is not None and file.length > MOST_BYTES:
            raise _too_large()
        body = bytearray()
        parts = aiter(file.parts)
        try:
            async with asyncio.timeout(WHOLE_S):
                while (part := await self._next(parts)) is not None:
                    if len(body) + len(part) > MOST_BYTES:
                        raise _too_large()
                    self._uploads.hold(len(part))
                    self.held += len(part)
                    body += part
        except TimeoutError:
            rule = f"arrives within {WHOLE_S} seconds, and without a pause of more than {STALL_S}"
            raise ProblemError(ErrorCode.BAD_REQUEST, "file", rule, status=408) from None
        return bytes(body)

    async def _next(self, parts: AsyncIterator[bytes]) -> bytes | None:
        async with asyncio.timeout(STALL_S):
            return await anext(parts, None)


def _busy() -> ProblemError:
    detail = "Too many files are on their way in. Nothing of yours was taken; try again in a minute."
    return ProblemError(ErrorCode.INTERNAL, status=503, detail=detail, retry_s=60)


def _too_large() -> ProblemError:
    rule = f"has at most {MOST_BYTES // 2**20} MB: import it in parts"
    return ProblemError(ErrorCode.BAD_REQUEST, "file", rule, status=413)
