"""Servers are killed under open pages: people go on by themselves, and nobody has to do anything."""

import asyncio

from tests.e2e.conftest import Arrive
from tests.support.browser import OF_THE_LINE
from tests.support.server import ServerProcess


async def test_an_open_page_goes_on_after_a_sigkill_and_a_closed_one_s_count_is_there(arrive: Arrive) -> None:
    async with ServerProcess() as server:
        ada, ben = await arrive("Ada", server.url), await arrive("Ben", server.url)
        ada.forgives = OF_THE_LINE
        slug = await ada.make_room()
        for each in ada, ben:
            await each.enter(slug)
        sprint = await ada.schedule()
        for each in ada, ben:
            await each.sees_phase("writing")
        await ben.write("these five words are his ")
        await ben.sees_saved()
        await ada.sees_on_board("Ben", 5)
        await ben.context.close()
        await ada.write("mine are three ")
        before = server.get(f"/api/sprints/{sprint}?room={slug}")
        await asyncio.to_thread(server.kill)
        await ada.page.keyboard.type("and two more")
        await ada.sees_own(6)
        await asyncio.to_thread(server.start)
        assert server.get(f"/api/sprints/{sprint}?room={slug}")["ends_at"] == before["ends_at"]
        await ada.online()  # nothing was clicked, nothing reloaded
        await ada.sees_on_board("Ben", 5)
        await ada.sees_total(11)
        await ada.sees_saved()
