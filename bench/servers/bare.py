"""The least that a connection costs in Python: a transport that answered a handshake, and nothing on it.

bare.py PORT N FRAMES INTERVAL_MS: only PORT is used
"""

import asyncio
import hashlib
import signal
from base64 import b64encode
from typing import cast

import uvloop

from bench.servers.broadcast import task

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


class Bare(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass

    def data_received(self, data: bytes) -> None:
        _, found, rest = data.partition(b"Sec-WebSocket-Key: ")
        if found:  # what comes later is pongs
            accept = b64encode(hashlib.sha1(rest.split(b"\r\n")[0] + GUID).digest())
            head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            self.transport.write(head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")


async def main() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await loop.create_server(Bare, "127.0.0.1", task().port, backlog=2_048)
    async with server:
        await ended.wait()


if __name__ == "__main__":
    uvloop.run(main())
