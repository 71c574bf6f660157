"""Django Channels with a Redis channel layer, deployed as its documentation tells: an ASGI server (uvicorn, with uvloop
and httptools as it advises for speed; permessage-deflate off) and a group of all who are to be told.

    peer.py fanout LAYER REDIS_URL PORT N FRAMES INTERVAL_MS
    peer.py room LAYER REDIS_URL PORT

LAYER is the class that CHANNEL_LAYERS names.
"""

import asyncio
import sys

import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

GROUP = "room"
FRAME_BYTES = 200
CAPACITY = 1_000_000
"""Messages that may wait for a socket, in the layer that has a limit: by default 100, and it drops what is over it."""
PATIENCE_S = 300
"""How long an answer to a ping may take: who falls behind is to be slow in the tables, not cut off from its clients."""


class Member(AsyncWebsocketConsumer):  # type: ignore[misc]  # installed in this peer's own environment only
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def frame(self, event: dict[str, bytes]) -> None:
        await self.send(bytes_data=event["frame"])

    async def row(self, event: dict[str, str]) -> None:
        await self.send(text_data=event["row"])


def run(consumer: type[Member], port: int) -> None:
    """Serve on 127.0.0.1:port until SIGTERM."""
    uvicorn.run(
        ProtocolTypeRouter({"websocket": consumer.as_asgi()}),
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        ws_per_message_deflate=False,
        ws_ping_timeout=PATIENCE_S,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


def fanout(port: int, readers: int, frames: int, interval_ms: int) -> None:
    """One message to the group; each consumer sends it on."""
    members = 0
    broadcasting: set[asyncio.Task[None]] = set()

    async def broadcast() -> None:
        await asyncio.sleep(1)
        for number in range(1, frames + 1):
            frame = number.to_bytes(8, "big").ljust(FRAME_BYTES, b"\0")
            await get_channel_layer().group_send(GROUP, {"type": "frame", "frame": frame})
            await asyncio.sleep(interval_ms / 1_000)

    class Reader(Member):
        async def connect(self) -> None:
            nonlocal members
            await super().connect()
            members += 1
            if members == readers:
                broadcasting.add(asyncio.create_task(broadcast()))

    run(Reader, port)


class Writer(Member):
    """Each update goes at once, as it came, to everybody in the room, in both processes."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.channel_layer.group_send(GROUP, {"type": "row", "row": text_data})


def main(bench: str, layer: str, redis_url: str, *numbers: str) -> None:
    config: dict[str, object] = {"hosts": [redis_url], "capacity": CAPACITY}
    settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": layer, "CONFIG": config}})
    if bench == "fanout":
        fanout(*map(int, numbers))
    else:
        run(Writer, int(numbers[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
