"""Tasks: what nobody awaits is heard of all the same."""

import pytest

from server.live.plane import Tasks
from tests.support.wait import wait_until


@pytest.mark.parametrize(
    ("error", "level", "line"),
    [
        (ConnectionError("away"), "WARNING", "a task of the live plane failed for now: ConnectionError('away')"),
        (KeyError("no such"), "ERROR", "a task of the live plane failed"),
    ],
)
async def test_what_a_task_raised_is_an_alarm_only_where_it_is_no_outage(
    caplog: pytest.LogCaptureFixture, error: Exception, level: str, line: str
) -> None:
    async def fail() -> None:
        raise error

    Tasks().spawn(fail())
    await wait_until(lambda: caplog.records)
    (record,) = caplog.records
    assert (record.levelname, record.getMessage(), record.exc_info is not None) == (level, line, level == "ERROR")
