"""Which day an instant belongs to: rollovers, gaps and folds of clocks, the date line, travel."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.days import ALWAYS, ZoneFrom, day_by, day_of, day_start, short_days, zone_at

ZONES = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Africa/Casablanca",
]
INSTANTS = st.datetimes(datetime(2008, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "rollover", "day"),
    [
        ("2026-06-03T02:59+01:00", "Europe/London", 180, 2),
        ("2026-06-03T03:00+01:00", "Europe/London", 180, 3),
        ("2026-06-03T23:50+01:00", "Europe/London", 0, 3),
        ("2026-06-04T00:20+01:00", "Europe/London", 0, 4),
        ("2026-06-03T05:59+01:00", "Europe/London", 360, 2),
        ("2026-06-02T21:29Z", "Asia/Kolkata", 180, 2),
        ("2026-06-02T21:30Z", "Asia/Kolkata", 180, 3),
        ("2026-06-02T21:14Z", "Asia/Kathmandu", 180, 2),
        ("2026-06-02T21:15Z", "Asia/Kathmandu", 180, 3),
        ("2026-06-02T13:00Z", "Pacific/Kiritimati", 180, 3),
        ("2026-06-03T12:59Z", "Pacific/Pago_Pago", 120, 2),
    ],
)
def test_a_day_starts_at_the_rollover_of_the_writers_wall_clock(
    instant: str, zone: str, rollover: int, day: int
) -> None:
    assert day_of(at(instant), zone, rollover) == date(2026, 6, day)


@pytest.mark.parametrize(
    ("day", "zone", "rollover", "start"),
    [
        (date(2026, 3, 8), "America/New_York", 150, "2026-03-08T07:30Z"),  # 02:30 is left out
        (date(2026, 3, 8), "America/New_York", 180, "2026-03-08T07:00Z"),
        (date(2026, 11, 1), "America/New_York", 90, "2026-11-01T05:30Z"),  # 01:30 comes twice: the first
        (date(2026, 10, 4), "Australia/Lord_Howe", 135, "2026-10-03T15:45Z"),  # clocks jump by half an hour
        (date(2018, 11, 4), "America/Sao_Paulo", 0, "2018-11-04T03:00Z"),  # midnight is left out
        (date(2026, 6, 3), "Europe/London", 180, "2026-06-03T02:00Z"),
    ],
)
def test_a_rollover_that_clocks_jump_over_or_repeat_still_starts_the_day_once(
    day: date, zone: str, rollover: int, start: str
) -> None:
    assert day_start(day, zone, rollover) == at(start)
    assert day_of(at(start), zone, rollover) == day
    assert day_of(at(start) - timedelta(microseconds=1), zone, rollover) == day - timedelta(days=1)


def test_a_day_that_has_begun_goes_on_when_clocks_go_back_before_its_rollover() -> None:
    # In Havana 01:00 becomes 00:00 again on 2026-11-01: at 00:10 the second time, 00:30 has already been.
    assert day_of(at("2026-11-01T05:10Z"), "America/Havana", 30) == date(2026, 11, 1)
    assert day_of(at("2026-11-01T04:10Z"), "America/Havana", 30) == date(2026, 10, 31)


@given(INSTANTS, st.sampled_from(ZONES), st.integers(0, 360))
def test_the_day_of_an_instant_is_the_latest_that_has_started(instant: datetime, zone: str, rollover: int) -> None:
    day = day_of(instant, zone, rollover)
    assert day_start(day, zone, rollover) <= instant
    later = (day + timedelta(days=ahead) for ahead in (1, 2, 3))
    assert all(day_start(other, zone, rollover) > instant for other in later)


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=3)), st.sampled_from(ZONES), st.integers(0, 360))
def test_in_one_zone_days_never_go_back(instant: datetime, later: timedelta, zone: str, rollover: int) -> None:
    assert day_of(instant, zone, rollover) <= day_of(instant + later, zone, rollover)


def test_a_change_of_rollover_leaves_the_days_before_it_alone() -> None:
    def rollover_of(day: date) -> int:
        return 360 if day >= date(2026, 6, 3) else 0

    days = {
        f"2026-06-{text}Z": day_by(at(f"2026-06-{text}Z"), "UTC", rollover_of).day for text in ("02T00:00", "03T05:59")
    }
    assert days == {"2026-06-02T00:00Z": 2, "2026-06-03T05:59Z": 2}
    assert day_by(at("2026-06-03T06:00Z"), "UTC", rollover_of) == date(2026, 6, 3)


def moves(*changes: tuple[str, str]) -> list[ZoneFrom]:
    return [ZoneFrom(ALWAYS if when == "" else at(when), zone) for when, zone in changes]


def test_the_first_zone_also_holds_before_its_instant() -> None:
    zones = [ZoneFrom(at("2026-06-01T00:00Z"), "Asia/Tokyo"), ZoneFrom(at("2026-06-05T00:00Z"), "Europe/London")]
    assert zone_at(zones, at("2020-01-01T00:00Z")) == "Asia/Tokyo"
    assert zone_at(zones, at("2026-06-05T00:00Z")) == "Europe/London"


def short(zones: list[ZoneFrom], rollover: int = 180) -> list[int]:
    days = short_days(zones, lambda _: rollover, date(2026, 6, 1), date(2026, 6, 30))
    return sorted(day.day for day in days)


def test_no_day_is_short_without_a_change_of_zone() -> None:
    assert short(moves(("", "Europe/London"))) == []
    assert short(moves(("", "Europe/London"), ("2026-06-05T12:00Z", "Europe/London"))) == []


def test_a_day_that_was_today_for_an_hour_here_and_ten_there_is_short() -> None:
    # 04:00 on the 4th in New York is 17:00 on the 4th in Tokyo.
    assert short(moves(("", "America/New_York"), ("2026-06-04T08:00Z", "Asia/Tokyo"))) == [4]


def test_a_day_of_exactly_twelve_hours_is_not_short() -> None:
    # The 4th begins at 00:00Z in UTC; it ends at 12:00Z twelve hours to the east, at 11:00Z thirteen to the east.
    assert short(moves(("", "UTC"), ("2026-06-04T03:00Z", "Etc/GMT-12")), rollover=0) == []
    assert short(moves(("", "UTC"), ("2026-06-04T03:00Z", "Etc/GMT-13")), rollover=0) == [4]


def test_a_day_that_a_flight_over_the_date_line_leaves_out_is_short() -> None:
    # In Pago Pago the 4th ends at 14:00Z on the 5th; on Kiritimati the 6th began at 13:00Z.
    assert 5 in short(moves(("", "Pacific/Pago_Pago"), ("2026-06-05T13:30Z", "Pacific/Kiritimati")))


def test_a_day_lived_twice_is_not_short() -> None:
    assert short(moves(("", "Asia/Tokyo"), ("2026-06-04T20:00Z", "America/New_York"))) == []


def test_hours_add_up_over_several_flights() -> None:
    there_and_back = moves(
        ("", "America/New_York"), ("2026-06-04T08:00Z", "Asia/Tokyo"), ("2026-06-04T12:00Z", "America/New_York")
    )
    assert short(there_and_back) == []


def test_a_date_that_a_zone_left_out_is_short_for_who_was_there() -> None:
    first, last = date(2011, 12, 1), date(2012, 1, 31)
    assert short_days(moves(("", "Pacific/Apia")), lambda _: 180, first, last) == {date(2011, 12, 30)}
    assert short_days(moves(("", "Europe/London")), lambda _: 180, first, last) == set()
    left_before = moves(("", "Pacific/Apia"), ("2011-12-20T12:00Z", "Europe/London"))
    assert short_days(left_before, lambda _: 180, first, last) == set()
