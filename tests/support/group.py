"""Writers in a new room of a running server, ready to sprint."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from protocol.messages import Phase
from tests.support.writer import SocketWriter


def group(url: str, *names: str, visibility: str = "unlisted") -> AbstractAsyncContextManager[list[SocketWriter]]:
    """See `gathered`."""
    return gathered([SocketWriter(url, name) for name in names], visibility)


@asynccontextmanager
async def gathered(writers: list[SocketWriter], visibility: str = "unlisted") -> AsyncIterator[list[SocketWriter]]:
    """They have joined in this order, the first as host, and everybody sees everybody."""
    async with AsyncExitStack() as stack:
        for each in writers:
            await stack.enter_async_context(each)
        await asyncio.gather(*(each.sign_in() for each in writers))
        room = await writers[0].make_room(visibility=visibility)
        for each in writers:
            await each.join(room)
        for each in writers:
            await see(each, *(writer.name for writer in writers))
        yield writers


async def see(writer: SocketWriter, *names: str) -> None:
    """Wait until these are the people on the writer's board, in any order."""
    await writer.wait_until(lambda: sorted(writer.names.values()) == sorted(names))


def another_device(writer: SocketWriter) -> SocketWriter:
    """The same person in another browser or tab: signed in with the same session."""
    device = SocketWriter(writer.base_url, writer.name, writer.zone)
    device.http.cookies = writer.http.cookies
    device.me, device.room = writer.me, writer.room
    return device


async def together(writers: list[SocketWriter], standing: dict[str, int]) -> None:
    """Wait until all of them see these words by these names."""
    await asyncio.gather(*(each.wait_for_standing(standing) for each in writers))


async def all_in_phase(writers: list[SocketWriter], phase: Phase) -> None:
    await asyncio.gather(*(each.wait_for_phase(phase) for each in writers))


async def finish(host: SocketWriter) -> None:
    """The host rings the bell, and then waits for no reports."""
    await host.end()
    await host.wait_for_phase(Phase.REPORTING)
    await host.end()
    await host.wait_for_phase(Phase.RESULTS)
