"""Forward clocks, in seconds, for what waits by one."""

import time


class Held:
    """Stands at `s`, until a test moves it."""

    s = 1_000.0

    def __call__(self) -> float:
        return self.s


class Ahead:
    """The machine's, and `ahead_s`: pushed on, it is as when a laptop wakes."""

    ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s
