"""Sums, bests and the best hour are what a slow reading of the sessions gives; and what a new session has beaten."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from server.core.days import ALWAYS, DAY, ZoneFrom
from server.core.streak import Session, Settings, evaluate, evaluate_counted
from server.core.written import HOURS_FROM, NOT_COUNTED, RATED_MS, Beaten, Best, Hour, Summed, Sums, Written, beaten

MONDAY = date(2026, 11, 23)
MINUTE = 60_000


@dataclass(frozen=True)
class One:
    """A session. `most`: more words than these do not count for the streak."""

    day: date
    words: int = 0
    millis: int = 0
    hour: int | None = 9
    counts: bool = True
    most: int | None = None


def written(*sessions: One) -> Written:
    ordered = sorted(sessions, key=lambda one: one.day)
    plain = [one.counts and one.most is None for one in ordered]
    least = [min(one.words, one.most if one.most is not None else one.words) for one in ordered]
    return Written(
        [one.day.isoformat() for one in ordered],
        [one.hour for one in ordered],
        [one.words for one in ordered],
        [one.millis for one in ordered],
        [None if is_plain else words for is_plain, words in zip(plain, least, strict=True)],
        [
            None if is_plain else one.millis if one.counts else NOT_COUNTED
            for is_plain, one in zip(plain, ordered, strict=True)
        ],
    )


ONES = st.builds(
    One,
    day=st.dates(MONDAY - 60 * DAY, MONDAY),
    words=st.integers(-500, 900),
    millis=st.integers(0, 40 * MINUTE),
    hour=st.none() | st.integers(0, 23),
    counts=st.booleans(),
    most=st.none() | st.integers(0, 900),
)
HISTORIES = st.lists(ONES, max_size=40)
STRETCHES = st.tuples(st.dates(MONDAY - 70 * DAY, MONDAY + DAY), st.integers(-1, 30)).map(
    lambda said: (said[0], said[0] + said[1] * DAY)
)


def slow_sums(sessions: list[One]) -> Sums:
    return Sums(
        added=sum(one.words for one in sessions if one.words > 0),
        removed=-sum(one.words for one in sessions if one.words < 0),
        millis=sum(one.millis for one in sessions),
        sessions=len(sessions),
        days=len({one.day for one in sessions}),
    )


@given(HISTORIES, STRETCHES)
def test_sums_of_any_stretch_are_those_of_its_sessions(sessions: list[One], stretch: tuple[date, date]) -> None:
    summed, (first, last) = Summed(written(*sessions)), stretch
    within = [one for one in sessions if first <= one.day <= last]

    assert summed.between() == slow_sums(sessions)
    assert summed.between(first, last) == slow_sums(within)
    days = sorted({one.day for one in within})
    assert summed.by_day(first, last) == [
        (day.isoformat(), slow_sums([one for one in within if one.day == day])) for day in days
    ]
    months = sorted({f"{day:%Y-%m}" for day in days})
    assert summed.by_month(first, last) == [
        (month, slow_sums([one for one in within if f"{one.day:%Y-%m}" == month])) for month in months
    ]


@given(HISTORIES, STRETCHES, st.integers(0, 6))
def test_bests_are_the_greatest_that_there_are(
    sessions: list[One], stretch: tuple[date, date], week_start: int
) -> None:
    of, (first, last) = written(*sessions), stretch
    summed = Summed(of)
    within = [one for one in sessions if first <= one.day <= last]
    sprints = [one for one in within if one.hour is not None]
    days, weeks = Counter[date](), Counter[date]()
    for one in within:
        days[one.day] += max(0, one.words)
        weeks[one.day - (one.day.weekday() - week_start) % 7 * DAY] += max(0, one.words)

    sprint, rate = summed.best_session(first, last), summed.best_rate(first, last)
    assert (of.words[sprint] if sprint is not None else 0) == max([0, *(one.words for one in sprints)])
    rates = [one.words / one.millis for one in sprints if one.millis >= RATED_MS]
    assert (of.words[rate] / of.millis[rate] if rate is not None else 0) == max([0, *rates])
    for best, sums in (summed.best_day(first, last), days), (summed.best_week(week_start, first, last), weeks):
        assert (best.words if best else 0) == max([0, *sums.values()])
    week = summed.best_week(week_start, first, last)
    if week is not None:
        assert summed.between(week.first, week.last).added == week.words
        assert first <= week.first <= week.last <= last
        assert week.last - week.first < 7 * DAY


@given(HISTORIES)
def test_a_day_s_sum_gives_the_streak_that_its_sessions_give(sessions: list[One]) -> None:
    settings, now = Settings([ZoneFrom(ALWAYS, "UTC")]), datetime(2026, 11, 23, 20, tzinfo=UTC)
    one_by_one = [
        Session(one.day, min(one.words, one.words if one.most is None else one.most), one.millis / MINUTE, one.counts)
        for one in sessions
    ]
    assert evaluate_counted(Summed(written(*sessions)).counted(), settings, now) == evaluate(one_by_one, settings, now)


def test_a_day_on_which_nothing_counts_is_not_looked_at() -> None:
    counted = Summed(
        written(One(MONDAY - DAY, 500, counts=False), One(MONDAY, 60), One(MONDAY, 500, most=70))
    ).counted()
    assert counted == ([MONDAY.toordinal()], [130], [0])


def test_nothing_written_has_no_best_and_no_hour() -> None:
    for summed in Summed(Written()), Summed(written(*[One(MONDAY, -10, 20 * MINUTE)] * HOURS_FROM)):
        bests = (summed.best_session(), summed.best_rate(), summed.best_day(), summed.best_week(0), summed.best_hour())
        assert bests == (None,) * 5
    assert Summed(Written()).between() == Sums()
    assert Summed(Written()).years() == []


def test_the_first_of_equals_is_the_best() -> None:
    days = (MONDAY - 8 * DAY, MONDAY - DAY, MONDAY)
    of = written(*(One(day, 100, 10 * MINUTE) for day in days))
    summed = Summed(of)
    assert (summed.best_session(), summed.best_rate()) == (0, 0)
    assert summed.best_day() == Best(days[0], days[0], 100)
    assert summed.best_week(0) == Best(MONDAY - 14 * DAY, MONDAY - 8 * DAY, 100)


def test_a_session_of_less_than_five_minutes_has_no_rate() -> None:
    summed = Summed(written(One(MONDAY - DAY, 400, RATED_MS - 1), One(MONDAY, 100, RATED_MS)))
    assert summed.best_rate() == 1


def test_words_a_minute_are_those_of_sessions_that_say_something_of_it() -> None:
    of = [One(MONDAY, 100, 10 * MINUTE), One(MONDAY, 50, 5 * MINUTE), One(MONDAY, 900), One(MONDAY, -400, 20 * MINUTE)]
    assert Summed(written(*of)).wpm() == 10
    assert Summed(written(*of[2:])).wpm() is None


def test_the_best_hour_is_the_one_whose_sessions_added_most() -> None:
    sessions = [One(MONDAY, 100, hour=22)] * 5 + [One(MONDAY, -900, hour=22), One(MONDAY, 501, hour=6)]
    few = Summed(written(*sessions))
    assert few.best_hour() is None
    enough = Summed(written(*sessions, *[One(MONDAY - DAY, 0, MINUTE, hour=6)] * 3))
    assert enough.best_hour() == Hour(6, 501, 4)
    assert enough.best_hour(MONDAY - DAY, MONDAY - DAY) is None


def test_what_was_imported_is_no_sprint_and_knows_no_hour() -> None:
    day_of_import = One(MONDAY - DAY, 5_000, 90 * MINUTE, hour=None)
    summed = Summed(written(day_of_import, *[One(MONDAY, 100, 20 * MINUTE, hour=6)] * 9))
    assert (summed.best_session(), summed.best_rate(), summed.best_hour()) == (1, 1, None)
    assert summed.best_day() == Best(MONDAY - DAY, MONDAY - DAY, 5_000)


def test_years_are_those_with_a_session() -> None:
    assert Summed(written(One(date(2024, 12, 31), 1), One(date(2026, 1, 1), 1), One(MONDAY, 1))).years() == [2024, 2026]


# What a session has beaten ------------------------------------------------------------------------------------------


def _beaten(*before: One, now: One, week_start: int = 0) -> list[Beaten]:
    of = written(*before, now)
    row = (now.day.isoformat(), now.words, now.millis)
    return beaten(of, list(zip(of.days, of.words, of.millis, strict=True)).index(row), week_start)


def test_a_first_sprint_has_beaten_nothing() -> None:
    assert _beaten(now=One(MONDAY, 900, 20 * MINUTE)) == []


def test_the_second_sprint_of_the_first_day_may_be_the_best_one_and_no_best_day_or_week() -> None:
    assert _beaten(One(MONDAY, 300, 20 * MINUTE), now=One(MONDAY, 400, 20 * MINUTE)) == [
        Beaten("sprint", 400, 300),
        Beaten("rate", 20, 15),
    ]


def test_equal_is_not_better() -> None:
    sessions = [One(MONDAY - 7 * DAY, 300, 20 * MINUTE)]
    assert _beaten(*sessions, now=One(MONDAY, 300, 20 * MINUTE)) == []


def test_a_day_and_a_week_are_beaten_by_what_they_come_to_together() -> None:
    before = [One(MONDAY - 7 * DAY, 500), One(MONDAY, 300), One(MONDAY + DAY, 150)]
    assert _beaten(*before, now=One(MONDAY + DAY, 360)) == [Beaten("day", 510, 500), Beaten("week", 810, 500)]


def test_a_day_with_nothing_else_in_it_says_no_more_than_its_sprint() -> None:
    assert _beaten(One(MONDAY - 7 * DAY, 500), now=One(MONDAY, 600)) == [Beaten("sprint", 600, 500)]
    before = [One(MONDAY - 7 * DAY, 500), One(MONDAY, 10)]
    assert _beaten(*before, now=One(MONDAY, 600)) == [Beaten("sprint", 600, 500), Beaten("day", 610, 500)]


def test_what_was_the_best_already_is_not_beaten_again() -> None:
    before = [One(MONDAY - 7 * DAY, 500), One(MONDAY, 300), One(MONDAY, 201)]
    assert _beaten(*before, now=One(MONDAY, 100)) == []


def test_a_week_begins_on_the_day_that_its_writer_chose() -> None:
    sunday = MONDAY - DAY
    before = [One(sunday - DAY, 500), One(sunday, 400)]
    assert _beaten(*before, now=One(MONDAY, 200), week_start=6) == [Beaten("week", 600, 500)]
    assert _beaten(*before, now=One(MONDAY, 200), week_start=0) == []


def test_taking_words_away_beats_nothing() -> None:
    assert _beaten(One(MONDAY - 30 * DAY, 10, 20 * MINUTE), now=One(MONDAY, -100, 20 * MINUTE)) == []
