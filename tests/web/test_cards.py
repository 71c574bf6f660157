"""What links show of themselves to whoever fetches them without a browser."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from protocol import http
from server.ledger.ledger import SqlLedger
from server.web import cards
from server.web.pages import PAGES
from tests.support.art import PUBLIC, Drawing, drawings, is_of
from tests.web.built import build_client
from tests.web.house import House, lose_database, new_room, new_sprint, open_house

PAGE = (PUBLIC.parent / "index.html").read_text(encoding="utf-8")


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[House]:
    build_client(tmp_path / "dist", PAGE)
    async with open_house(tmp_path / "data", static=tmp_path / "dist") as house:
        yield house


def tags(page: str) -> dict[str, str]:
    """By name or property; the title, and the canonical link."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    found += [("title", title) for title in re.findall("<title>(.*?)</title>", page)]
    found += [("canonical", link) for link in re.findall('<link rel="canonical" href="([^"]*)">', page)]
    assert len(found) == len(dict(found)), "something is said twice"
    return {name: unescape(value) for name, value in found}


async def shown(client: httpx.AsyncClient, path: str) -> dict[str, str]:
    answer = await client.get(path)
    assert answer.status_code == 200
    said = tags(answer.text)
    assert (said["twitter:card"], said["description"]) == ("summary_large_image", said["og:description"])
    return said


async def test_the_front_page_and_the_directory_say_what_they_are_and_may_be_found(built: House) -> None:
    client = await built.stranger()
    for path, title in ("/", "Wordtide"), ("/rooms", "Open rooms"):
        said = await shown(client, path)
        assert said["og:title"] == title
        assert said["canonical"] == said["og:url"] == f"http://tide.test{path}"
        assert said["og:image"] == "http://tide.test/card.png"
        assert "x-robots-tag" not in (await client.get(path)).headers


async def test_a_public_room_says_what_goes_on_in_it(built: House) -> None:
    ann, ben, stranger = await built.writer(), await built.writer("Ben"), await built.stranger()
    slug = (await new_room(ann, title='Tea & "<script>"'))["slug"]
    await ben.post(f"/api/rooms/{slug}/join", json={})
    await new_sprint(ann, slug)
    said = await shown(stranger, f"/r/{slug}")
    assert (said["title"], said["og:title"]) == ('\u2068Tea & "<script>"\u2069 · Wordtide', 'Tea & "<script>"')
    assert said["canonical"] == f"http://tide.test/r/{slug}"
    assert re.fullmatch(
        r"Writing until .*? UTC\. 2 writers are in\. All it takes to join is a name\.", said["description"]
    )
    assert "<script>" not in (await stranger.get(f"/r/{slug}")).text


async def test_a_link_in_a_busy_chat_is_looked_up_once(built: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, stranger = await built.writer(), await built.stranger()
    slug = (await new_room(ann))["slug"]
    asked: list[int] = []
    really = SqlLedger.writers_in

    async def writers_in(ledger: SqlLedger, room: int) -> int:
        asked.append(room)
        return await really(ledger, room)

    monkeypatch.setattr(SqlLedger, "writers_in", writers_in)
    told = await asyncio.gather(*(shown(stranger, f"/r/{slug}") for _ in range(10)))
    assert all(said == told[0] for said in told)
    assert len(asked) == 1


def room_in(phase: http.PhaseName | None, writers: int = 12) -> http.Room:
    """A public room whose sprint of 25 min is in this phase. None: it has had none."""
    at = "2026-11-28T19:15:00.000Z"
    sprint = None
    if phase is not None:
        sprint = http.Sprint(1, "dawn", 1, at, "2026-11-28T19:40:00.000Z", at, None, phase, False, at, 25, 3, 4812)
    return http.Room(1, "dawn", "", "Dawn pages", "public", "viewer", writers, sprint, at)


JOIN = "12 writers are in. All it takes to join is a name."


@pytest.mark.parametrize(
    ("phase", "text"),
    [
        (None, JOIN),
        ("cancelled", JOIN),
        ("countdown", f"Starts on 28 November at 19:15 UTC and runs 25 minutes. {JOIN}"),
        ("writing", f"Writing until 28 November at 19:40 UTC. {JOIN}"),
        ("reporting", f"25 minutes, 3 writers, 4,812 words together. {JOIN}"),
        ("results", f"25 minutes, 3 writers, 4,812 words together. {JOIN}"),
    ],
)
def test_each_phase_is_told_in_words(phase: http.PhaseName | None, text: str) -> None:
    card = cards.of_room(room_in(phase))
    assert (card.title, card.text, card.path) == ("Dawn pages", text, "/r/dawn")
    assert card.picture == (cards.HIGH_WATER if phase == "results" else cards.FRONT)


@pytest.mark.parametrize(
    ("writers", "said"), [(0, "Nobody is in yet."), (1, "1 writer is in."), (2000, "2,000 writers")]
)
def test_how_many_are_in_is_told_in_words(writers: int, said: str) -> None:
    assert cards.of_room(room_in(None, writers)).text.startswith(said)


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
async def test_a_room_that_is_not_public_says_only_that_it_is_a_sprint(built: House, visibility: str) -> None:
    ann, stranger = await built.writer("Ottoline"), await built.stranger()
    room = await new_room(ann, title="Ottoline’s room", visibility=visibility)
    await new_sprint(ann, room["slug"])
    for who in stranger, ann:
        answer = await who.get(room["url"])
        assert answer.status_code == 200
        assert answer.headers["x-robots-tag"] == "noindex"
        said = tags(answer.text)
        assert said["og:title"] == "A writing sprint"
        assert "Ottoline" not in answer.text
        assert room["slug"] not in answer.text
        assert "canonical" not in said
        assert not re.search(r"\d", said["description"])


async def test_what_is_someone_s_own_is_not_to_be_found(built: House) -> None:
    ann = await built.writer("Ottoline")
    for path in "/history", "/history/2026", "/projects", "/settings/account", "/in", "/r/no-such-room":
        answer = await ann.get(path)
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "Ottoline" not in answer.text
    disallowed = re.findall("Disallow: (.+)", (PUBLIC / "robots.txt").read_text(encoding="utf-8"))
    personal = [path for path, card in PAGES.items() if card.path is None]
    assert [path for path in personal if not path.startswith(tuple(disallowed))] == []
    assert not any(path.startswith(tuple(disallowed)) for path in ("/", "/rooms", "/r/any", "/card.png"))


async def test_a_hidden_room_shows_what_none_would(built: House) -> None:
    ann, stranger = await built.writer(), await built.stranger()
    hidden = await stranger.get(f"/r/{(await new_room(ann, visibility='private'))['slug']}")
    none = await stranger.get("/r/no-such-room")
    assert (hidden.status_code, hidden.text) == (404, none.text)


async def test_while_the_database_is_away_a_link_is_a_sprint_s(built: House) -> None:
    client = await built.stranger()
    await lose_database(built)
    assert (await shown(client, "/r/any"))["og:title"] == "A writing sprint"


async def test_addresses_are_whole_and_those_people_use(tmp_path: Path) -> None:
    build_client(tmp_path / "dist", PAGE)
    async with open_house(tmp_path, static=tmp_path / "dist", public_url="https://tide.example") as house:
        said = await shown(await house.stranger(), "/rooms?from=chat")
    assert said["og:image"] == "https://tide.example/card.png"
    assert said["og:url"] == "https://tide.example/rooms"


async def test_a_host_that_is_none_breaks_out_of_no_tag(built: House) -> None:
    page = await (await built.stranger()).get("/", headers={"Host": '"><script>'})
    assert '"><script>' not in page.text


@pytest.mark.parametrize("drawing", drawings(), ids=lambda each: each.file)
def test_each_picture_is_of_its_drawing(drawing: Drawing) -> None:
    assert is_of((PUBLIC / drawing.file).read_bytes(), drawing), "drawn anew since: run ./dev draw"


def test_the_pictures_that_are_named_are_there() -> None:
    icons = json.loads((PUBLIC / "manifest.webmanifest").read_text(encoding="utf-8"))["icons"]
    named = {icon["src"] for icon in icons} | set(re.findall(r'rel="(?:apple-touch-)?icon" href="([^"]+)"', PAGE))
    named |= {f"/{each.file}" for each in (cards.FRONT, cards.HIGH_WATER)}
    assert named == {"/icon.svg"} | {f"/{each.file}" for each in drawings()}
    sizes = {f"/{each.file}": "{}x{}".format(*each.size) for each in drawings()}
    assert all(icon["sizes"] == sizes.get(icon["src"], "any") for icon in icons)
