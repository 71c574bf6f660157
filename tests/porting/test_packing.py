"""A zip that is made while it is sent is a good zip, and holds no more than a part at a time."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random

from server.porting.packing import File, packed

MADE = datetime(2026, 6, 10, 12, 30, 8, tzinfo=UTC)


async def some(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def files(*each: tuple[str, list[bytes]]) -> AsyncIterator[File]:
    for name, parts in each:
        yield name, some(*parts)


async def test_its_files_come_out_as_they_went_in() -> None:
    said = [("a.txt", [b"one\n", b"two\n"]), ("empty.csv", []), ("naïve.txt", [bytes(200_000)])]
    whole = b"".join([part async for part in packed(files(*said), MADE)])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: b"".join(parts) for name, parts in said
        }
        assert {info.date_time for info in archive.infolist()} == {(2026, 6, 10, 12, 30, 8)}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o644}


async def test_what_is_there_is_sent_before_the_next_part_is_made() -> None:
    made: list[int] = []
    random = Random(1)  # what it makes cannot be packed any smaller

    async def slowly() -> AsyncIterator[bytes]:
        for n in range(20):
            made.append(n)
            yield random.randbytes(100_000)

    async def one() -> AsyncIterator[File]:
        yield "long.bin", slowly()

    seen = [len(made) async for part in packed(one(), MADE) if part]
    assert seen[0] == 1
    assert len(set(seen)) > 10
