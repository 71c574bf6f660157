"""The server's time: the database's clock, carried on by a clock of this machine that only ever runs forward."""

import time
from collections.abc import Awaitable, Callable

SLEW = 0.01
"""How much faster or slower than the forward clock time may run while it follows the database's clock."""


def _forward() -> float:
    """Seconds on a clock that no one sets. BOOTTIME goes on while a laptop sleeps, MONOTONIC does not."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Clock:
    """`now()` in Unix ms. Wrong by the machine's own error until the first `sample`, and without a jump after it."""

    def __init__(
        self, shift_ms: int = 0, forward: Callable[[], float] = _forward, wall: Callable[[], float] = time.time
    ) -> None:
        """`forward` and `wall` answer seconds: on a clock that only ever runs forward, and since 1970."""
        self._forward = forward
        self._shift = shift_ms
        self._since = forward() * 1_000
        """When the offset was `_offset`, in ms of the forward clock. From then on it moves to `_goal`."""
        self._offset = self._goal = wall() * 1_000 - self._since
        self._was_sampled = False

    def now(self) -> int:
        forward = self._forward() * 1_000
        return int(forward + self._offset_at(forward)) + self._shift

    def _offset_at(self, forward: float) -> float:
        most = SLEW * (forward - self._since)
        return self._offset + max(-most, min(most, self._goal - self._offset))

    async def sample(self, read: Callable[[], Awaitable[int]]) -> None:
        """Set the clock by the database's (`read` answers Unix ms), as far as the round trip lets one know it.

        Only the first sample sets it at once. Afterwards sprints run by it: who sets the database's clock, or whatever
        does, must not move their deadlines under everybody's hands.
        """
        before = self._forward() * 1_000
        theirs = await read()
        after = self._forward() * 1_000
        offset, doubt = theirs - (before + after) / 2, (after - before) / 2
        held = self._offset_at(after)
        self._goal = offset if abs(offset - held) > doubt else held
        self._offset = held if self._was_sampled else self._goal
        self._since, self._was_sampled = after, True
