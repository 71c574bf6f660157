"""After the bell: the window for reports, results, and counts that come late or for a sprint long over."""

import asyncio

from protocol.codes import ErrorCode
from protocol.messages import Ack, AckKind, Count, CountFlags, ErrorMessage, Op, Phase, PhaseNow
from server.core.sprint import FINAL_DELAY_MS, LATE_AFTER_MS
from tests.support.group import all_in_phase, finish, group, together
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter


async def final(writer: SocketWriter) -> PhaseNow:
    return await writer.wait(lambda: writer.phase if writer.phase and writer.phase.final else None, 10)


async def test_the_window_ends_early_once_all_are_in_but_not_within_three_seconds(server: ServerProcess) -> None:
    names = [f"Writer {n}" for n in range(8)]
    async with group(server.url, *names) as many, group(server.url, "Cleo", "Dan") as (cleo, dan):
        host = many[0]
        for each in host, cleo:
            await each.start(60)
            await each.end()
        await all_in_phase([*many, cleo, dan], Phase.REPORTING)
        await cleo.count_stored(10, CountFlags.IN)
        await host.count_stored(90, CountFlags.IN)  # and thinks better of it below: who is in stays in
        await asyncio.gather(*(each.count_stored(n, CountFlags.IN) for n, each in enumerate(many)))
        await all_in_phase(many, Phase.RESULTS)
        for each in many:
            assert each.phase is not None
            assert FINAL_DELAY_MS <= each.phase.reporting_ends - each.phase.ends < 2 * FINAL_DELAY_MS
        assert len({each.reporting_ends for each in host.said(PhaseNow) if each.phase == Phase.RESULTS}) == 1
        results = await host.get(f"/api/sprints/{host.sprint}")
        assert {row["name"]: row["words"] for row in results["board"]} == {name: n for n, name in enumerate(names)}
        assert all(row["reported"] and not row["late"] for row in results["board"])
        # In the other room one is not in, and is waited for until they are, or leave.
        assert cleo.phase is not None
        assert cleo.phase.phase == Phase.REPORTING
        assert isinstance(await dan.command(Op.LEAVE), Ack)
        await cleo.wait_for_phase(Phase.RESULTS)


async def test_who_was_offline_at_the_bell_is_in_the_results_once_and_marked_late(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        await ada.start(60)
        await ada.count_stored(10)
        await ben.cut()
        offline = await ben.count(60)
        await finish(ada)
        stood = await final(ada)
        before = await ada.get(f"/api/sprints/{ada.sprint}")
        assert {row["name"]: row["words"] for row in before["board"]} == {"Ada": 10, "Ben": 0}

        await ben.rejoin()
        await ben.wait_for_ack(offline)
        await together([ada, ben], {"Ada": 10, "Ben": 60})
        assert ada.roster[ben.slot].flags & CountFlags.LATE
        revised = await ada.wait(lambda: ada.phase if ada.phase and ada.phase.rev > stood.rev else None)
        assert (revised.phase, revised.final) == (Phase.RESULTS, True)

        await ben.say(offline)  # the ACK may have been lost: it is offered again, and is no news
        await ben.rejoin()
        await ben.say(offline)
        await ben.ping()
        after = await ada.get(f"/api/sprints/{ada.sprint}")
        assert [(row["name"], row["words"], row["late"]) for row in after["board"]] == [
            ("Ben", 60, True),
            ("Ada", 10, False),
        ]
        history = await ben.get("/api/me/history")
        assert [(each["words_net"], each["late"]) for each in history["sessions"]] == [(60, True)]
        assert (await ada.rejoin()).now >= revised.now
        assert ada.phase is not None
        assert ada.phase.rev == revised.rev


async def test_a_count_from_before_the_bell_that_comes_at_once_is_on_time(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        await ada.start(60)
        await ben.cut()
        offline = await ben.count(31)
        await ada.end()
        bell = await ada.wait_for_phase(Phase.REPORTING)
        await ben.rejoin()
        await ben.wait_for_ack(offline)
        results = await ada.get(f"/api/sprints/{ada.sprint}")
        row = next(row for row in results["board"] if row["name"] == "Ben")
        took = ben.now() - bell.ends
        assert took < LATE_AFTER_MS, "this machine is too busy for this test"
        assert (row["words"], row["late"]) == (31, False)


async def test_a_count_of_the_last_round_is_taken_while_the_next_one_runs(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        first = (await ada.start(60)).sprint or 0
        await ben.count_stored(10)
        await ben.cut()
        offline = await ben.count(80)
        await finish(ada)
        await ada.start(60)
        await ben.rejoin()
        await ben.wait_for_ack(offline)
        await together([ada, ben], {"Ada": 0, "Ben": 0})
        assert ben.sprint != first
        results = await ada.get(f"/api/sprints/{first}")
        assert {row["name"]: (row["words"], row["late"]) for row in results["board"]} == {
            "Ada": (0, False),
            "Ben": (80, True),
        }
        # An older one is answered with what stands, and so needs not be offered again.
        await ben.say(Count(first, offline.seq - 1, 3))
        await ben.ping()
        assert ben.said(Ack)[-1] == Ack(AckKind.COUNT, first, offline.seq, words=80, flags=CountFlags.LATE)


async def test_a_count_of_a_sprint_that_is_none_of_this_room_is_refused(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,), group(server.url, "Ben") as (ben,):
        await ada.start(60)
        await ben.start(60)
        for sprint in ada.sprint, 2**53 - 1:
            refused = await ben.count(5, sprint=sprint)
            refusal = await _refusal(ben, refused.sprint)
            assert (refusal.code, refusal.field) == (ErrorCode.NO_SUCH_SPRINT, "sprint")
        results = await ada.get(f"/api/sprints/{ada.sprint}")
        assert [(row["name"], row["words"]) for row in results["board"]] == [("Ada", 0)]


async def _refusal(writer: SocketWriter, ref: int) -> ErrorMessage:
    return await writer.wait(lambda: next((each for each in writer.errors if each.ref == ref), None))
