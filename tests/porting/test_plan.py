"""What would be imported, into which projects, and the rows that are stored for it."""

import json
import uuid
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.porting import plan as planning
from server.porting.plan import Ground, Plan, Planned, Project, Year, rising_ids
from server.porting.problem import FileError
from server.porting.reading import Choices, read
from tests.porting.files import TODAY, csv, odd, plan, tally, zipped

NOW = 1_795_000_000_000
NOVEL, OTHER = Project("id of Novel", "Novel", "words"), Project("id of other", "Other", "pages")


def stored(made: Plan, now: int = NOW) -> list[dict[str, Any]]:
    names = ("id", "started_at", "local_day", "rollover", "words", "minutes", "project", "amount", "note", "key")
    return [dict(zip(names, row, strict=True)) for chunk in made.chunks(now) for row in json.loads(chunk)]


def test_a_day_is_stamped_with_noon_of_its_date_by_the_writer_s_clock() -> None:
    data = csv("date,count", "2026-07-01,5", "2026-01-01,6")
    nothing = frozenset[str]()
    ground = Ground("Pacific/Apia", lambda day: 240 if day >= date(2026, 7, 1) else 180, nothing, nothing, [])
    rows = stored(Plan(read(data, Choices(), TODAY), ground))
    assert [(row["local_day"], row["rollover"], row["started_at"]) for row in rows] == [
        ("2026-01-01", 180, 1_767_222_000_000),  # noon there is 23:00 UTC of the day before
        ("2026-07-01", 240, 1_782_860_400_000),
    ]


def test_today_is_stamped_with_now_before_its_noon() -> None:
    data = csv("date,count", f"{TODAY},5")
    noon = 1_795_780_800_000
    for now, started_at in (noon - 1, noon - 1), (noon, noon), (noon + 1, noon):
        (row,) = stored(plan(data), now)
        assert (row["local_day"], row["started_at"]) == (TODAY.isoformat(), started_at)


def test_words_and_minutes_of_a_title_go_to_one_project_pages_to_another() -> None:
    data = zipped(
        tally("a", "2026-01-02", "word", 500),
        tally("b", "2026-01-01", "time", 25, "novel"),
        tally("c", "2026-01-03", "page", 3),
        tally("d", "2026-01-04", "page", 3, "Script"),
        tally("e", "2026-01-04", "time", 30, "Revising"),
    )
    made = plan(data)
    assert list(made.projects) == [
        Planned("Novel", "words", 2, True),
        Planned("Novel (pages)", "pages", 1, True),
        Planned("Script", "pages", 1, True),
        Planned("Revising", "minutes", 1, True),
    ]
    assert {(each.title, each.first_day) for each in made.to_make} == {
        ("Novel", date(2026, 1, 1)),
        ("Novel (pages)", date(2026, 1, 3)),
        ("Script", date(2026, 1, 4)),
        ("Revising", date(2026, 1, 4)),
    }
    ids = {each.title: each.id for each in made.to_make}
    assert {row["key"]: row["project"] for row in stored(made)} == {
        "trackbear:a": ids["Novel"],
        "trackbear:b": ids["Novel"],
        "trackbear:c": ids["Novel (pages)"],
        "trackbear:d": ids["Script"],
        "trackbear:e": ids["Revising"],
    }


def test_a_project_that_is_there_is_found_by_its_title_in_any_case() -> None:
    data = zipped(
        tally("a", "2026-01-02", "word", 500, "NOVEL"),
        tally("b", "2026-01-02", "time", 20, "novel"),
        tally("c", "2026-01-02", "page", 2, "Other"),
        tally("d", "2026-01-02", "line", 2, "Novel"),
    )
    made = plan(data, projects=(NOVEL, OTHER))
    assert [(each.title, each.unit) for each in made.to_make] == [("Novel (lines)", "lines")]
    found = {row["key"]: row["project"] for row in stored(made)}
    assert (found["trackbear:a"], found["trackbear:b"], found["trackbear:c"]) == (NOVEL.id, NOVEL.id, OTHER.id)


def test_the_figures_are_of_what_is_new() -> None:
    data = csv("date,count", "2024-12-31,5", "2025-01-01,-3", "2025-01-01,10", "2025-01-02,20")
    first = plan(data)
    assert (first.days, first.first_day, first.last_day) == (3, date(2024, 12, 31), date(2025, 1, 2))
    assert (first.words_added, first.words_removed, first.already) == (35, 3, 0)
    assert list(first.years) == [Year(2024, 1, 5), Year(2025, 3, 30)]
    known = frozenset(row["key"] for row in stored(first)[:2])
    second = plan(data, known=known)
    assert (second.already, len(second.entries), len(stored(second))) == (2, 2, 2)
    nothing = plan(data, known=frozenset(row["key"] for row in stored(first)))
    assert (nothing.already, nothing.first_day, list(nothing.years), stored(nothing)) == (4, None, [], [])


def test_a_day_that_grew_since_an_earlier_import_is_named() -> None:
    earlier = plan(csv("date,count", "2026-01-01,5", "2026-01-02,6", "2026-01-03,7"))
    known = frozenset(row["key"] for row in stored(earlier))
    assert odd(earlier) == {}
    made = plan(csv("date,count", "2026-01-04,8", "2026-01-03,9", "2026-01-02,6", "2026-01-02,1"), known=known)
    assert ([each.row for each in made.entries], odd(made)) == ([2, 3, 5], {"grown": [3]})
    (grown,) = made.odd
    assert (grown.text, grown.left_out) == ("This day has another count from an earlier import. Both are taken.", False)
    assert "grown" not in odd(plan(zipped(tally("a", "2026-01-01", "word", 9)), known=known))


def test_more_projects_than_anybody_has_are_refused() -> None:
    rows = [f"2026-01-01,5,A{n}" for n in range(201)]
    with pytest.raises(FileError, match="names 201 projects"):
        plan(csv("date,count,project", *rows))
    assert len(plan(csv("date,count,project", *rows[:200])).to_make) == 200


def test_ids_are_uuids_that_rise_also_beyond_a_millisecond_s_counter() -> None:
    ids = rising_ids(NOW)
    made = [next(ids) for _ in range(10_000)]
    assert made == sorted(made)
    assert {uuid.UUID(each).version for each in made} == {7}
    assert {uuid.UUID(each).variant for each in made} == {uuid.RFC_4122}
    assert int(made[0][:8] + made[0][9:13], 16) == NOW


ROWS = st.lists(
    st.tuples(
        st.dates(date(1960, 1, 1), date(2027, 12, 31)),
        st.integers(-20_000_000, 20_000_000) | st.integers(-5, 5),
        st.sampled_from(["", "Novel", "novel", "=x"]),
        st.sampled_from(["", "0", "12.5", "soon"]),
    ),
    max_size=30,
)


@given(ROWS, st.sampled_from(["daily", "totals"]), st.integers(1, 7), st.randoms())
def test_what_the_dry_run_says_is_what_is_stored(rows: Any, counts: Any, chunk: int, random: Any) -> None:
    """Of any file, after any part of it was imported before."""
    data = csv("date,count,project,minutes", "2026-01-01,1,,", *(",".join(map(str, row)) for row in rows))
    known = frozenset(row["key"] for row in stored(plan(data, Choices(counts=counts))) if random.random() < 0.3)
    made = plan(data, Choices(counts=counts), known, (NOVEL,))
    was, planning.CHUNK = planning.CHUNK, chunk
    try:
        found = stored(made)
    finally:
        planning.CHUNK = was
    assert len(found) == len(made.entries) == sum(year.sessions for year in made.years)
    assert sum(max(0, row["words"]) for row in found) == made.words_added == sum(year.words for year in made.years)
    assert sum(max(0, -row["words"]) for row in found) == made.words_removed
    assert len({row["local_day"] for row in found}) == made.days
    assert sum(each.sessions for each in made.projects) == sum(row["project"] is not None for row in found)
    new = {row["project"] for row in found if row["project"] not in (None, NOVEL.id)}
    assert new == {each.id for each in made.to_make}
    assert not {row["key"] for row in found} & known
