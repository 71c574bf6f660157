"""The token a browser or a companion shows, and the cookie it lives in."""

import pytest

from server.core.tokens import PREFIX, is_personal
from server.people.sessions import Presented, cookie_name, new_personal, new_token, presented, set_cookie

PLAIN = "http://192.168.1.5:8000"
SECURE = "https://tide.example"


def test_tokens_are_long_and_differ() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)


def test_personal_tokens_are_known_by_their_looks_and_come_in_no_cookie() -> None:
    secret = new_personal()
    assert is_personal(secret)
    assert not is_personal(PREFIX + new_token()[len(PREFIX) :])  # a session's that happens to begin like one
    assert presented({"authorization": f"Bearer {secret}"}, None) == Presented(secret, bearer=True)
    assert presented({"cookie": f"wordtide={secret}"}, None) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    value = set_cookie("t" * 43, None)
    assert value.startswith(f"wordtide={'t' * 43};")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= {each.strip() for each in value.split(";")}
    assert "Secure" not in value


def test_over_https_the_cookie_is_bound_to_the_host() -> None:
    value = set_cookie("t" * 43, SECURE)
    assert value.startswith("__Host-wordtide=")
    assert value.endswith("; Secure")
    assert "Domain" not in value


@pytest.mark.parametrize("public_url", [None, PLAIN, SECURE])
def test_what_was_set_is_read_back(public_url: str | None) -> None:
    token = new_token()
    sent = set_cookie(token, public_url).partition(";")[0]
    headers = {"cookie": f'other="a;b"; bad[name]=x; {sent}'}
    assert presented(headers, public_url) == Presented(token, bearer=False)


def test_a_bearer_token_comes_before_a_cookie() -> None:
    cookie, bearer = new_token(), new_token()
    headers = {"cookie": f"{cookie_name(None)}={cookie}", "authorization": f"Bearer {bearer}"}
    assert presented(headers, None) == Presented(bearer, bearer=True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": "wordtide="},
        {"cookie": "wordtide=short"},
        {"cookie": "wordtide=" + "x" * 5_000},
        {"cookie": "wordtide=" + "ü" * 43},
        {"cookie": f"wordtidex={'t' * 43}"},
        {"authorization": "Basic " + "t" * 43},
        {"authorization": "Bearer"},
        {"authorization": f"Bearer {'t' * 43} more"},
    ],
)
def test_what_is_no_token_is_nobody(headers: dict[str, str]) -> None:
    assert presented(headers, None) is None


def test_a_plain_cookie_counts_for_nothing_where_https_is_said() -> None:
    assert presented({"cookie": f"wordtide={new_token()}"}, SECURE) is None
