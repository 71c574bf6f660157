"""How a column writes its dates is told by all of it, and asked where it cannot be told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.porting.dates import DateColumn, Order, form_of
from server.porting.problem import FileError

DAY = date(2026, 11, 23)


def column(*cells: str) -> DateColumn:
    made = DateColumn()
    for row, cell in enumerate(cells, start=2):
        made.add(row, cell)
    return made


def read(cells: list[str], chosen: Order | None = None) -> list[date | None]:
    parse = column(*cells).parse(chosen)
    assert parse is not None, "the column is asked about"
    return [parse(cell) for cell in cells]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        " 2026-11-23 ",
        "2026-11-23T21:15:00.000Z",
        "2026-11-23 21:15",
        "23.11.2026",
        "23/11/2026",
        "23-11-2026",
        "23.11.26",
        "11/23/2026",
        "11-23-26",
        "11/23/2026 9:15 PM",
        "23 Nov 2026",
        "23-Nov-2026",
        "23rd November 2026",
        "Mon, 23 Nov 2026",
        "Monday 23 November 2026",
        "Nov 23, 2026",
        "NOVEMBER 23 2026",
        "Nov. 23rd, 2026",
        "Monday, November 23, 2026",
    ],
)
def test_one_day_in_many_hands(cell: str) -> None:
    assert read([cell]) == [DAY]


@pytest.mark.parametrize(
    "cell", ["", "1667", "23", "Total", "11/2026", "2026-11", "23 Nov", "1.667", "2026-1-1-1", "x" * 90]
)
def test_what_is_no_date(cell: str) -> None:
    assert form_of(cell) is None


@pytest.mark.parametrize("cell", ["2026-02-30", "31.11.2026", "30 Feb 2026", "2026-13-01", "0000-01-01"])
def test_a_day_that_never_was_is_none(cell: str) -> None:
    assert read([cell, cell]) == [None, None]


@pytest.mark.parametrize("sign", [".", "/", "-"])
def test_one_day_beyond_twelve_tells_the_order_of_all(sign: str) -> None:
    assert read([f"01{sign}02{sign}2026", f"13{sign}02{sign}2026"]) == [date(2026, 2, 1), date(2026, 2, 13)]
    assert read([f"01{sign}02{sign}2026", f"02{sign}13{sign}2026"]) == [date(2026, 1, 2), date(2026, 2, 13)]


def test_where_no_day_is_beyond_twelve_it_is_asked_with_an_example() -> None:
    made = column("05/05/2026", "03/04/2026", "01/02/2026")
    assert made.parse(None) is None
    assert made.example == "03/04/2026"
    assert read(["03/04/2026"], "dmy") == [date(2026, 4, 3)]
    assert read(["03/04/2026"], "mdy") == [date(2026, 3, 4)]


def test_where_both_readings_are_one_nothing_is_asked() -> None:
    assert read(["01/01/2026", "02/02/2026"]) == [date(2026, 1, 1), date(2026, 2, 2)]


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        (["2026-11-01", "2026-11-02", "23.11.2026"], "row 4"),
        (["23/11/2026", "23.11.2026", "24/11/2026", "2026-11-25"], "rows 3 and 5"),
        (["23 Nov 2026", "Nov 24, 2026", "Nov 25, 2026"], "row 2"),
        (["13/01/2026", "01/13/2026", "14/01/2026"], "row 3"),
    ],
)
def test_more_than_one_way_in_a_column_is_refused_with_its_rows(cells: list[str], rows: str) -> None:
    with pytest.raises(FileError, match=rows):
        column(*cells).parse(None)


def test_an_answer_that_cannot_be_is_refused_with_its_rows() -> None:
    with pytest.raises(FileError, match="row 3"):
        column("01/02/2026", "13/02/2026").parse("mdy")
    assert read(["01/02/2026", "13/02/2026"], "dmy") == [date(2026, 2, 1), date(2026, 2, 13)]


def test_a_column_without_a_date_says_which_ones_can_be_read() -> None:
    with pytest.raises(FileError, match="23 Nov 2026"):
        column("yesterday").parse(None)


FORMS = st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d %b %Y", "%B %d, %Y"])


@given(st.lists(st.dates(date(1970, 1, 1), date(2069, 12, 31)), min_size=1), FORMS)
def test_what_is_written_in_one_way_is_read_as_it_was_or_asked_about(days: list[date], form: str) -> None:
    cells = [day.strftime(form) for day in days]
    parse = column(*cells).parse(None)
    if parse is None:
        assert all(day.day <= 12 for day in days)
        parse = column(*cells).parse("mdy" if form == "%m/%d/%Y" else "dmy")
        assert parse is not None
    assert [parse(cell) for cell in cells] == days
