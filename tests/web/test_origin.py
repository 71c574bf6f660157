"""The origin matrix: only a page of this very server may act for its writers."""

from pathlib import Path

import pytest
from starlette.datastructures import Headers

from server.web.origin import allowed, allowed_http, of_url, sent
from tests.support.ledgers import row_counts
from tests.web.house import House, open_house, problem

PUBLIC = "https://tide.example"

RIGHT = [
    ("http://tide.example", "tide.example", None),
    ("https://tide.example", "tide.example", None),
    ("http://192.168.1.5:8000", "192.168.1.5:8000", None),
    ("http://[::1]:8000", "[::1]:8000", None),
    ("https://tide.example", "10.0.0.7:8000", PUBLIC),
    ("https://tide.example", "tide.example", "https://TIDE.example:443/"),
    ("http://tide.example:8080", "x", "http://tide.example:8080/base"),
]
WRONG = [
    ("null", "tide.example", None),
    ("", "tide.example", None),
    ("", "", None),
    ("http://", "", None),
    ("https://evil.example", "tide.example", None),
    ("https://tide.example.evil.example", "tide.example", None),
    ("https://eviltide.example", "tide.example", None),
    ("https://tide.example@evil.example", "tide.example", None),
    ("https://tide.example/", "tide.example", None),
    ("https://tide.example:8443", "tide.example", None),
    ("http://192.168.1.5:8001", "192.168.1.5:8000", None),
    ("http://192.168.1.5", "192.168.1.5:8000", None),
    ("ftp://tide.example", "tide.example", None),
    ("tide.example", "tide.example", None),
    ("null", "tide.example", PUBLIC),
    ("http://tide.example", "tide.example", PUBLIC),
    ("https://tide.example:8443", "tide.example", PUBLIC),
    ("https://tide.example.evil.example", "tide.example", PUBLIC),
    ("https://other.example", "other.example", PUBLIC),
]


@pytest.mark.parametrize(("origin", "host", "public_url"), RIGHT)
def test_our_own_page_is_let_in(origin: str, host: str, public_url: str | None) -> None:
    assert allowed(origin, host, public_url, bearer=False)
    assert allowed_http(origin, host, public_url)


@pytest.mark.parametrize(("origin", "host", "public_url"), WRONG)
@pytest.mark.parametrize("bearer", [False, True])
def test_any_other_page_is_not(origin: str, host: str, public_url: str | None, bearer: bool) -> None:
    assert not allowed(origin, host, public_url, bearer)
    assert not allowed_http(origin, host, public_url)


@pytest.mark.parametrize("public_url", [None, PUBLIC])
def test_an_absent_origin_needs_a_bearer_token_at_the_socket_alone(public_url: str | None) -> None:
    assert allowed(None, "tide.example", public_url, bearer=True)
    assert not allowed(None, "tide.example", public_url, bearer=False)
    assert allowed_http(None, "tide.example", public_url)


def test_two_origins_are_none_of_ours() -> None:
    raw = [(b"origin", b"http://tide.example"), (b"origin", b"http://tide.example")]
    assert not allowed(sent(Headers(raw=raw)), "tide.example", None, bearer=True)
    assert sent(Headers({})) is None


def test_the_origin_of_an_address_is_written_as_browsers_do() -> None:
    assert of_url("HTTPS://Tide.Example:443/a/b?c") == "https://tide.example"
    assert of_url("http://[2001:DB8::1]:8000/") == "http://[2001:db8::1]:8000"


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://tide.test.evil.example", "http://tide.test:81"]
)
async def test_a_foreign_page_changes_nothing(house: House, origin: str) -> None:
    client = await house.writer()
    before = await row_counts(house.ledger)
    calls = [("POST", "/api/rooms"), ("PATCH", "/api/me"), ("POST", "/api/session"), ("POST", "/api/me/sessions")]
    for method, path in calls:
        answer = await client.request(method, path, json={"title": "x", "name": "x"}, headers={"Origin": origin})
        problem(answer, 403, "Origin")
    assert await row_counts(house.ledger) == before


async def test_our_own_page_and_a_program_may_write(house: House) -> None:
    client = await house.writer()
    for headers in ({"Origin": "http://tide.test"}, {}):
        answer = await client.post("/api/rooms", json={"title": "Dawn"}, headers=headers)
        assert answer.status_code == 201


async def test_where_a_public_address_is_set_only_its_page_may(tmp_path: Path) -> None:
    async with open_house(tmp_path, public_url="https://tide.example") as house:
        client = await house.stranger("https://tide.example")
        await client.post("/api/session", json={"name": "Ann"}, headers={"Origin": "https://tide.example"})
        right = await client.post("/api/rooms", json={"title": "Dawn"}, headers={"Origin": "https://tide.example"})
        assert right.status_code == 201
        assert right.json()["url"].startswith("https://tide.example/r/")
        wrong = await client.post("/api/rooms", json={"title": "Dawn"}, headers={"Origin": "http://tide.example"})
        problem(wrong, 403, "Origin")
