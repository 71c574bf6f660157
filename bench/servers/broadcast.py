"""What all servers of the fan-out bench do: wait until everybody is in, then broadcast so many frames."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sized
from dataclasses import dataclass

PAYLOAD_BYTES = 200


@dataclass(frozen=True, slots=True)
class Task:
    """The command line: PORT N FRAMES INTERVAL_MS."""

    port: int
    readers: int
    frames: int
    interval_s: float


def task() -> Task:
    port, readers, frames, interval_ms = map(int, sys.argv[1:5])
    return Task(port, readers, frames, interval_ms / 1_000)


def payload(number: int) -> bytes:
    return number.to_bytes(8, "big").ljust(PAYLOAD_BYTES, b".")


async def broadcast(task: Task, readers: Sized, send: Callable[[bytes], Awaitable[None]]) -> None:
    """`send` hands one payload to all readers."""
    while len(readers) < task.readers:  # noqa: ASYNC110 - the same for all, whichever way each keeps its readers
        await asyncio.sleep(0.02)
    await asyncio.sleep(1)
    for number in range(1, task.frames + 1):
        await send(payload(number))
        await asyncio.sleep(task.interval_s)
