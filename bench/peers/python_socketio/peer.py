"""python-socketio, deployed as its documentation tells: an ASGI application under uvicorn, and AsyncRedisManager where
there are several processes. uvloop and httptools as uvicorn advises for speed; WebSocket only; permessage-deflate off.

    peer.py fanout PORT N FRAMES INTERVAL_MS
    peer.py room PORT REDIS_URL
"""

import asyncio
import sys

import socketio
import uvicorn

FRAME_BYTES = 200
PATIENCE_S = 300
"""How long an answer to a ping may take: who falls behind is to be slow in the tables, not cut off from its clients."""


def make_server(manager: socketio.AsyncManager | None = None) -> socketio.AsyncServer:
    # Without async_handlers a socket's events are handled one after another: in order, and with a task less for each.
    return socketio.AsyncServer(
        async_mode="asgi",
        client_manager=manager,
        transports=["websocket"],
        async_handlers=False,
        ping_timeout=PATIENCE_S,
    )


def run(server: socketio.AsyncServer, port: int) -> None:
    """Serve on 127.0.0.1:port until SIGTERM."""
    uvicorn.run(
        socketio.ASGIApp(server),
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        ws_per_message_deflate=False,
        ws_ping_timeout=PATIENCE_S,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


def fanout(port: int, readers: int, frames: int, interval_ms: int) -> None:
    """One event to everybody. Its frames are text: 200 bytes with its own envelope."""
    server = make_server()
    sids: set[str] = set()

    async def connect(sid: str, _environ: dict[str, object]) -> None:
        sids.add(sid)
        if len(sids) == readers:
            server.start_background_task(broadcast)

    async def broadcast() -> None:
        await asyncio.sleep(1)
        for number in range(1, frames + 1):
            bare = len(f'42["frame",{{"q":{number},"pad":""}}]')
            await server.emit("frame", {"q": number, "pad": "x" * (FRAME_BYTES - bare)})
            await asyncio.sleep(interval_ms / 1_000)

    server.on("connect", connect)
    run(server, port)


def room(port: int, redis_url: str) -> None:
    """Each update goes at once to everybody in the room, in both processes."""
    server = make_server(socketio.AsyncRedisManager(redis_url))

    async def connect(sid: str, _environ: dict[str, object]) -> None:
        await server.enter_room(sid, "room")

    async def count(_sid: str, row: dict[str, int]) -> None:
        await server.emit("count", row, room="room")

    server.on("connect", connect)
    server.on("count", count)
    run(server, port)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fanout", *numbers]:
            fanout(*map(int, numbers))
        case ["room", port, redis_url]:
            room(int(port), redis_url)
        case _:
            sys.exit(__doc__)
