"""The plan of a project: what a day asks, where one stands, when it ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.plan import MOST_DAYS, DayDone, Plan, Project, check, plan
from server.core.sprint import RuleError
from server.core.streak import Rest, Rules, Settings, ZoneFrom, rest_days

MONDAY = date(2026, 11, 2)
DAY = timedelta(days=1)
NOVEL = Project("p", "Novel", "words", 0, 50_000, date(2026, 11, 1), date(2026, 11, 30), "1111111", True, False, 0)
WEEKDAYS = "1111100"


def on(day: date, *, of: Project = NOVEL, rests: set[date] | None = None, **done: int) -> Plan:
    """The plan on a day of November 2026; `d2=300`: 300 on the 2nd."""
    days = {date(2026, 11, int(name[1:])): DayDone(amount, 1) for name, amount in done.items()}
    return plan(of, days, rests or set(), day)


def test_a_day_asks_for_its_part_of_what_is_left() -> None:
    assert on(date(2026, 11, 1)).need == 1_667
    assert on(date(2026, 11, 30), d1=49_000).need == 1_000
    assert on(MONDAY, d1=2_000).need == -(-48_000 // 29)


def test_the_need_does_not_shrink_while_one_writes() -> None:
    begun = on(MONDAY, d1=2_000)
    going = on(MONDAY, d1=2_000, d2=1_000)
    assert (begun.need, begun.state, begun.today) == (1_656, "asked", 0)
    assert (going.need, going.state, going.today) == (1_656, "asked", 1_000)
    assert on(MONDAY, d1=2_000, d2=1_656).state == "done"


def test_words_taken_out_make_the_next_need_greater() -> None:
    assert on(MONDAY, d1=-1_000).need == -(-51_000 // 29)
    assert on(MONDAY, d2=-500).today == -500


@pytest.mark.parametrize(
    ("weights", "day", "need"),
    [
        ("1111100", MONDAY, 100),  # ten working days in two weeks
        ("1111100", MONDAY + 5 * DAY, 0),
        ("1111122", MONDAY, 56),  # eighteen parts
        ("1111122", MONDAY + 5 * DAY, 154),  # thirteen left
        ("0000009", MONDAY + 6 * DAY, 500),
    ],
)
def test_weekdays_take_more_or_less_of_the_work(weights: str, day: date, need: int) -> None:
    fortnight = replace(NOVEL, target=1_000, first_day=MONDAY, deadline=MONDAY + 13 * DAY, weights=weights)
    assert plan(fortnight, {}, (), day).need == need


def test_days_of_rest_weigh_nothing() -> None:
    week = replace(NOVEL, target=600, first_day=MONDAY, deadline=MONDAY + 6 * DAY)
    rests = {MONDAY + 2 * DAY, MONDAY - DAY, MONDAY + 40 * DAY}
    assert plan(week, {}, rests, MONDAY).need == 100
    resting = plan(week, {MONDAY: DayDone(150, 1)}, rests, MONDAY + 2 * DAY)
    assert (resting.need, resting.state) == (0, "resting")
    assert resting.line == (100, 200, 200, 300, 400, 500, 600)


@pytest.mark.parametrize(
    ("change", "day", "done", "state", "need", "remaining"),
    [
        ({"target": None}, MONDAY, 700, "counting", None, None),
        ({"target": None, "deadline": None}, MONDAY, 0, "counting", None, None),
        ({"deadline": None}, MONDAY, 700, "undated", None, 49_300),
        ({}, date(2026, 10, 31), 0, "early", 0, 50_000),
        ({}, date(2026, 12, 1), 40_000, "over", None, 10_000),
        ({"weights": "0000000"}, MONDAY, 0, "no_days", None, 50_000),
        ({"weights": "1000000"}, date(2026, 11, 30), 0, "asked", 50_000, 50_000),
        ({"weights": "0100000"}, date(2026, 11, 30), 9, "no_days", None, 49_991),
        ({}, MONDAY, 60_000, "reached", 0, 0),
        ({"start_total": 60_000}, MONDAY, 0, "reached", 0, 0),
        ({}, date(2026, 12, 24), 50_000, "reached", None, 0),
    ],
)
def test_every_odd_state_has_a_sane_answer(
    change: dict[str, object], day: date, done: int, state: str, need: int | None, remaining: int | None
) -> None:
    stands = on(day, of=replace(NOVEL, **change), d1=done)  # type: ignore[arg-type]
    assert (stands.state, stands.need, stands.remaining) == (state, need, remaining)


def test_what_was_there_before_counts_into_the_total_and_not_into_the_work() -> None:
    second_draft = replace(NOVEL, start_total=20_000)
    assert (on(date(2026, 11, 1), of=second_draft).need, on(MONDAY, of=second_draft, d1=5).total) == (1_000, 20_005)


def test_ahead_and_behind_leave_today_its_day() -> None:
    """1,000 a day: on the morning of the 3rd 2,000 are due, in its evening 3,000."""
    steady = replace(NOVEL, target=30_000)
    third = date(2026, 11, 3)

    def stands(done: int) -> tuple[int | None, int | None]:
        found = on(third, of=steady, d1=done)
        return found.ahead, found.ahead_days

    assert stands(2_000) == (0, 0)
    assert stands(2_500) == (0, 0)
    assert stands(3_000) == (0, 0)
    assert stands(1_999) == (-1, -1)
    assert stands(0) == (-2_000, -2)
    assert stands(3_001) == (1, 0)
    assert stands(5_000) == (2_000, 2)
    assert stands(40_000) == (37_000, 27)


def test_days_ahead_are_days_of_work() -> None:
    fortnight = replace(NOVEL, target=1_000, first_day=MONDAY, deadline=MONDAY + 13 * DAY, weights=WEEKDAYS)
    friday, next_monday = MONDAY + 4 * DAY, MONDAY + 7 * DAY
    assert plan(fortnight, {MONDAY: DayDone(700, 1)}, (), friday).ahead_days == 2
    assert plan(fortnight, {MONDAY: DayDone(200, 1)}, (), next_monday).ahead_days == -3
    over = plan(fortnight, {MONDAY: DayDone(900, 1)}, (), MONDAY + 30 * DAY)
    assert (over.ahead, over.ahead_days) == (-100, -1)
    early = plan(fortnight, {MONDAY - DAY: DayDone(100, 1)}, (), MONDAY - DAY)
    assert (early.ahead, early.ahead_days) == (100, 1)


def test_the_end_is_foretold_from_the_closed_days_of_the_last_two_weeks() -> None:
    undated = replace(NOVEL, target=10_000, deadline=None)
    assert on(date(2026, 11, 1), of=undated, d1=500).ends is None  # no day has closed yet
    assert on(date(2026, 11, 3), of=undated, d1=1_000, d2=1_000).ends == date(2026, 11, 10)
    assert on(date(2026, 11, 3), of=undated, d1=1_000, d2=1_000, d3=400).ends == date(2026, 11, 10)
    assert on(date(2026, 11, 3), of=undated, d1=1_000, d2=1_000, d3=7_000).ends == date(2026, 11, 4)
    assert on(date(2026, 11, 20), of=undated, d1=3_000, d19=1_400).ends == date(2026, 11, 20) + 55 * DAY
    assert on(date(2026, 11, 20), of=undated, d1=3_000).ends is None  # nothing for two weeks
    assert on(date(2026, 11, 3), of=undated, d1=10_000).ends is None  # it is reached
    assert on(date(2026, 11, 3), of=replace(undated, target=10_000_000), d2=1).ends is None  # not in our time


def test_a_day_that_is_still_to_come_was_written_before() -> None:
    """In Auckland it was the 3rd; the writer flew to Honolulu, where it is the 2nd."""
    stands = on(MONDAY, d1=1_000, d3=500)
    assert (stands.total, stands.today, stands.need) == (1_500, 0, -(-48_500 // 29))


@pytest.mark.parametrize("days", [-1, MOST_DAYS])
def test_a_deadline_lies_within_ten_years_of_the_first_day(days: int) -> None:
    with pytest.raises(RuleError) as refused:
        check(replace(NOVEL, deadline=NOVEL.first_day + days * DAY))
    assert refused.value.field == "deadline"


@pytest.mark.parametrize("first_day", [date(1969, 12, 31), date(2100, 1, 1), date.min, date.max])
def test_a_first_day_lies_in_our_time(first_day: date) -> None:
    with pytest.raises(RuleError) as refused:
        check(replace(NOVEL, first_day=first_day, deadline=None))
    assert refused.value.field == "first_day"


@pytest.mark.parametrize("days", [None, 0, MOST_DAYS - 1])
def test_any_other_deadline_is_taken(days: int | None) -> None:
    check(replace(NOVEL, deadline=None if days is None else NOVEL.first_day + days * DAY))


def test_days_of_rest_are_those_by_weekday_and_those_that_were_booked_in_time() -> None:
    begun = datetime(2026, 11, 2, 12, tzinfo=UTC)
    settings = Settings(
        zones=[ZoneFrom(begun, "UTC")],
        rules=[Rules(), Rules(MONDAY + 3 * DAY, rest_weekdays=frozenset({6}))],
        rests=[Rest(MONDAY + 2 * DAY, MONDAY + 3 * DAY, begun), Rest(MONDAY, MONDAY + DAY, begun)],
        amnesty=frozenset({MONDAY + 8 * DAY}),
    )
    assert rest_days(settings, begun, MONDAY - DAY, MONDAY + 13 * DAY) == {
        MONDAY + n * DAY
        for n in (2, 3, 6, 13)  # the Sunday before the rule is none, nor is rest booked for days that have begun
    }
    assert rest_days(settings, begun, MONDAY, MONDAY - DAY) == set()


# Properties ---------------------------------------------------------------------------------------------------------

projects = st.builds(
    lambda start, work, begin, span, weights: replace(
        NOVEL,
        start_total=start,
        target=start + work,
        first_day=MONDAY + begin * DAY,
        deadline=MONDAY + (begin + span) * DAY,
        weights="".join(map(str, weights)),
    ),
    st.integers(0, 100_000),
    st.integers(1, 100_000),
    st.integers(0, 6),
    st.integers(0, 40),
    st.lists(st.integers(0, 9), min_size=7, max_size=7),
)
rests = st.sets(st.integers(0, 46).map(lambda n: MONDAY + n * DAY), max_size=12)


def days_of(project: Project) -> list[date]:
    assert project.deadline is not None
    return [project.first_day + n * DAY for n in range((project.deadline - project.first_day).days + 1)]


def weight(project: Project, day: date, rests: set[date]) -> int:
    return 0 if day in rests else int(project.weights[day.weekday()])


@given(projects, rests)
def test_who_does_what_each_day_asks_reaches_the_target_on_the_deadline(project: Project, rests: set[date]) -> None:
    assert project.target is not None
    days = days_of(project)
    work = [weight(project, day, rests) for day in days]
    done: dict[date, DayDone] = {}
    for n, day in enumerate(days):
        stands = plan(project, done, rests, day)
        if not any(work[n:]):
            assert stands.need is None
            continue
        assert stands.need is not None
        # At most the part of what is left that falls to this day, but for the rounding of one.
        exact = (project.target - stands.total) * work[n] / sum(work[n:])
        assert exact <= stands.need < exact + 1
        done[day] = DayDone(stands.need, 1)
        assert plan(project, done, rests, day).ahead == max(0, stands.total + stands.need - stands.line[n])
    total = project.start_total + sum(day.amount for day in done.values())
    assert total == (project.target if any(work) else project.start_total)


@given(projects, rests, st.integers(1, 50))
def test_where_nothing_is_rounded_each_day_takes_exactly_its_weight(project: Project, rests: set[date], k: int) -> None:
    days = days_of(project)
    work = [weight(project, day, rests) for day in days]
    even = replace(project, target=project.start_total + k * sum(work))
    done: dict[date, DayDone] = {}
    for n, day in enumerate(days):
        assert plan(even, done, rests, day).need == (k * work[n] if any(work[n:]) else None)
        done[day] = DayDone(k * work[n], 1)


amounts = st.dictionaries(
    st.integers(-10, 50).map(lambda n: MONDAY + n * DAY), st.integers(-5_000, 5_000).map(lambda n: DayDone(n, 1))
)


@given(projects, rests, amounts, st.integers(-20, 60), st.booleans(), st.booleans())
def test_whatever_was_done_the_answer_is_sane(
    project: Project, rests: set[date], done: dict[date, DayDone], n: int, targeted: bool, dated: bool
) -> None:
    today = MONDAY + n * DAY
    project = replace(
        project, target=project.target if targeted else None, deadline=project.deadline if dated else None
    )
    stands = plan(project, done, rests, today)
    assert stands == plan(project, dict(sorted(done.items(), reverse=True)), rests, today)
    assert stands.need is None or stands.need >= 0
    assert stands.remaining is None or stands.remaining >= 0
    assert list(stands.line) == sorted(stands.line)
    assert not stands.line or stands.line[-1] == project.target
    assert stands.ends is None or stands.ends >= today
    assert (stands.ahead is None) == (stands.ahead_days is None) == (not stands.line)
    if stands.ahead is not None and stands.ahead_days is not None:
        assert stands.ahead * stands.ahead_days >= 0
