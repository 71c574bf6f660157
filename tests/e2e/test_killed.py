"""Servers are killed under open pages: people go on by themselves, and nobody has to do anything."""

import asyncio
import contextlib
import os
import signal

from tests.e2e.conftest import Arrive
from tests.support.browser import OF_THE_LINE
from tests.support.postgres import Postgres
from tests.support.server import ServerProcess
from tests.support.valkey import Valkey


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
        before = server.get(f"/api/sprints/{sprint}")
        await asyncio.to_thread(server.kill)
        await ada.page.keyboard.type("and two more")
        await ada.sees_own(6)
        await asyncio.to_thread(server.start)
        assert server.get(f"/api/sprints/{sprint}")["ends_at"] == before["ends_at"]
        await ada.online()  # nothing was clicked, nothing reloaded
        await ada.sees_on_board("Ben", 5)
        await ada.sees_total(11)
        await ada.sees_saved()


async def test_the_writers_of_a_killed_worker_go_on_through_the_others(arrive: Arrive) -> None:
    async with contextlib.AsyncExitStack() as stack:
        valkey = stack.enter_context(Valkey())
        postgres = await asyncio.to_thread(Postgres.start_new)
        stack.push_async_callback(asyncio.to_thread, postgres.close)
        server = await stack.enter_async_context(
            ServerProcess("--workers", "2", redis_url=valkey.url, database_url=postgres.url())
        )
        people = [await arrive(name, server.url) for name in ("Ada", "Ben", "Cleo")]
        slug = await people[0].make_room()
        for each in people:
            each.forgives = OF_THE_LINE
            await each.enter(slug)
        await people[0].schedule()
        for each in people:
            await each.sees_phase("writing")
            await each.write("one two ")
        await people[0].sees_total(6)
        os.kill(server.get("/healthz")["pid"], signal.SIGKILL)
        for each in people:
            await each.page.keyboard.type("three")
        for each in people:
            await each.sees_total(9)
            await each.sees_saved()
