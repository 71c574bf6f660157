"""The streak from one day to the next, with the server's clock moved past the rollover."""

import asyncio
from datetime import UTC, date, datetime

from tests.support.group import finish
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

DAY_S = 86_400


def zone_far_from_its_rollover() -> str:
    """A zone in which it is noon: no test should fail because it is run at 3 at night."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


async def sprint(ada: SocketWriter, words: int) -> None:
    await ada.start(60)
    await ada.count_stored(words)
    await finish(ada)


async def test_a_sprint_on_the_next_day_makes_two_and_a_restarted_server_agrees() -> None:
    zone = zone_far_from_its_rollover()
    async with ServerProcess(checkpoint_ms=100) as server, SocketWriter(server.url, "Ada", zone) as ada:
        await ada.sign_in()
        await ada.join(await ada.make_room())
        await sprint(ada, 60)
        first = await ada.get("/api/me/streak")
        assert (first["current"], first["longest"], first["state"]) == (1, 1, "done")

        await asyncio.to_thread(server.restart, clock_shift_s=DAY_S)
        await ada.rejoin()
        next_day = await ada.get("/api/me/streak")
        assert (next_day["current"], next_day["state"]) == (1, "grace_left")
        assert date.fromisoformat(next_day["today"]).toordinal() - date.fromisoformat(first["today"]).toordinal() == 1
        await sprint(ada, 70)
        second = await ada.get("/api/me/streak")
        assert (second["current"], second["longest"], second["state"]) == (2, 2, "done")
        assert second["since"] == first["today"]
        history = await ada.get("/api/me/history")
        assert [each["words_net"] for each in history["sessions"]] == [70, 60]
        assert [each["local_day"] for each in history["sessions"]] == [second["today"], first["today"]]
        assert [(each["words"], each["status"]) for each in history["days"]] == [(60, "written"), (70, "written")]

        await asyncio.to_thread(server.restart)
        assert await ada.get("/api/me/streak") == second
        assert await ada.get("/api/me/history") == history
