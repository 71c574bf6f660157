"""A dropped line, a reload, a second device: the same writer, and no word lost or counted twice."""

import asyncio

from protocol.codes import ErrorCode
from protocol.messages import Ack, Baseline, Count, CountFlags, ErrorMessage, Op, Role
from tests.support.group import another_device, group, see, together
from tests.support.server import ServerProcess


async def test_words_written_without_a_line_come_with_the_next_hello(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        await ada.start(60)
        await ben.count_stored(10)
        await ben.cut()
        offline = await ben.count(55)
        welcome = await ben.rejoin()
        assert welcome.words == 10  # what the server had when HELLO came
        await together([ada, ben], {"Ada": 0, "Ben": 55})
        await ben.wait_for_ack(offline)


async def test_a_reload_brings_back_the_same_writer_with_the_same_count(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        await ada.start(60)
        slot = ben.slot
        kept = await ben.count(33, CountFlags.FOLLOWED, active_ms=12_000)
        await ben.wait_for_ack(kept)
        await ben.leave()
        reloaded = another_device(ben)
        async with reloaded:
            welcome = await reloaded.rejoin()
            assert (welcome.slot, welcome.role, welcome.counted) == (slot, Role.WRITER, True)
            assert (welcome.seq, welcome.words) == (kept.seq, 33)
            assert (welcome.flags, welcome.active_ms) == (CountFlags.FOLLOWED, 12_000)
            await see(ada, "Ada", "Ben")
            await together([ada, reloaded], {"Ada": 0, "Ben": 33})


async def test_of_two_devices_the_newest_change_wins_whoever_has_more_words(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, laptop):
        await ada.start(60)
        await laptop.count_stored(100)
        async with another_device(laptop) as phone:
            await phone.rejoin()
            assert phone.slot == laptop.slot
            newest = await phone.count(40)
            await asyncio.gather(phone.wait_for_ack(newest), laptop.wait_for_ack(newest))
            for each in ada, laptop, phone:
                await each.wait_for_standing({"Ada": 0, "Ben": 40})
            # An older change that was long on its way is acknowledged with what stands, and changes nothing.
            await laptop.say(Count(laptop.sprint, newest.seq - 1, 500))
            await laptop.count_stored(41)
            await together([ada, laptop, phone], {"Ada": 0, "Ben": 41})
            assert 500 not in {board.get(laptop.slot) for board in ada.boards.values()}


async def test_an_offer_that_is_stored_already_is_acknowledged_at_once(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        await ada.start(60)
        count = await ada.count_stored(12)
        before = len(ada.said(Ack))
        await ada.say(count)
        await ada.wait_until(lambda: len(ada.said(Ack)) > before)
        assert ada.said(Ack)[-1] == Ack(0, count.sprint, count.seq, words=12)
        await ada.wait_for_standing({"Ada": 12})


async def test_the_total_one_started_from_is_kept(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        await ada.start(60)
        await ben.command(Op.BASELINE, Baseline(ben.sprint, 41_000))
        await ben.count_stored(250, CountFlags.REPORTED)
        async with another_device(ben) as phone:
            welcome = await phone.rejoin()
            assert (welcome.start_total, welcome.words, welcome.flags) == (41_000, 250, CountFlags.REPORTED)
        await ben.command(Op.BASELINE, Baseline(ben.sprint, 42_000))
        assert (await ben.rejoin()).start_total == 42_000
        assert (await ada.rejoin()).start_total == 0


async def test_a_device_whose_clock_is_ahead_is_told_the_time_and_restamps(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        await ada.start(60)
        await ada.say(Count(ada.sprint, ada.now() + 3_600_000, 99))
        refusal = await ada.wait(lambda: next(iter(ada.said(ErrorMessage)), None))
        assert (refusal.ref, refusal.code, refusal.field) == (ada.sprint, ErrorCode.CLOCK_AHEAD, "seq")
        assert abs(refusal.now - ada.now()) < 1_000
        await ada.count_stored(99)
        await ada.wait_for_standing({"Ada": 99})


async def test_a_count_stamped_before_the_start_is_no_less_a_count(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        begun = await ada.start(60)
        await together([ada, ben], {"Ada": 0, "Ben": 0})
        early = Count(begun.sprint or 0, begun.starts - 400, 15)  # this device's idea of the time lags a little
        await ben.say(early)
        await ben.wait_for_ack(early)
        await together([ada, ben], {"Ada": 0, "Ben": 15})
