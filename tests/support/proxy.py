"""A TCP proxy before a server, that loses what the server says to connections that subscribe: nobody gets an error."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

CHUNK = 65_536


@dataclass(eq=False)
class Pipe:
    """One connection through the proxy."""

    answers: asyncio.StreamWriter
    subscribes: bool = False
    is_silent: bool = False


class LossyProxy:
    """`async with LossyProxy(port) as proxy`: connect to `proxy.port`.

    `loses` is asked about every chunk on its way to a subscriber; a chunk of a quiet server is one message or several.
    """

    def __init__(self, upstream_port: int) -> None:
        self.loses: Callable[[bytes], bool] = lambda chunk: False
        self.lost = 0
        self.port = 0
        self._upstream_port = upstream_port
        self._is_silent = False
        self._server: asyncio.Server | None = None
        self._pipes: dict[Pipe, asyncio.Task[None]] = {}
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
        await asyncio.gather(*self._pipes.values(), return_exceptions=True)
        await self._server.wait_closed()

    def silence(self, new: bool = False) -> None:
        """Nothing passes any more on the connections there are, either way. `new`: nor on those that come."""
        self._is_silent = new
        for each in self._pipes:
            each.is_silent = True

    def mend(self) -> None:
        """Lose nothing more, and let go of the connections that are silent: whoever had them connects anew."""
        self.loses, self.lost = lambda chunk: False, 0
        self._is_silent = False
        for each in self._pipes:
            if each.is_silent:
                each.answers.close()

    async def _serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        pipe = Pipe(answers, is_silent=self._is_silent)
        self._pipes[pipe] = task
        self._writers.add(answers)
        try:
            with contextlib.suppress(OSError):
                server, asks = await asyncio.open_connection("127.0.0.1", self._upstream_port)
                self._writers.add(asks)
                await asyncio.gather(self._ask(client, asks, pipe), self._answer(server, pipe))
        finally:
            self._writers.discard(answers)
            answers.close()
            del self._pipes[pipe]

    async def _ask(self, client: asyncio.StreamReader, asks: asyncio.StreamWriter, pipe: Pipe) -> None:
        async with self._closing(asks):
            while chunk := await client.read(CHUNK):
                if b"SUBSCRIBE" in chunk:
                    pipe.subscribes = True
                if not pipe.is_silent:
                    asks.write(chunk)

    async def _answer(self, server: asyncio.StreamReader, pipe: Pipe) -> None:
        async with self._closing(pipe.answers):
            while chunk := await server.read(CHUNK):
                if pipe.is_silent:
                    continue
                if pipe.subscribes and self.loses(chunk):
                    self.lost += 1
                else:
                    pipe.answers.write(chunk)

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


class ProxyThread:
    """`with ProxyThread(port) as proxy`: the same on an event loop of its own, which outlives those of tests."""

    def __init__(self, upstream_port: int) -> None:
        self._proxy = LossyProxy(upstream_port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def __enter__(self) -> "ProxyThread":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._proxy.__aenter__(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._proxy.__aexit__(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def port(self) -> int:
        return self._proxy.port

    @property
    def lost(self) -> int:
        """Chunks since the last mend()."""
        return self._proxy.lost

    def lose(self, loses: Callable[[bytes], bool]) -> None:
        """As LossyProxy.loses; called in the proxy's thread."""
        self._proxy.loses = loses

    def silence(self, new: bool = False) -> None:
        self._do(lambda: self._proxy.silence(new))

    def mend(self) -> None:
        self._do(self._proxy.mend)

    def _do(self, act: Callable[[], None]) -> None:
        """In the proxy's thread; returns when it is done."""

        async def do() -> None:
            act()

        asyncio.run_coroutine_threadsafe(do(), self._loop).result()
