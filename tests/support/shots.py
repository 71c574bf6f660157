"""`./dev shots`: screenshots of the running product into docs/shots/: on a desktop, on a phone, and in the dark.

A real server, a real Chromium, and writers on real sockets. Time is the server's: it is started anew with its clock
shifted, so that nobody waits for a bell. What one looks back on is the year of `wordtide demo`.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.async_api import expect

from protocol.messages import CountFlags, Phase
from tests.support import states
from tests.support.browser import OF_THE_LINE, PHONE, Chromium
from tests.support.server import ROOT, ServerProcess
from tests.support.stage import LOOKS, Look, Stage
from tests.support.virtual import by_name
from tests.support.writer import SocketWriter

ROUND_S = 1_200
# What names the device from which Ada signed in.
LAPTOP = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
OPEN_ROOMS = ("Night owls", "NaNo Dublin", "Theses, quietly")
OTHERS = ("Ben", "Chidi", "Dolores", "Eun-ji", "Farah", "Gustav", "Hinemoa", "Ines", "Jonas", "Kirabo", "Lucía")
DRAFT = """The ferry had gone, and with it the last of the light. Maren sat on the bollard and counted what she \
had: a lamp with a finger of oil, half a loaf, and the letter she was not going to open before the tide turned.

“You could walk,” said the boy.

“I could,” she said. """
MORE = "It was eleven miles by the coast path – nine, if you trusted the sands. Nobody who had lived here long did."


@dataclass
class Demo:
    """The year of `wordtide demo`, and who Ada is in it."""

    data: Path
    token: str = ""

    async def tell(self) -> None:
        command = [sys.executable, "-m", "server", "demo"]
        environment = os.environ | {"WORDTIDE_DATA": str(self.data)}
        told = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE)
        said, _ = await told.communicate()
        code = re.findall(r"Ada +\S+/in#(\S+)", said.decode())[0]
        async with (
            ServerProcess(data=self.data) as server,
            httpx.AsyncClient(base_url=server.url, headers=LAPTOP) as browser,
        ):
            (await browser.post("/api/session/link", json={"code": code})).raise_for_status()
            self.token = browser.cookies["wordtide"]

    async def take(self, chromium: Chromium, look: Look, folder: Path) -> None:
        async with (
            ServerProcess(data=self.data) as server,
            # By a name: at a bare address there are no passkeys.
            await chromium.person("Ada", by_name(server), look.size, look.colours) as ada,
        ):
            await ada.context.add_cookies([{"name": "wordtide", "value": self.token, "url": by_name(server)}])
            at = Stage(server, folder, look, ada, [])
            projects = (await ada.get("/api/me/projects"))["projects"]
            mine = next(each["id"] for each in projects if not each["archived"])
            year = (await ada.get("/api/me/overview"))["streak"]["today"][:4]
            for scene, path in (
                ("history", "/history"),
                ("year", f"/history/{year}"),
                ("data", "/history/data"),
                ("projects", "/projects"),
                ("project", f"/projects/{mine}"),
                ("settings", "/settings"),
                ("account", "/settings/account"),
            ):
                await ada.open(path)
                await ada.page.wait_for_load_state("networkidle")
                await at.shoot(scene)
            assert ada.complaints == [], ada.complaints


async def counts(others: list[SocketWriter], part: float, flags: int = CountFlags.WRITING) -> None:
    """What everybody has after that part of the sprint. The fourth reports; the sixth has taken words out."""
    words = [-12 if i == 5 else int(part * (610 - 37 * i)) for i in range(len(others))]
    how = [CountFlags.REPORTED if i == 3 else CountFlags.TYPED for i in range(len(others))]
    await asyncio.gather(*(each.count(w, flags | h) for each, w, h in zip(others, words, how, strict=True)))


async def before_the_start(at: Stage) -> None:
    ada = at.ada
    await ada.open("/")
    await expect(ada.at("public-room")).to_have_count(len(OPEN_ROOMS))
    await at.shoot("landing")
    await ada.enter(await ada.make_room("Tuesday write-in"))
    await asyncio.gather(*(each.join(ada.slug) for each in at.others))
    await expect(ada.at("board-row")).to_have_count(1 + len(at.others))
    await expect(ada.at("start-form")).to_be_visible()
    await expect(ada.at("sound-switch")).to_be_visible()
    await at.shoot("room-lobby")
    await ada.schedule(ROUND_S, delay_s=60)
    await ada.sees_phase("begins soon")
    await at.shoot("room-countdown")
    async with at.sheet():
        await ada.at("cancel-sprint").click()
        await ada.at("confirm").click()
        await ada.sees_phase("cancelled")
    await at.shoot("room-cancelled")


async def in_mid_sprint(at: Stage) -> None:
    ada = at.ada
    await ada.schedule(ROUND_S)
    await ada.sees_phase("writing")
    await ada.at("editor").focus()
    await ada.page.keyboard.insert_text(DRAFT)
    await ada.sees_saved()
    await asyncio.gather(*(each.count_stored(0) for each in at.others))  # else the restart makes them come late
    await at.go_forward(540)
    await counts(at.others, 0.2)
    await ada.page.keyboard.type(MORE)
    await ada.sees_on_board("Ben", int(0.2 * 610))
    await ada.sees_saved()
    await at.shoot("room-calm")
    await ada.page.keyboard.press("Escape")
    await expect(ada.at("way-typed")).to_be_visible()
    await at.shoot("room-writing")
    if at.look.size == PHONE:
        async with at.sheet():
            await at.shoot("room-board")


async def after_the_bell(at: Stage) -> None:
    ada = at.ada
    await at.go_forward(await at.left_s() - 6)
    await ada.sees_phase("counts coming in")
    await asyncio.gather(*(each.wait_for_phase(Phase.REPORTING) for each in at.others))
    await counts(at.others[:7], 0.45, CountFlags.IN)
    await ada.sees_on_board("Ben", int(0.45 * 610))
    await at.shoot("room-reporting")
    async with at.sheet():
        await ada.close_counting()
    await expect(ada.at("results-row")).to_have_count(1 + len(at.others))
    await at.shoot("room-results")


async def take(chromium: Chromium, look: Look, folder: Path) -> None:
    """A round by one look, on a server of its own."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ServerProcess(reporting_s=600, checkpoint_ms=100, clock_shift_s=0))
        ada = await stack.enter_async_context(await chromium.person("Ada", server.url, look.size, look.colours))
        others = [await stack.enter_async_context(SocketWriter(server.url, name)) for name in OTHERS]
        for each in others:
            await each.sign_in()
        if not (await others[0].get("/api/rooms"))["rooms"]:
            for each, title in zip(others, OPEN_ROOMS, strict=False):
                await each.make_room(title, "public")
        at = Stage(server, folder, look, ada, others)
        ada.forgives = OF_THE_LINE
        await ada.sign_in()
        await before_the_start(at)
        await in_mid_sprint(at)
        await after_the_bell(at)
        assert ada.complaints == [], ada.complaints


async def take_all(folder: Path, data: Path) -> None:
    demo = Demo(data)
    await demo.tell()
    async with Chromium() as chromium:
        for look in LOOKS:
            await take(chromium, look, folder)
            await demo.take(chromium, look, folder)
        await states.take(chromium, folder)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev shots", description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "docs/shots", help="the folder (default docs/shots)")
    folder = parser.parse_args().into.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wordtide-shots-") as data:
        asyncio.run(take_all(folder, Path(data)))


if __name__ == "__main__":
    main()
