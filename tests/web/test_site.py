"""The client's pages and files as browsers get them."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web.built import FONT, PAGE, build_client
from tests.web.house import House, lose_database, new_room, open_house


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[House]:
    build_client(tmp_path / "dist")
    async with open_house(tmp_path / "data", static=tmp_path / "dist") as house:
        yield house


@pytest.mark.parametrize("path", ["/", "/rooms", "/history", "/settings"])
async def test_every_page_is_the_one_page_and_is_asked_for_anew(built: House, path: str) -> None:
    client = await built.stranger()
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_hashed_files_are_kept_for_a_year(built: House) -> None:
    answer = await (await built.stranger()).get("/assets/index-abc123.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_text_is_sent_zipped_to_who_can_unzip_it(built: House) -> None:
    client = await built.stranger()
    zipped = await client.get("/", headers={"Accept-Encoding": "gzip"})
    assert (zipped.headers["content-encoding"], zipped.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(zipped.headers["content-length"]) < len(PAGE)
    assert zipped.text == PAGE
    plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    font = await client.get("/assets/face-abc123.woff2", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in font.headers
    assert font.content == FONT


async def test_the_icon_and_the_manifest_have_their_types(built: House) -> None:
    client = await built.stranger()
    assert (await client.get("/icon.svg")).headers["content-type"] == "image/svg+xml"
    assert (await client.get("/manifest.webmanifest")).headers["content-type"] == "application/manifest+json"


OUTSIDE = [
    "/assets/none.js",
    "/assets/%2e%2e/%2e%2e/data/x",
    "/index.htm",
    "/wordtide.sqlite3",
    "/assets/",
    "/.env",
]


@pytest.mark.parametrize("path", OUTSIDE)
async def test_nothing_else_of_the_disk_is_served(built: House, path: str) -> None:
    answer = await (await built.stranger()).get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404


async def test_what_is_no_year_has_no_page(built: House) -> None:
    client = await built.stranger()
    assert (await client.get("/history/2026")).status_code == 200
    for year in "0", "26", "20266", "9" * 5_000, "٢٠٢٦", "2026x":
        assert (await client.get(f"/history/{year}")).status_code == 404


async def test_a_room_that_is_not_there_is_still_the_page(built: House) -> None:
    ann, nobody = await built.writer(), await built.stranger()
    room = await new_room(ann)
    private = await new_room(ann, visibility="private")
    invited = urlsplit(private["url"])
    for who, path, status in (
        (nobody, f"/r/{room['slug']}", 200),
        (nobody, "/r/no-such-room", 404),
        (nobody, f"/r/{private['slug']}", 404),
        (nobody, f"{invited.path}?{invited.query}", 200),
        (ann, f"/r/{private['slug']}", 200),
    ):
        answer = await who.get(path)
        assert (answer.status_code, answer.text) == (status, PAGE)


async def test_a_room_of_a_database_that_is_away_is_the_page(built: House) -> None:
    client = await built.stranger()
    await lose_database(built)
    assert (await client.get("/r/any")).status_code == 200


async def test_a_client_built_anew_is_served_at_once(built: House, tmp_path: Path) -> None:
    client = await built.stranger()
    index = tmp_path / "dist" / "index.html"
    build_client(tmp_path / "dist", page="<!doctype html>new")
    os.utime(index, ns=(1, 1))
    assert (await client.get("/")).text == "<!doctype html>new"


async def test_without_a_built_client_the_page_says_what_to_do(house: House) -> None:
    client = await house.stranger()
    for path in ("/", "/r/any-room", "/history"):
        answer = await client.get(path)
        assert answer.status_code == 503
        assert "./dev run" in answer.text
    assert (await client.get("/healthz")).status_code == 200
