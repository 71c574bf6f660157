"""Wordtide's own way to many sockets: one ready-made frame, swept over the transports (server/live/fanout.py)."""

import asyncio
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from bench.servers.broadcast import broadcast, task
from server.live.fanout import Fanout, Reader
from server.live.life import Life
from server.live.wire import Wire, frame_of
from server.live.wire_asgi import wire_of
from server.serve import listen, loop_factory, uvicorn_config

HEADERS_MS = PING_MS = 10_000
SILENT_MS = 60_000


@dataclass(eq=False, slots=True)
class Listener:
    """Listens, and has nothing to say."""

    wire: Wire
    since: int = 0

    def write(self, frame: bytes) -> bool:
        return self.wire.write(frame)

    def heard(self, data: bytes | None) -> None:
        pass

    def gone(self) -> None:
        pass


def skipped(reader: Reader) -> None:
    raise RuntimeError("a reader of this bench is never too slow")


async def main() -> None:
    said = task()
    fanout = Fanout(asyncio.get_running_loop(), skipped)
    life = Life(PING_MS, SILENT_MS)

    async def serve(websocket: WebSocket) -> None:
        await websocket.accept()
        listener = Listener(wire_of(websocket))
        fanout.add(listener)
        await listener.wire.attend(listener, life)

    async def send(message: bytes) -> None:
        fanout.send(frame_of(message))

    broadcasting = asyncio.create_task(broadcast(said, fanout, send))
    app = Starlette(routes=[WebSocketRoute("/", serve)])
    server = uvicorn.Server(uvicorn_config(app, HEADERS_MS))
    await server.serve(sockets=[listen("127.0.0.1", said.port, shared=False)])
    await broadcasting


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main())
