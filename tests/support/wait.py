"""Waiting on conditions, so that no test sleeps and hopes."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any

STEP_S = 0.01


async def wait_until(predicate: Callable[[], object], timeout_s: float = 5.0, what: Callable[[], object] = str) -> Any:
    """The first truthy answer of `predicate`, which may be a coroutine function.

    Raises AssertionError after `timeout_s`; `what` may tell what stands instead.
    """
    until = time.monotonic() + timeout_s
    while True:
        answer = predicate()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"not within {timeout_s} s: {what() or inspect.getsource(predicate).strip()}")
        await asyncio.sleep(STEP_S)
