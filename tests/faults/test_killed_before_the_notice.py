"""Row "killed between commit and notice": SQL has it, and whoever should have told the others is dead."""

import asyncio
import time

import pytest

from protocol.messages import Ack, Phase
from tests.faults.house import House, kill
from tests.support.group import all_in_phase, together
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults

SETTLED_MS = 2_500


async def test_what_was_committed_and_never_told_the_others_read_from_sql(house: House) -> None:
    async with house.group(Ada=house.other, Ben=house.one, Cleo=house.other) as (ada, ben, cleo):
        begun = await ada.start(600)
        await all_in_phase([ada, ben, cleo], Phase.WRITING)
        for words, each in enumerate((ada, ben, cleo), start=10):
            await each.count_stored(words)
        await together([ada, ben, cleo], {"Ada": 10, "Ben": 11, "Cleo": 12})

        house.line.silence(new=True)  # what its process says to the others from now on gets no further
        assert isinstance(await ada.extend(60), Ack)
        await ada.count_stored(99)
        extended = time.monotonic()
        await kill(house.other)
        ends = begun.ends + 60_000
        await ben.wait_until(lambda: bool(ben.phase and ben.phase.ends == ends), 2)
        assert time.monotonic() - extended < 2
        for each in ada, cleo:
            assert await each.closed() == 1006
            await each.rejoin(house.one.url)
        await house.agree([ada, ben, cleo], {"Ada": 99, "Ben": 11, "Cleo": 12})
        assert ada.phase is not None
        assert ada.phase.ends == ends


async def test_a_count_whose_writer_does_not_come_back_is_found_in_sql(house: House) -> None:
    await asyncio.to_thread(house.one.restart, recheck_ms=500)
    async with house.group(Ada=house.one, Ben=house.one, Cleo=house.other) as (ada, ben, cleo):
        begun = await ada.start(600)
        await all_in_phase([ada, ben, cleo], Phase.WRITING)
        for words, each in enumerate((ada, ben, cleo), start=10):
            await each.count_stored(words)
        await together([ada, ben, cleo], {"Ada": 10, "Ben": 11, "Cleo": 12})
        # Until then one process may store again what the other has stored, and so hear what SQL has.
        await wait_until(lambda: ada.now() - begun.starts > SETTLED_MS)

        house.line.silence(new=True)
        await cleo.count_stored(77)
        await cleo.leave()  # closes the browser
        await kill(house.other)
        await house.agree([ada, ben], {"Ada": 10, "Ben": 11, "Cleo": 77})
