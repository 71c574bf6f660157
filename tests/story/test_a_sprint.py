"""A sprint told end to end: from the link to the history, over sockets and HTTP."""

from protocol.messages import CountFlags, Phase, Role, RosterFlags
from tests.support.group import all_in_phase, group, see, together
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

SOON_MS = 1_000
"""How late a boundary may be told on a busy machine."""


async def test_a_sprint_from_the_link_to_the_history(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben), SocketWriter(server.url, "Cleo") as cleo:
        planned = await ada.start(60, delay_s=1)
        assert planned.phase == Phase.COUNTDOWN
        heard = await ben.wait_for_phase(Phase.COUNTDOWN)
        assert (heard.starts, heard.ends) == (planned.starts, planned.starts + 60_000)
        for each in ada, ben:
            begun = await each.wait_for_phase(Phase.WRITING)
            assert (begun.starts, begun.ends) == (planned.starts, planned.ends)
            assert 0 <= begun.now - planned.starts < SOON_MS

        await ada.count(40)
        await ben.count(-12)  # revising is work, too
        await together([ada, ben], {"Ada": 40, "Ben": -12})
        welcome = await cleo.join(ada.room)
        assert welcome.role == Role.WRITER
        assert cleo.sprint == planned.sprint
        assert cleo.roster[cleo.slot].joined_at > planned.starts
        await together([ada, ben, cleo], {"Ada": 40, "Ben": -12, "Cleo": 0})
        await cleo.count(7, CountFlags.REPORTED)
        await ada.count(80, active_ms=30_000)
        await together([ada, ben, cleo], {"Ada": 80, "Ben": -12, "Cleo": 7})

        await ada.end()
        await all_in_phase([ada, ben, cleo], Phase.REPORTING)
        bell = await ben.wait_for_phase(Phase.REPORTING)
        assert bell.ends < planned.ends
        await ada.count_stored(84, CountFlags.IN)
        await ben.count_stored(-12, CountFlags.IN)
        await cleo.count_stored(250, CountFlags.REPORTED | CountFlags.IN)
        await all_in_phase([ada, ben, cleo], Phase.RESULTS)

        results = await ben.get(f"/api/sprints/{planned.sprint}")
        assert (results["phase"], results["writers"], results["words"]) == ("results", 3, 322)
        assert [(row["name"], row["words"], row["rank"], row["how"]) for row in results["board"]] == [
            ("Cleo", 250, 1, "reported"),
            ("Ada", 84, 2, "typed"),
            ("Ben", -12, 3, "typed"),
        ]
        assert not any(row["late"] for row in results["board"])

        history = await ada.get("/api/me/history")
        assert [(each["sprint"], each["words_net"], each["late"]) for each in history["sessions"]] == [
            (planned.sprint, 84, False)
        ]
        assert history["totals"]["words"] == 84
        streak = await ada.get("/api/me/streak")
        assert (streak["current"], streak["state"]) == (1, "done")
        assert (await ben.get("/api/me/streak"))["current"] == 0


async def test_watching_takes_no_place_until_one_joins(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,), SocketWriter(server.url, "Ben") as ben:
        await ada.start(60)
        await ada.count(30)
        watching = await ben.join(ada.room, view_only=True)  # nobody has given a name yet
        assert (watching.slot, watching.role) == (None, Role.VIEWER)
        await ben.wait_for_standing({"Ada": 30})
        await ada.count(45)
        await ben.wait_for_standing({"Ada": 45})

        await ben.sign_in()
        watching = await ben.join(ada.room, view_only=True)
        assert watching.slot is None
        await see(ada, "Ada")
        await ben.become_a_writer()
        assert ben.slot != ada.slot
        await together([ada, ben], {"Ada": 45, "Ben": 0})
        await ben.count_stored(5)
        await together([ada, ben], {"Ada": 45, "Ben": 5})


async def test_a_second_round_starts_from_the_results(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        first = await ada.start(60)
        await ben.count_stored(70)
        await ada.end()
        await ada.wait_for_phase(Phase.REPORTING)
        await ada.end()
        await all_in_phase([ada, ben], Phase.RESULTS)
        second = await ada.start(60)
        assert (second.round, second.phase) == (first.round + 1, Phase.WRITING)
        await together([ada, ben], {"Ada": 0, "Ben": 0})
        await ben.count_stored(20)
        await together([ada, ben], {"Ada": 0, "Ben": 20})
        kept = await ben.get(f"/api/sprints/{first.sprint}")
        assert {row["name"]: row["words"] for row in kept["board"]} == {"Ada": 0, "Ben": 70}


async def test_who_is_host_and_how_each_one_counts_is_shown_by_the_roster(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        assert ada.roster[ada.slot].flags & RosterFlags.HOST
        assert not ada.roster[ben.slot].flags & RosterFlags.HOST
        await ada.start(60)
        await ben.count(5, CountFlags.REPORTED | CountFlags.WRITING)
        shown = CountFlags.REPORTED | CountFlags.WRITING
        await ada.wait_until(lambda: ada.roster[ben.slot].flags & shown == shown)
        await ben.count(6)
        await ada.wait_until(lambda: not ada.roster[ben.slot].flags & shown)
