"""For everybody: axe finds nothing in light and dark, and nothing scrolls sideways at 320 px."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.conftest import LONG
from tests.e2e.conftest import Arrive
from tests.support.browser import ONCE, PHONE, SMALLEST, Person
from tests.support.server import ROOT, ServerProcess
from tests.support.virtual import VirtualAuthenticator, by_name
from tests.support.writer import SocketWriter

AXE = ROOT / "client/node_modules/axe-core/axe.min.js"
SMALL = ViewportSize(width=SMALLEST[0], height=SMALLEST[1])
LONGEST_NAME = "Wilhelmina-Aurelia of the Northern Lights"[:40]


@contextlib.asynccontextmanager
async def crowd(house: ServerProcess, slug: str, n: int) -> AsyncIterator[list[SocketWriter]]:
    """`n` more writers in a room, without browsers."""
    async with contextlib.AsyncExitStack() as stack:
        names = [LONGEST_NAME, *(f"Writer {i}" for i in range(1, n))]
        writers = [await stack.enter_async_context(SocketWriter(house.url, name)) for name in names]
        await asyncio.gather(*(each.join(slug) for each in writers))
        yield writers


async def begin_projects(ada: Person) -> str:
    """Three, of which one has a plan; its id."""
    await ada.sign_in()
    novel, poems, thesis = (str(uuid4()) for _ in range(3))
    today = date.fromisoformat((await ada.get("/api/me/streak"))["today"])
    days = {"first_day": str(today - timedelta(days=9)), "deadline": str(today + timedelta(days=20))}
    await ada.post("/api/me/projects", {"id": poems, "title": "Poems", "unit": "pages"})
    await ada.post("/api/me/projects", {"id": thesis, "title": LONGEST_NAME * 2, "target": 1})
    await ada.post("/api/me/projects", {"id": novel, "title": "Low water", "target": 30_000, **days})
    written = {"id": str(uuid4()), "started_at": datetime.now(UTC).isoformat(), "minutes": 25, "words": 900}
    await ada.post("/api/me/sessions", {**written, "project": novel})
    await ada.context.request.put("/api/me/goals/week", data={"target": 1_000}, headers=ONCE)
    return novel


async def landing(ada: Person, house: ServerProcess) -> None:
    await ada.open("/")
    await expect(ada.at("public-room").first).to_be_visible()


async def directory(ada: Person, house: ServerProcess) -> None:
    await ada.open("/rooms")
    await expect(ada.at("public-room").first).to_be_visible()
    start = await ada.page.get_by_role("link", name="Start a room of your own").bounding_box()
    assert start is not None
    assert start["height"] >= 44


async def lobby(ada: Person, house: ServerProcess) -> None:
    await begin_projects(ada)
    await ada.enter(await ada.make_room())
    await expect(ada.at("start-form")).to_be_visible()
    await expect(ada.at("mine-project")).to_be_visible()


async def entry(ada: Person, house: ServerProcess) -> None:
    await ada.make_room()
    await ada.context.clear_cookies()
    await ada.open(f"/r/{ada.slug}")
    await expect(ada.at("watch-button")).to_be_visible()


async def misnamed(ada: Person, house: ServerProcess) -> None:
    async with SocketWriter(house.url, "\u0410da") as host:  # Cyrillic
        await host.sign_in()
        await ada.open(f"/r/{await host.make_room()}")
        await ada.at("name-input").fill("Ada")
        await ada.at("name-submit").click()
        await expect(ada.page.get_by_role("heading", name="Your name looks like a host’s")).to_be_visible()
        await expect(ada.at("watch-button")).to_be_visible()


async def reporting(ada: Person, house: ServerProcess) -> None:
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.choose("way-total", "total")
    await ada.ring()
    await expect(ada.at("done-button")).to_be_visible()


async def countdown(ada: Person, house: ServerProcess) -> None:
    await ada.enter(await ada.make_room())
    await ada.schedule(delay_s=300)
    await ada.sees_phase("begins soon")
    await expect(ada.at("cancel-sprint")).to_be_visible()


async def report(ada: Person, house: ServerProcess) -> None:
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.sees_phase("writing")
    await ada.choose("way-total", "total")
    await ada.at("start-total-input").fill("50000")
    await ada.at("report-input").fill("250")
    await ada.at("report-submit").click()
    await expect(ada.at("did-you-mean")).to_be_visible()


async def viewing(ada: Person, house: ServerProcess) -> None:
    async with SocketWriter(house.url, LONGEST_NAME) as host:
        await host.sign_in()
        slug = await host.make_room("A room to look into", "public")
        await host.join(slug)
        await host.start(600)
        await ada.enter(slug, watch=True)
        await ada.sees_phase("writing")
        await expect(ada.at("join-button")).to_be_visible()


async def results(ada: Person, house: ServerProcess) -> None:
    await ada.enter(await ada.make_room())
    await ada.at("mine-intention").fill("Find out what Marta wants")
    await ada.schedule()
    await ada.write("high water")
    async with crowd(house, ada.slug, 4) as others:
        await asyncio.gather(*(each.count_stored(100 * i) for i, each in enumerate(others)))
        await ada.sees_total(602)
        await ada.ring()
        await ada.close_counting()
        await expect(ada.at("results-row")).to_have_count(5)
        await expect(ada.at("mine-outcome").first).to_be_attached()
        await ada.at("correct-count").click()
        await ada.at("mine-note").click()


async def history(ada: Person, house: ServerProcess) -> None:
    """With all that it can unfold, a refusal in each of its forms, and the line of a removed session."""
    await ada.sign_in()
    now = datetime.now(UTC)
    for ago, words in enumerate([412, -40, 300]):
        session = {"id": str(uuid4()), "started_at": (now - timedelta(days=ago)).isoformat(), "minutes": 25}
        await ada.post("/api/me/sessions", {**session, "words": words, "note": LONGEST_NAME * 3})
    await ada.open("/history")
    await expect(ada.at("session-row")).to_have_count(3)
    await ada.at("session-edit").last.click()
    await ada.at("session-remove").click()
    await expect(ada.at("session-undo")).to_be_focused()
    for summary in await ada.page.locator("summary").all():
        await summary.click()
    await ada.at("session-edit").last.click()
    await ada.at("session-form").get_by_test_id("field-minutes").fill("-1")
    await ada.at("session-save").click()
    await ada.at("add-submit").click()
    await expect(ada.page.get_by_role("alert").filter(has_text="such as")).to_have_count(2)


async def year(ada: Person, house: ServerProcess) -> None:
    await history(ada, house)
    await ada.page.get_by_role("link", name="in review").click()
    await expect(ada.at("year-total")).to_be_visible()
    for summary in await ada.page.locator("summary").all():
        await summary.click()


async def projects(ada: Person, house: ServerProcess) -> None:
    await begin_projects(ada)
    await ada.open("/projects")
    await expect(ada.at("project-card")).to_have_count(3)
    for summary in await ada.page.locator("summary").all():
        await summary.click()
    await ada.at("project-save").click()
    await expect(ada.at("project-title")).to_be_focused()


async def project(ada: Person, house: ServerProcess) -> None:
    await ada.open(f"/projects/{await begin_projects(ada)}")
    await expect(ada.at("project-chart")).to_be_visible()
    for summary in await ada.page.locator("summary").all():
        await summary.click()


async def bringing(ada: Person, house: ServerProcess) -> None:
    await ada.sign_in()
    await ada.open("/history/data")
    await expect(ada.at("import-file")).to_be_visible()
    await ada.at("calendar-make").click()
    await expect(ada.at("link-text")).to_be_visible()
    await ada.page.get_by_text("Or paste a table").click()
    await ada.at("import-paste").fill(
        "date\tcount\tproject\n2025-03-04\t500\tThe ferry\n2026-03-04\t1\t=1\nTotal\t501\n"
    )
    await ada.at("import-look").click()
    await expect(ada.at("import-run")).to_be_visible()
    await ada.page.get_by_text("The rows as they are read").click()


async def settings(ada: Person, house: ServerProcess) -> None:
    await ada.sign_in()
    tomorrow = date.fromisoformat((await ada.get("/api/me/rests"))["today"]) + timedelta(days=1)
    await ada.post("/api/me/rests", {"id": str(uuid4()), "first": f"{tomorrow}", "last": f"{tomorrow}"})
    await ada.open("/settings")
    await expect(ada.at("rest-row")).to_be_visible()
    await ada.at("rest-book").click()
    await expect(ada.at("rest-first")).to_be_focused()


async def account(ada: Person, house: ServerProcess) -> None:
    """Tokens in the list, one shown, and the form with its refusal; and what asks and refuses elsewhere."""
    await ada.sign_in()
    for name, scope in (("word counter", "history:write"), (LONGEST_NAME, "profile:read")):
        await ada.post("/api/me/tokens", {"id": str(uuid4()), "name": name, "scopes": [scope]})
    await ada.open("/settings/account")
    await ada.at("token-new").click()
    await ada.at("token-name").fill("a spreadsheet")
    for box in await ada.at("token-scope").all():
        await box.check()
    await ada.at("token-make").click()
    await expect(ada.at("token-secret")).to_be_visible()
    await ada.at("token-new").click()
    await ada.at("token-make").click()
    await expect(ada.at("token-name")).to_be_focused()
    await ada.at("sign-out-here").click()
    await expect(ada.at("confirm")).to_be_focused()
    await ada.at("another-show").click()
    await expect(ada.at("another-code")).to_be_visible()
    await ada.at("delete-me").click()
    await expect(ada.at("delete-name")).to_be_focused()


async def signed_out(ada: Person, house: ServerProcess) -> None:
    await ada.open("/in?ended")
    await ada.at("code-input").fill("7k2m")
    await ada.at("sign-in").click()
    await expect(ada.page.locator("#code-wrong")).to_be_visible()


async def keeping(ada: Person, house: ServerProcess) -> None:
    """What keeps a history, with all that it can unfold; at a name, as a bare address has no passkeys."""
    named = {"name": "Ada", "zone": "Europe/London"}
    await ada.context.request.post(f"{by_name(house)}/api/session", data=named, headers=ONCE)
    await VirtualAuthenticator.of(ada)
    await ada.open(f"{by_name(house)}/settings/account")
    await ada.at("passkey-add").click()
    await expect(ada.at("passkey")).to_be_visible()
    await ada.at("codes-make").dblclick()  # makes one set all the same
    await expect(ada.at("codes")).to_be_visible()
    await expect(ada.at("audit-line")).to_have_count(2)
    await ada.at("passkey-rename").click()
    await ada.at("passkey-name").fill(LONGEST_NAME)
    await ada.page.keyboard.press("Enter")
    await expect(ada.at("passkey-rename")).to_be_focused()
    await ada.at("passkey-remove").click()
    await expect(ada.at("confirm")).to_be_focused()


async def turned_back(ada: Person, house: ServerProcess) -> None:
    """At the page to which a provider leads back."""
    ada.forgives = re.compile("status of 400")
    await ada.open(f"/in/openid?state={uuid4()}&error=access_denied")
    await expect(ada.at("openid-refused")).to_be_visible()


async def by_a_provider(ada: Person, house: ServerProcess) -> None:
    """The last way back, about to be removed."""
    await ada.sign_in()
    await ada.open("/settings/account")
    await ada.at("identity-add").click()
    await ada.at("identity-remove").click()
    await expect(ada.at("confirm")).to_be_focused()


async def meeting(ada: Person, house: ServerProcess) -> None:
    """Somebody signs in where a guest was: what they are asked, and then the list on the account's page."""
    named = {"name": LONGEST_NAME, "zone": "Europe/London"}
    await ada.context.request.post(f"{house.url}/api/session", data=named, headers=ONCE)
    now = (await ada.get("/healthz"))["now"]
    await ada.post("/api/me/sessions", {"id": str(uuid4()), "started_at": now, "minutes": 25, "words": 412})
    async with SocketWriter(house.url, "Bea") as bea:
        await bea.sign_in()
        code = (await bea.post("/api/me/links"))["code"]
    await ada.open(f"/in#{code}")
    await ada.at("sign-in").click()
    await expect(ada.at("merge-ask")).to_be_focused()
    await is_fit(ada)
    await ada.at("merge-bring").click()
    await expect(ada.at("merge-did")).to_be_visible()
    await ada.open("/settings/account")
    await ada.at("merge-undo").click()
    await expect(ada.at("confirm")).to_be_focused()


async def axe_finds(page: Page) -> list[Any]:
    found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found["violations"]]


async def is_fit(person: Person) -> None:
    """The page as it stands in the light, and on the smallest screen in the dark; under --long each in both.

    Not moving, so that colours hold still.
    """
    page = person.page
    await page.evaluate(AXE.read_text())  # injected by a script element it would be refused by the CSP
    stands = page.viewport_size
    assert stands is not None
    await see(page, stands, "light")
    await see(page, SMALL, "dark")
    if LONG:
        await see(page, SMALL, "light")
        await see(page, stands, "dark")
    await page.set_viewport_size(stands)


async def see(page: Page, size: ViewportSize, colours: Literal["light", "dark"]) -> None:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    wide = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], (size, "scrolls sideways")
    assert await axe_finds(page) == [], (size, colours)


Scene = Callable[[Person, ServerProcess], Awaitable[None]]


SCENES = [
    landing,
    directory,
    entry,
    misnamed,
    viewing,
    lobby,
    countdown,
    report,
    reporting,
    results,
    history,
    year,
    projects,
    project,
    bringing,
    settings,
    account,
    signed_out,
    keeping,
    turned_back,
    by_a_provider,
    meeting,
]


@pytest.mark.parametrize("scene", SCENES)
async def test_nothing_is_in_anybody_s_way(arrive: Arrive, house: ServerProcess, scene: Scene) -> None:
    async with SocketWriter(house.url, LONGEST_NAME) as host:
        await host.sign_in()
        await host.make_room("A room with a name as long as names can be, " + "so long that it wraps"[:36], "public")
    ada = await arrive("Ada")
    await scene(ada, house)
    await is_fit(ada)


async def test_nothing_is_in_anybody_s_way_in_mid_sprint_among_thirty(arrive: Arrive, house: ServerProcess) -> None:
    ada = await arrive("Ada")
    await ada.enter(await ada.make_room())
    async with crowd(house, ada.slug, 29) as others:
        await ada.schedule()
        await ada.sees_phase("writing")
        await ada.write("all of us")
        await asyncio.gather(*(each.count(7 * (i - 8)) for i, each in enumerate(others)))  # some took words out
        await ada.sees_total(3 + 7 * sum(range(-8, 21)))
        await expect(ada.row("Ada")).to_have_attribute("data-rank", "21")
        await expect(ada.at("board-row")).to_have_count(15 + 5)
        await ada.page.keyboard.press("Escape")
        await is_fit(ada)
        await ada.at("board-all").click()
        await expect(ada.at("board-row")).to_have_count(30)


async def test_nothing_is_in_anybody_s_way_in_the_sheet_on_a_phone(arrive: Arrive, house: ServerProcess) -> None:
    ada = await arrive("Ada", size=PHONE)
    await ada.enter(await ada.make_room())
    async with crowd(house, ada.slug, 4):
        await ada.schedule()
        await ada.sees_phase("writing")
        await ada.at("sheet-toggle").click()
        await expect(ada.at("leave-button")).to_be_visible()
        await ada.at("tend-writers").click()
        await ada.at("remove-writer").first.click()
        await expect(ada.at("confirm")).to_be_visible()
        await is_fit(ada)
