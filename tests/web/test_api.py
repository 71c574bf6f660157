"""Whatever arrives is answered: by the handler, or by a problem."""

import logging
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request

from server.web import api
from server.web.api import MAX_BODY_BYTES
from tests.support.ledgers import row_counts
from tests.web.house import House, lose_database, problem


async def test_an_unknown_address_of_the_api_is_a_problem(house: House) -> None:
    client = await house.stranger()
    for path in ("/api", "/api/", "/api/nothing", "/api/rooms/", "/api/rooms/x/y/z"):
        for method in ("GET", "POST"):
            said = problem(await client.request(method, path, headers={"Accept": "*/*"}), 404)
            assert said["code"] == 104


async def test_an_unknown_address_elsewhere_is_a_page_for_people(house: House) -> None:
    client = await house.stranger()
    answer = await client.get("/no/such/page", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


def test_nul_in_an_address_reaches_no_database() -> None:
    """PostgreSQL does not take it as text, and its refusal would pass for an outage."""
    asked = Request({"type": "http", "path_params": {"device": "a\0b", "merge": "ä b"}})
    assert api._path(asked) == {"device": "a\ufffdb", "merge": "ä b"}


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("PUT", "/api/rooms", {"GET", "HEAD", "POST"}), ("DELETE", "/api/me", {"GET", "HEAD", "PATCH"})],
)
async def test_a_wrong_method_is_told_the_right_ones(house: House, method: str, path: str, allow: set[str]) -> None:
    client = await house.stranger()
    answer = await client.request(method, path)
    problem(answer, 405, "method")
    assert set(answer.headers["allow"].split(", ")) == allow


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name":',
        b'{"name":"Ann"} x',
        b'{"name":"\xff"}',
        b'{"name":"\\ud800"}',
        b"\x00",
        b"name=Ann",
        b'{"name":NaN}',
        b'{"x":' * 3_000,
        "{}".encode("utf-16"),
    ],
)
async def test_what_is_no_json_is_a_problem(house: House, body: bytes) -> None:
    client = await house.stranger()
    assert problem(await client.post("/api/session", content=body), 400)["rule"] == "the body is JSON in UTF-8"


@pytest.mark.parametrize("body", [b"[]", b"[" * 30_000, b"null", b'"Ann"', b"1", b"true"])
async def test_json_that_is_no_object_is_a_problem(house: House, body: bytes) -> None:
    client = await house.stranger()
    assert problem(await client.post("/api/session", content=body), 422)["rule"] == "is a JSON object"


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain;charset=utf-8"])
async def test_what_a_foreign_form_could_send_is_not_read(house: House, media_type: str) -> None:
    client = await house.stranger()
    answer = await client.post("/api/session", content=b'{"name":"Ann"}', headers={"Content-Type": media_type})
    problem(answer, 415, "Content-Type")


async def test_a_body_beyond_the_limit_is_refused_however_it_comes(house: House) -> None:
    client = await house.stranger()
    before = await row_counts(house.ledger)
    fits = b'{"name":"Ann"}'.ljust(MAX_BODY_BYTES)

    async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    problem(await client.post("/api/session", content=fits + b" "), 413)
    problem(await client.post("/api/session", content=in_pieces(fits + b" ")), 413)
    assert await row_counts(house.ledger) == before
    assert (await client.post("/api/session", content=in_pieces(fits))).status_code == 200


async def test_unknown_fields_are_ignored(house: House) -> None:
    client = await house.stranger()
    assert (await client.post("/api/session", json={"name": "Ann", "colour": "red"})).status_code == 200


async def test_answers_are_not_kept_by_caches(house: House) -> None:
    client = await house.stranger()
    assert (await client.get("/api/me")).headers["cache-control"] == "no-store"
    assert (await client.get("/api/rooms")).headers["cache-control"] == "no-store"


async def test_the_head_of_a_read_is_there_too(house: House) -> None:
    client = await house.stranger()
    assert (await client.head("/api/rooms")).status_code == 200


async def test_a_database_that_is_away_is_a_reason_to_come_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    client = await house.writer("Ann")
    await lose_database(house)
    with caplog.at_level(logging.CRITICAL, "sqlalchemy"), caplog.at_level(logging.WARNING, "wordtide.web"):
        for answer in (await client.post("/api/rooms", json={"title": "Dawn"}), await client.get("/api/me")):
            said = problem(answer, 503)
            assert int(answer.headers["retry-after"]) > 0
            assert said["code"] == 100
            assert said["detail"] == "Something went wrong here. Try again in a moment."
            assert "field" not in said
        await client.get("/r/any")
    assert len(caplog.records) == 3
    assert all("unable to open database file" in record.getMessage() for record in caplog.records)


async def test_an_unknown_failure_is_told_to_the_log_alone(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await house.writer("Ann")

    async def fails(*_: object) -> None:
        raise LookupError("a mistake of ours")

    monkeypatch.setattr(house.ledger, "profile", fails)
    with caplog.at_level(logging.ERROR, "wordtide.web"):
        answer = await client.get("/api/me")
    said = problem(answer, 500)
    assert "a mistake" not in answer.text
    assert said["detail"] == "Something went wrong here. Try again in a moment."
    assert any(record.exc_info for record in caplog.records)
