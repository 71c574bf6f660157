"""Which rest may be booked, and what calling it off leaves."""

from datetime import date, timedelta

import pytest

from protocol.codes import ErrorCode
from server.core.rests import MOST_AHEAD_DAYS, Booked, called_off, check
from server.core.sprint import RuleError

TODAY = date(2026, 6, 10)
HELD = Booked("held", date(2026, 6, 20), date(2026, 6, 22))


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (1, 1),
        (1, 9),  # up to the day before another
        (13, 72),  # sixty days, from the day after another on
        (MOST_AHEAD_DAYS, MOST_AHEAD_DAYS + 59),
    ],
)
def test_rest_is_booked_from_tomorrow_on_beside_other_rest(first: int, last: int) -> None:
    check(ahead(first), ahead(last), TODAY, [HELD])


@pytest.mark.parametrize(
    ("first", "last", "field", "code"),
    [
        (0, 0, "first", ErrorCode.BAD_REQUEST),
        (-3, 3, "first", ErrorCode.BAD_REQUEST),
        (2, 1, "last", ErrorCode.BAD_REQUEST),
        (13, 73, "last", ErrorCode.BAD_REQUEST),
        (MOST_AHEAD_DAYS + 1, MOST_AHEAD_DAYS + 1, "first", ErrorCode.BAD_REQUEST),
        (9, 10, "first", ErrorCode.CONFLICT),
        (12, 14, "first", ErrorCode.CONFLICT),
        (11, 11, "first", ErrorCode.CONFLICT),
        (5, 20, "first", ErrorCode.CONFLICT),
    ],
)
def test_what_is_wrong_with_a_stretch_is_said(first: int, last: int, field: str, code: ErrorCode) -> None:
    with pytest.raises(RuleError) as refused:
        check(ahead(first), ahead(last), TODAY, [HELD])
    assert (refused.value.field, refused.value.code) == (field, code)


def test_rest_that_has_not_begun_is_gone_and_rest_that_runs_ends_with_today() -> None:
    assert called_off(HELD, date(2026, 6, 19)) is None
    assert called_off(HELD, date(2026, 6, 20)) == HELD._replace(last=date(2026, 6, 20))
    assert called_off(HELD, date(2026, 6, 22)) == HELD


def test_rest_that_is_over_stays() -> None:
    with pytest.raises(RuleError) as refused:
        called_off(HELD, date(2026, 6, 23))
    assert refused.value.code == ErrorCode.CONFLICT
