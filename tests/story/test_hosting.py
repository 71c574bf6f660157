"""What a host may do, and nobody else: extend, end, cancel, remove; and how a room never is without one."""

import itertools

import pytest
from websockets.exceptions import ConnectionClosed

from protocol.codes import CloseCode, ErrorCode
from protocol.messages import (
    Ack,
    Cheer,
    Cheered,
    CommandArgs,
    CountFlags,
    ErrorMessage,
    Extend,
    GiveCheer,
    OfSprint,
    Op,
    Phase,
    PhaseNow,
    Remove,
    Role,
    Start,
)
from tests.support.group import all_in_phase, finish, group, see, together
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter


async def newer_phase(writer: SocketWriter, than: PhaseNow) -> PhaseNow:
    return await writer.wait(lambda: writer.phase if writer.phase and writer.phase.rev > than.rev else None)


async def cheers(writer: SocketWriter, n: int) -> list[Cheered]:
    await writer.wait_until(lambda: len(writer.said(Cheered)) == n)
    return writer.said(Cheered)


async def test_the_host_extends_a_sprint_and_ends_it_now(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        begun = await ada.start(60)
        assert isinstance(await ada.extend(30), Ack)
        for each in ada, ben:
            moved = await newer_phase(each, begun)
            assert moved.ends == begun.ends + 30_000
            assert moved.reporting_ends == begun.reporting_ends + 30_000
        assert isinstance(await ada.end(), Ack)
        await all_in_phase([ada, ben], Phase.REPORTING)
        assert ben.phase is not None
        assert ben.phase.ends <= ben.phase.now < begun.ends
        assert ben.phase.reporting_ends - ben.phase.ends == begun.reporting_ends - begun.ends


async def test_a_cancelled_sprint_makes_room_for_another(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        first = await ada.start(60, delay_s=60)
        assert isinstance(await ada.cancel(), Ack)
        await all_in_phase([ada, ben], Phase.CANCELLED)
        for op, args in ((Op.CANCEL, OfSprint(ada.sprint)), (Op.END, OfSprint(ada.sprint))):
            refusal = await ada.command(op, args)
            assert isinstance(refusal, ErrorMessage)
            assert refusal.code == ErrorCode.CONFLICT
        second = await ada.start(60)
        assert second.sprint != first.sprint
        await all_in_phase([ada, ben], Phase.WRITING)


async def test_a_second_sprint_has_to_wait_for_the_first(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        first = await ada.start(60)
        refusal = await ada.command(Op.START, Start(60))
        assert isinstance(refusal, ErrorMessage)
        assert (refusal.code, bool(refusal.rule)) == (ErrorCode.CONFLICT, True)
        assert ada.sprint == first.sprint


async def test_who_is_no_host_is_refused_and_changes_nothing(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben), SocketWriter(server.url, "Cleo") as cleo:
        phase = await ada.start(60)
        await cleo.sign_in()
        await cleo.join(ada.room, view_only=True)
        tries: list[tuple[Op, CommandArgs]] = [
            (Op.START, Start(60)),
            (Op.CANCEL, OfSprint(ada.sprint)),
            (Op.EXTEND, Extend(ada.sprint, 60)),
            (Op.END, OfSprint(ada.sprint)),
            (Op.REMOVE, Remove(ada.slot)),
        ]
        for who, (op, args) in itertools.product((ben, cleo), tries):
            refusal = await who.command(op, args)
            assert isinstance(refusal, ErrorMessage), op
            assert (refusal.code, refusal.temporary, bool(refusal.rule)) == (ErrorCode.NOT_ALLOWED, False, True), op
        welcome = await ada.rejoin()
        assert welcome.role == Role.HOST
        assert ada.phase is not None
        assert (ada.phase.sprint, ada.phase.ends, ada.phase.cancelled) == (phase.sprint, phase.ends, None)


async def test_a_command_that_is_repeated_answers_as_before_and_is_done_once(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        await ada.start(60)
        answers = [await ada.command(Op.EXTEND, Extend(ada.sprint, 60), id=7) for _ in range(2)]
        await ada.rejoin()  # the answer was lost with the line, so the browser says it again
        answers.append(await ada.command(Op.EXTEND, Extend(ada.sprint, 60), id=7))
        assert answers == [answers[0]] * 3
        assert isinstance(answers[0], Ack)
        ben_seen = {each.ends for each in ben.said(PhaseNow) if each.sprint == ada.sprint}
        assert ada.phase is not None
        assert ada.phase.ends - ada.phase.starts == 120_000
        assert ben_seen == {ada.phase.ends, ada.phase.ends - 60_000}


async def test_a_start_that_is_repeated_starts_one_sprint(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        for _ in range(2):
            assert isinstance(await ada.command(Op.START, Start(60, 0), id=9), Ack)
        first = ada.sprint
        await finish(ada)
        assert isinstance(await ada.command(Op.START, Start(60, 0), id=9), Ack)
        assert ada.sprint == first
        assert ada.phase is not None
        assert (ada.phase.phase, ada.phase.round) == (Phase.RESULTS, 1)


async def test_a_host_who_leaves_hands_the_room_on(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben", "Cleo") as (ada, ben, cleo):
        await ada.start(60)
        await ada.count_stored(15)
        assert isinstance(await ada.command(Op.LEAVE), Ack)
        for each in ben, cleo:
            await see(each, "Ben", "Cleo")
        await ada.wait_until(lambda: ada.welcome is not None and ada.welcome.slot is None)
        refusal = await ada.count(20)
        await ada.wait_until(lambda: any(each.ref == refusal.sprint for each in ada.errors))
        assert isinstance(await ben.extend(30), Ack)  # the longest-standing member is the host now
        assert isinstance(await cleo.extend(30), ErrorMessage)
        assert (await ada.become_a_writer()).role == Role.HOST  # a host who left stays one beside
        await together([ada, ben, cleo], {"Ada": 15, "Ben": 0, "Cleo": 0})


async def test_who_is_removed_is_closed_out_and_kept_out(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben", "Troll") as (ada, ben, troll):
        await ada.start(60)
        await troll.count_stored(9_999)
        await together([ada, ben], {"Ada": 0, "Ben": 0, "Troll": 9_999})
        assert isinstance(await ada.command(Op.REMOVE, Remove(troll.slot)), Ack)
        assert await troll.closed(2) == CloseCode.REMOVED
        await together([ada, ben], {"Ada": 0, "Ben": 0})
        for view_only in False, True:
            with pytest.raises(ConnectionClosed):
                await troll.join(ada.room, view_only)
            assert troll.close_code == CloseCode.REMOVED
        answer = await troll.http.post(f"{server.url}/api/rooms/{ada.room}/join", json={})
        assert (answer.status_code, answer.json()["code"]) == (403, ErrorCode.NOT_ALLOWED)
        await see(ben, "Ada", "Ben")
        await finish(ada)
        results = await ada.get(f"/api/sprints/{ada.sprint}")
        assert [row["name"] for row in results["board"]] == ["Ada", "Ben"]


async def test_a_host_cannot_remove_themselves_nor_nobody(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        for slot in (ada.slot, 4_000):
            refusal = await ada.command(Op.REMOVE, Remove(slot))
            assert isinstance(refusal, ErrorMessage)
            assert (refusal.code, refusal.field) == (ErrorCode.BAD_REQUEST, "slot")


async def test_a_cheer_reaches_everybody_in_the_room(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben", "Cleo") as writers:
        ada, ben, _ = writers
        assert isinstance(await ada.command(Op.CHEER, GiveCheer(Cheer.SPARK, ben.slot)), Ack)
        assert isinstance(await ben.command(Op.CHEER, GiveCheer(Cheer.WAVE)), Ack)
        for each in writers:
            assert await cheers(each, 2) == [
                Cheered(ada.slot, ben.slot, Cheer.SPARK),
                Cheered(ben.slot, None, Cheer.WAVE),
            ]
        refusal = await ada.command(Op.CHEER, GiveCheer(Cheer.HEART, 4_000))
        assert isinstance(refusal, ErrorMessage)
        assert refusal.field == "to"


async def test_a_private_room_is_there_only_for_who_brings_the_invite(server: ServerProcess) -> None:
    async with group(server.url, "Ada", visibility="private") as (ada,), SocketWriter(server.url, "Ben") as ben:
        await ben.sign_in()
        for view_only in (False, True):
            with pytest.raises(ConnectionClosed):
                await ben.join(ada.room, view_only)
            assert ben.close_code == CloseCode.NO_SUCH_ROOM
        invite = (await ada.get(f"/api/rooms/{ada.room}"))["url"].partition("?invite=")[2]
        wrong = await ben.http.post(f"{server.url}/api/rooms/{ada.room}/join", json={"invite": "x" + invite[1:]})
        assert wrong.status_code == 404
        await ben.post(f"/api/rooms/{ada.room}/join", {"invite": invite})
        assert (await ben.join(ada.room)).role == Role.WRITER
        await ada.start(60)
        await ben.count(3, CountFlags.WRITING)
        await together([ada, ben], {"Ada": 0, "Ben": 3})
