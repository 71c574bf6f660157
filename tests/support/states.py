"""The states that pages are seldom in: empty, crowded, cut off. Each is staged once, and looked at in every look."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import expect

from protocol.messages import CountFlags
from tests.support.browser import OF_THE_LINE, Chromium, Person
from tests.support.postgres import Postgres
from tests.support.server import ServerProcess
from tests.support.stage import LOOKS, Stage
from tests.support.valkey import Valkey
from tests.support.writer import SocketWriter

ROUND_S = 1_200
# One for each look, so that nobody's name has to be told apart from that of the look before.
LOOKERS = ("Ada", "Bea", "Cleo")
FIRST = (
    "Ben",
    "Chidi",
    "Dolores",
    "Eun-ji",
    "Farah",
    "Gustav",
    "Hinemoa",
    "Ines",
    "Jonas",
    "Kirabo",
    "Lucía",
    "Marama",
)
SECOND = ("", " Okafor", " Lindqvist", " da Silva", " Ngata", " Haddad", " Kowalska", " O’Shea", " Tanaka", " Moreau")
AT_ONCE = 50

Scene = Callable[[Stage], Awaitable[None]]


async def take(chromium: Chromium, folder: Path) -> None:
    async with ServerProcess(reporting_s=600, checkpoint_ms=100) as server:
        for scene in nothing_yet, by_a_link, nowhere:
            await _in_every_look(chromium, server, folder, scene)
        for scene_name, writers in ("thirty", 30), ("thousand", 1_000):
            async with _crowd(server, writers) as slug:

                async def crowded(at: Stage, slug: str = slug, name: str = scene_name) -> None:
                    await _write_in(at.ada, slug)
                    await at.shoot(f"room-{name}")
                    if at.look.name == "phone":
                        async with at.sheet():
                            await at.shoot(f"room-{name}-board")

                await _in_every_look(chromium, server, folder, crowded)
        await _in_every_look(chromium, server, folder, cut_off)
    await _delayed(chromium, folder)


async def _in_every_look(chromium: Chromium, server: ServerProcess, folder: Path, scene: Scene) -> None:
    for look, name in zip(LOOKS, LOOKERS, strict=True):
        async with await chromium.person(name, server.url, look.size, look.colours) as person:
            person.forgives = OF_THE_LINE
            await scene(Stage(server, folder, look, person, []))
            assert person.complaints == [], person.complaints


async def nothing_yet(at: Stage) -> None:
    await at.ada.open("/")
    await expect(at.ada.page.get_by_text("No public room is open just now")).to_be_visible()
    await at.shoot("landing-empty")
    await at.ada.sign_in()
    for page in "history", "projects":
        await at.ada.open(f"/{page}")
        await at.ada.page.wait_for_load_state("networkidle")
        await at.shoot(f"{page}-empty")


async def by_a_link(at: Stage) -> None:
    async with SocketWriter(at.server.url, "Ben") as ben:
        await ben.sign_in()
        await at.ada.open(f"/r/{await ben.make_room('Tuesday write-in')}")
        await expect(at.ada.at("name-input")).to_be_visible()
        await at.shoot("room-entry")


async def nowhere(at: Stage) -> None:
    at.ada.forgives = re.compile("status of 404")
    await at.ada.open("/r/no-such-room")
    await expect(at.ada.page.get_by_role("heading", level=1)).to_be_visible()
    await at.ada.page.wait_for_load_state("networkidle")
    await at.shoot("room-none")


async def cut_off(at: Stage) -> None:
    """The device has no line; then it has, and the server is away."""
    await at.ada.enter(await at.ada.make_room("Tuesday write-in"))
    await at.ada.schedule(ROUND_S)
    await at.ada.write("The ferry had gone, and with it the last of the light.")
    await at.ada.sees_saved()
    await at.ada.context.set_offline(True)
    await at.ada.sees("link-state", "state", "offline")
    await at.ada.write(" Maren sat on the bollard")
    await at.shoot("room-offline")
    await at.ada.context.set_offline(False)
    await at.ada.online()
    await asyncio.to_thread(at.server.kill)
    await at.ada.sees("link-state", "state", "reconnecting")
    await at.shoot("room-reconnecting")
    await asyncio.to_thread(at.server.start)
    await at.ada.online()


async def _delayed(chromium: Chromium, folder: Path) -> None:
    with Valkey() as valkey:
        postgres = await asyncio.to_thread(Postgres.start_new)
        try:
            async with ServerProcess(redis_url=valkey.url, database_url=postgres.url()) as server:

                async def delayed(at: Stage) -> None:
                    await at.ada.enter(await at.ada.make_room("Tuesday write-in"))
                    await at.ada.schedule(ROUND_S)
                    await at.ada.write("The ferry had gone, and with it the last of the light.")
                    await at.ada.sees_saved()
                    valkey.kill()
                    await expect(at.ada.at("link-state")).to_contain_text("a little behind")
                    await at.shoot("room-delayed")
                    valkey.mend()
                    await expect(at.ada.at("link-state")).to_have_text("")

                await _in_every_look(chromium, server, folder, delayed)
        finally:
            await asyncio.to_thread(postgres.close)


async def _write_in(person: Person, slug: str) -> None:
    await person.enter(slug)
    await person.sees_phase("writing")
    await person.write("The ferry had gone, and with it the last of the light.")
    await person.sees_saved()
    await person.page.keyboard.press("Escape")
    await expect(person.at("way-typed")).to_be_visible()


@contextlib.asynccontextmanager
async def _crowd(server: ServerProcess, writers: int) -> AsyncIterator[str]:
    """A room in mid-sprint with so many in it. Yields its slug."""
    async with AsyncExitStack() as stack:
        host, *others = [await stack.enter_async_context(SocketWriter(server.url, _name(i))) for i in range(writers)]
        await host.sign_in()
        slug = await host.make_room("Tuesday write-in")
        await host.join(slug)
        await host.start(ROUND_S)
        for first in range(0, len(others), AT_ONCE):
            await asyncio.gather(*(each.join(slug) for each in others[first : first + AT_ONCE]))
        for place, each in enumerate((host, *others)):
            await each.count(7 + place * 311 % 640, CountFlags.TYPED | CountFlags.WRITING)
        await host.wait_until_stored()
        yield slug


def _name(place: int) -> str:
    second, first = divmod(place, len(FIRST))
    turn, second = divmod(second, len(SECOND))
    return f"{FIRST[first]}{SECOND[second]}{f' {turn + 1}' if turn else ''}"
