"""A zip that is sent while it is made: its files come one after the other, each in parts, and nothing is kept."""

import zipfile
from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime

File = tuple[str, AsyncIterable[bytes]]
"""Its name in the zip, and its parts."""


async def packed(files: AsyncIterable[File], made: datetime) -> AsyncIterator[bytes]:
    """The zip in parts, about one for each part of a file. `made`: the time its files show, whatever its zone."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # it only writes
        async for name, parts in files:
            info = zipfile.ZipInfo(name, made.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with archive.open(info, "w") as file:
                async for part in parts:
                    file.write(part)
                    if ready := sink.take():
                        yield ready
            yield sink.take()
    yield sink.take()


class _Sink:
    """What zipfile writes to. It cannot seek, so the lengths of a file follow it instead of standing before it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken
