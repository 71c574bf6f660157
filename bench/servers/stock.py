"""Stock Starlette under stock uvicorn: `send_bytes` to each, awaited one by one, or all at once with `gather`.

stock.py PORT N FRAMES INTERVAL_MS one|gather
"""

import asyncio
import sys

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from bench.servers.broadcast import broadcast, task


async def main() -> None:
    said = task()
    readers: list[WebSocket] = []

    async def serve(websocket: WebSocket) -> None:
        await websocket.accept()
        readers.append(websocket)
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass

    async def one_by_one(message: bytes) -> None:
        for reader in readers:
            await reader.send_bytes(message)

    async def all_at_once(message: bytes) -> None:
        await asyncio.gather(*(reader.send_bytes(message) for reader in readers))

    send = {"one": one_by_one, "gather": all_at_once}[sys.argv[5]]
    broadcasting = asyncio.create_task(broadcast(said, readers, send))
    # Compression is on by default, for which each frame would be packed anew: nobody would broadcast like that.
    config = uvicorn.Config(
        Starlette(routes=[WebSocketRoute("/", serve)]),
        port=said.port,
        log_level="warning",
        ws_per_message_deflate=False,
    )
    await uvicorn.Server(config).serve()
    await broadcasting


if __name__ == "__main__":
    uvloop.run(main())
