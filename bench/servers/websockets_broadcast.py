"""The `websockets` package's own server, and its `broadcast`, as its documentation advises."""

import asyncio
import signal

import uvloop
from websockets.asyncio.server import ServerConnection, serve
from websockets.asyncio.server import broadcast as to_all

from bench.servers.broadcast import broadcast, task


async def main() -> None:
    said = task()
    readers: set[ServerConnection] = set()

    async def handle(reader: ServerConnection) -> None:
        readers.add(reader)
        await reader.wait_closed()

    async def send(message: bytes) -> None:
        to_all(readers, message)

    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with serve(handle, "127.0.0.1", said.port, compression=None):
        await broadcast(said, readers, send)
        await ended.wait()


if __name__ == "__main__":
    uvloop.run(main())
