"""Rules in words come from the Structs that decode."""

import pytest
from msgspec import Struct

from protocol import history, http
from server.web.queries import Days
from server.web.routes import ROUTES
from server.web.rules import fields_of, rule_of

REQUESTS = sorted({each.request for each in ROUTES if each.request is not None}, key=lambda each: each.__name__)


@pytest.mark.parametrize(
    ("request_shape", "field", "rule"),
    [
        (http.NewSession, "name", "is at most 40 characters, as a reader counts them"),
        (http.NewSession, "zone", "is an IANA time zone, as Europe/London"),
        (http.JoinRoom, "invite", "is text of at most 64 characters"),
        (http.NewRoom, "visibility", "is one of private, public, unlisted"),
        (http.NewCount, "words", "is a whole number, at least -10,000,000 and at most 10,000,000"),
        (http.NewSprint, "minutes", "is a number, more than 0 and at most 1,440"),
        (http.NewSprint, "starts_at", "is a time with its offset, as 2026-11-23T18:30:00Z"),
        (history.ManualSession, "id", "is a UUID"),
        (http.ChangeMe, "streak_hidden", "is true or false"),
        (Days, "from", "is a date, as 2026-11-23"),
        (http.NewSession, "colour", ""),
    ],
)
def test_a_rule_is_said_in_words(request_shape: type[Struct], field: str, rule: str) -> None:
    assert rule_of(request_shape, field) == rule


@pytest.mark.parametrize("request_shape", REQUESTS)
def test_every_field_of_every_request_has_a_rule(request_shape: type[Struct]) -> None:
    for field in fields_of(request_shape):
        rule = rule_of(request_shape, field)
        assert rule.startswith("is ")
        assert "another type" not in rule
