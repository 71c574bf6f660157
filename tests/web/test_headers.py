"""What browsers are told never to do, on every kind of answer."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.web.headers import content_security_policy
from tests.web.house import House, open_house, problem

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://tide.test wss://tide.test; "
    "img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


ADDRESSES = ["/", "/api/me", "/api/rooms", "/api/nothing", "/nothing/here", "/healthz", "/metrics"]


@pytest.mark.parametrize("path", ADDRESSES)
async def test_every_answer_carries_them(house: House, path: str) -> None:
    headers = (await (await house.stranger()).get(path)).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers
    assert "cross-origin-opener-policy" not in headers


async def test_an_error_that_nobody_caught_carries_them_too(house: House) -> None:
    def broken(_: Request) -> Response:
        raise RuntimeError("this is a bug")

    house.app.router.routes.insert(0, Route("/broken", broken))
    answer = await (await house.stranger()).get("/broken")
    problem(answer, 500)
    assert answer.headers["content-security-policy"] == CSP


def test_a_host_that_is_none_does_not_get_into_the_policy() -> None:
    for host in ("", "evil.example; script-src *", "a b", "x'", "tide.test:port", "a,b"):
        assert "connect-src 'self';" in content_security_policy(host)
    for host in ("192.168.1.5:8000", "[::1]:8000", "localhost"):
        assert f"connect-src 'self' ws://{host} wss://{host};" in content_security_policy(host)


async def test_an_https_address_is_remembered_as_such(tmp_path: Path) -> None:
    async with open_house(tmp_path, public_url="https://tide.example") as house:
        headers = (await (await house.stranger()).get("/")).headers
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "wss://tide.example;" in headers["content-security-policy"]


async def test_a_long_answer_is_zipped(house: House) -> None:
    client = await house.stranger(headers={"Accept-Encoding": "gzip"})
    answer = await client.get("/api/openapi.json")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["openapi"] == "3.1.0"
