"""A TCP proxy before a server, that loses what the server says to connections that subscribe: nobody gets an error."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

CHUNK = 65_536


class LossyProxy:
    """`async with LossyProxy(port) as proxy`: connect to `proxy.port`.

    `loses` is asked about every chunk on its way to a subscriber; a chunk of a quiet server is one message or several.
    """

    def __init__(self, upstream_port: int) -> None:
        self.loses: Callable[[bytes], bool] = lambda chunk: False
        self.lost = 0
        self.port = 0
        self._upstream_port = upstream_port
        self._server: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "LossyProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for each in list(self._writers):
            each.close()
        await asyncio.gather(*self._pipes, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pipes.add(task)
        self._writers.add(answers)
        try:
            with contextlib.suppress(OSError):
                server, asks = await asyncio.open_connection("127.0.0.1", self._upstream_port)
                self._writers.add(asks)
                subscribes = asyncio.Event()
                await asyncio.gather(self._ask(client, asks, subscribes), self._answer(server, answers, subscribes))
        finally:
            self._writers.discard(answers)
            answers.close()
            self._pipes.discard(task)

    async def _ask(self, client: asyncio.StreamReader, asks: asyncio.StreamWriter, subscribes: asyncio.Event) -> None:
        async with self._closing(asks):
            while chunk := await client.read(CHUNK):
                if b"SUBSCRIBE" in chunk:
                    subscribes.set()
                asks.write(chunk)

    async def _answer(
        self, server: asyncio.StreamReader, answers: asyncio.StreamWriter, subscribes: asyncio.Event
    ) -> None:
        async with self._closing(answers):
            while chunk := await server.read(CHUNK):
                if subscribes.is_set() and self.loses(chunk):
                    self.lost += 1
                else:
                    answers.write(chunk)

    @contextlib.asynccontextmanager
    async def _closing(self, writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        """One side's end is told to the other by closing it."""
        try:
            with contextlib.suppress(OSError):
                yield
        finally:
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
