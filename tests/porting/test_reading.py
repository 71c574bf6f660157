"""Files of all kinds as entries: what is read, what is asked, what is odd, what is refused."""

import tracemalloc
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.porting import reading
from server.porting.problem import FileError
from server.porting.reading import Choices, read
from tests.porting.files import TALLIES, TODAY, csv, odd, plan, tally, words, zipped

TALLY = tally("a", "2026-01-01", "word", 5)
NANO = "Date\tCount\tActions\nNov 1, 2023\t1,667\t\nNov 2, 2023\t3,400\t\nNov 3, 2023\t5,010\t\n"


# TrackBear ----------------------------------------------------------------------------------------------------------


def test_trackbear_s_measures_become_words_minutes_pages_and_lines() -> None:
    made = plan(
        zipped(
            tally("a", "2026-01-01", "word", 500, note="dawn"),
            tally("b", "2026-01-02", "time", 25),
            tally("c", "2026-01-03", "page", 3),
            tally("d", "2026-01-03", "line", 14, "Poem"),
            tally("e", "2026-01-04", "chapter", 1),
            tally("f", "2026-01-04", "scene", 2),
            tally("g", "2026-01-05", "word", -120),
        )
    )
    told = [(each.words, each.minutes, each.amount, each.unit, each.project) for each in made.entries]
    assert told == [
        (500, None, None, "words", "Novel"),
        (0, 25, None, "minutes", "Novel"),
        (0, None, 3, "pages", "Novel"),
        (0, None, 14, "lines", "Poem"),
        (-120, None, None, "words", "Novel"),
    ]
    assert made.entries[0].note == "dawn"
    assert odd(made)["measure"] == [6, 7]
    assert (made.words_added, made.words_removed, made.minutes) == (500, 120, 25)


def test_trackbear_s_tallies_are_told_apart_by_their_uuid_alone() -> None:
    made = plan(zipped(*(tally(uuid, "2026-01-01", "word", 500) for uuid in ("a", "b", "a"))))
    assert [each.key for each in made.entries] == ["trackbear:a", "trackbear:b"]
    assert odd(made)["same_id"] == [4]


def test_an_export_that_was_unpacked_and_packed_again_is_still_one() -> None:
    assert len(plan(zipped(tally("a", "2026-01-01", "word", 5), name="export/tallies/all-tallies.csv")).entries) == 1
    assert len(plan(csv(TALLIES, tally("a", "2026-01-01", "word", 5))).entries) == 1


# NaNoWriMo ----------------------------------------------------------------------------------------------------------


def test_counts_that_never_fall_are_running_totals_and_it_is_said() -> None:
    made = plan(NANO.encode())
    assert (made.reading.kind, made.reading.counts, made.reading.can_choose_counts) == ("nanowrimo", "totals", True)
    assert words(NANO.encode()) == [("2023-11-01", 1_667), ("2023-11-02", 1_733), ("2023-11-03", 1_610)]


def test_the_other_reading_can_be_chosen() -> None:
    assert words(NANO.encode(), "daily") == [("2023-11-01", 1_667), ("2023-11-02", 3_400), ("2023-11-03", 5_010)]
    assert words(b"Date\tCount\nNov 1, 2023\t500\nNov 2, 2023\t400\n", "totals") == [
        ("2023-11-01", 500),
        ("2023-11-02", -100),
    ]


def test_counts_that_fall_are_each_day_s_own() -> None:
    pasted = b"Date\tCount\nNov 1, 2023\t1667\nNov 2, 2023\t900\nNov 3, 2023\t2000\n"
    assert plan(pasted).reading.counts == "daily"
    assert plan(b"Date\tCount\nNov 1, 2023\t1667\nNov 2, 2023\t1900\n").reading.counts == "daily", "two tell nothing"


def test_totals_with_the_newest_first_and_two_on_a_day() -> None:
    pasted = b"Date\tCount\nNov 3, 2023\t900\nNov 2, 2023\t700\nNov 2, 2023\t300\nNov 1, 2023\t100\n"
    assert words(pasted) == [("2023-11-01", 100), ("2023-11-02", 200), ("2023-11-02", 400), ("2023-11-03", 200)]


@pytest.mark.parametrize(
    "pasted",
    [
        "Date \tCount \tActions\nNov 1, 2023 \t1,667 \t\nNov 2, 2023 \t900 \t\n",
        "Date\tCountActions\nNov 1, 2023\t1,667 Delete this\nNov 2, 2023\t900 Delete this\n",
        "Date\tCount\nNov 1, 2023\t1,667 Delete this\nNov 2, 2023\t900 Delete this\n",
        "Nov 1, 2023\t1667\nNov 2, 2023\t900",
        "Date\tCount\r\nNov 1, 2023\t1667\r\nNov 2, 2023\t900\r\n\r\n",
    ],
)
def test_each_browser_copies_the_table_in_its_own_way(pasted: str) -> None:
    assert words(pasted.encode()) == [("2023-11-01", 1_667), ("2023-11-02", 900)]
    assert plan(pasted.encode()).reading.kind == "nanowrimo"


# CSV ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_mark_between_cells_in_any_encoding(encoding: str, mark: str) -> None:
    text = f"date{mark}count{mark}project\n2026-11-01{mark}500{mark}Café\n2026-11-02{mark}250{mark}Café\n"
    assert [(each.words, each.project) for each in plan(text.encode(encoding)).entries] == [
        (500, "Café"),
        (250, "Café"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("date,count,project,minutes,note", "2026-11-01,500,Novel,25,dawn"),
        ("Day,Words,Title,Time,Comments", "2026-11-01,500,Novel,25,dawn"),
        ("My words", "", "note,MINUTES,Project Title,Word Count,Date", "dawn,25,Novel,500,2026-11-01"),
        ("Datum,Projekt,Minuten,Wörter,Notiz", "2026-11-01,Novel,25,500,dawn"),
        ("Fecha,Palabras,Título,Minutos,Notas", "2026-11-01,500,Novel,25,dawn"),
        ("日付,単語数,分,プロジェクト,メモ", "2026-11-01,500,25,Novel,dawn"),
        ("2026-11-01,500,Novel,25,dawn",),
    ],
)
def test_columns_by_their_names_or_by_their_places(lines: tuple[str, ...]) -> None:
    (entry,) = plan(csv(*lines)).entries
    assert (entry.words, entry.project, entry.minutes, entry.note) == (500, "Novel", 25, "dawn")
    assert entry.row == len(lines)


def test_a_column_that_is_called_a_total_is_one_for_each_project_by_itself() -> None:
    lines = ("date,total,project", "2026-11-01,100,A", "2026-11-01,1000,B", "2026-11-02,150,A", "2026-11-03,1200,B")
    assert [(each.project, each.words) for each in plan(csv(*lines)).entries] == [
        ("A", 100),
        ("B", 1_000),
        ("A", 50),
        ("B", 200),
    ]
    unsaid = csv("date,total,minutes", "2026-11-01,100,30", "2026-11-02,,20", "2026-11-03,150,10")
    assert [(each.words, each.minutes) for each in plan(unsaid).entries] == [(100, 30), (0, 20), (50, 10)]
    rising = csv("date,count", "2026-11-01,100", "2026-11-02,200", "2026-11-03,300")
    assert words(rising) == [("2026-11-01", 100), ("2026-11-02", 200), ("2026-11-03", 300)]


def test_minutes_alone_are_enough() -> None:
    (entry,) = plan(csv("date,minutes", "2026-11-01,45")).entries
    assert (entry.words, entry.minutes, entry.unit) == (0, 45, "minutes")


def test_a_column_that_nothing_is_made_of_is_named() -> None:
    made = plan(csv("date,count,mood,weather", "2026-11-01,5,good,rain"))
    assert [each.text for each in made.odd] == ["Columns that nothing is made of: mood, weather."]


def test_rows_that_are_odd_are_named_and_left_out() -> None:
    made = plan(
        csv(
            "date,count,project,note",
            "2026-11-28,5",
            "1969-12-31,5",
            "2026-02-30,5",
            "Total,99",
            "2026-11-01,many",
            "2026-11-01,10000001",
            "2026-11-02,0",
            "2026-11-03,",
            "",
            " , ",
            "2026-11-04,7",
        )
    )
    assert [each.words for each in made.entries] == [7]
    assert odd(made) == {
        "date_unread": [4, 5],
        "date_future": [2],
        "date_early": [3],
        "count_unread": [6],
        "count_huge": [7],
        "nothing": [8, 9],
        "empty": [10, 11],
    }


def test_rows_that_are_odd_but_may_be_right_are_named_and_taken() -> None:
    made = plan(
        csv(
            "date,count,project,note",
            "2026-11-01,5,=cmd(),@home",
            "2026-11-01,5,=cmd(),-",
            f"2026-11-02,30000,A,{'x' * 2_001}",
            "2026-11-02,30000,B,fine",
        )
    )
    assert [each.words for each in made.entries] == [5, 5, 30_000, 30_000]
    assert (made.entries[0].project, made.entries[0].note) == ("=cmd()", "@home")
    assert len(made.entries[2].note) == 2_000
    assert odd(made) == {"same_row": [3], "big_day": [5], "formula": [2, 2, 3, 3], "cut": [4]}
    assert len({each.key for each in made.entries}) == 4


def test_a_day_of_more_than_24_hours_is_named_once_and_taken() -> None:
    rows = ("2026-11-01,5,1440", "2026-11-02,5,1000", "2026-11-02,6,440.5", "2026-11-02,7,1")
    made = plan(csv("date,count,minutes", *rows))
    assert [each.minutes for each in made.entries] == [1440, 1000, 440.5, 1]
    assert odd(made) == {"long_day": [4]}


def test_a_date_that_could_be_two_is_asked_about() -> None:
    data = csv("date,count", "03/04/2026,5")
    assert plan(data).reading.asks == "03/04/2026"
    assert plan(data).entries == []
    assert [each.day.isoformat() for each in plan(data, Choices(dates="mdy")).entries] == ["2026-03-04"]


def test_what_is_chosen_for_all_rows_does_not_make_them_other_rows() -> None:
    data = csv("date,count,note", "2026-11-01,5,a", "2026-11-02,6,b")
    first = plan(data, Choices(project="Novel"))
    assert [each.project for each in first.entries] == ["Novel", "Novel"]
    mended = csv("date,count,note", "2026-11-02,6,better", "2026-11-01,5,a", "2026-11-03,7,new")
    again = plan(mended, known=frozenset(each.key for each in first.entries))
    assert (again.already, [each.words for each in again.entries]) == (2, [7])


# Refused ------------------------------------------------------------------------------------------------------------


def encrypted() -> bytes:
    """The bit of encryption set, where the entry is and where it is listed."""
    data = bytearray(zipped(TALLY))
    for begins, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(begins)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(begins, place + 4)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\t ", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (bytes(range(256)) * 20, "is not text"),
        (b"Dear diary,\ntoday I wrote", "no column of dates"),
        (b"date,count\n", "no day below them"),
        (zipped(), "no day below them"),
        (b"date,count\nsoon,5\n", "no column of dates"),
        (b"2026-11-01\n2026-11-02\n", "no column of dates"),
        (b"date,mood\n2026-11-01,7\n", "no column called words or minutes: write words above"),
        (b'date,count\n2026-11-01,5\n"2026-11-02,5\n', "quotation mark in row 3"),
        (b'2026-11-01,5,"' + b"x" * 100_001, "quotation mark|no column"),
        (b"2026-11-01,5," + b"x" * 1_100_000, "line too long|no column"),
        (b"date,count\n2026-11-01,5\n" + b"," * 600, "row that is too long"),
        (b"date,count\n2026-11-01,5\n" + b'"\n",' * 600, "row that is too long"),
        (zipped(TALLY)[:-30], "damaged zip"),
        (zipped(TALLY, compression=zipfile.ZIP_STORED).replace(b"word", b"page"), "damaged zip"),
        (zipped(name="tallies.csv"), "zip without tallies/all-tallies.csv"),
        (zipped(name="xl/workbook.xml"), "is a document"),
        (zipped(compression=zipfile.ZIP_LZMA), "packed in a way"),
        (encrypted(), "encrypted"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(FileError, match=says) as refused:
        read(data, Choices(), TODAY)
    assert refused.value.rule[0].islower()


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1_000_000)
    bomb = zipped("x" * 50_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(FileError, match="unpacks to more than"):
        read(bomb, Choices(), TODAY)


def test_a_zip_that_lists_too_much_is_refused_before_it_is_listed() -> None:
    data = bytearray(zipped(TALLY))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = (2**30).to_bytes(4, "little")
    with pytest.raises(FileError, match="too many files"):
        read(bytes(data), Choices(), TODAY)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    with pytest.raises(FileError, match="more than 3 rows"):
        read(csv("date,count", "2026-11-01,1", "2026-11-02,1", "2026-11-03,1"), Choices(), TODAY)


BYTES = st.binary(max_size=300) | st.binary(max_size=300).map(lambda more: zipped(TALLY)[:400] + more)
CELLS = st.sampled_from(
    ["2026-11-01", "03/04/2026", "1,667", "-5", "date", "count", '"', "'=x", "\n", "\r\n", ",", ";", "\t", " "]
)


@given(
    st.one_of(
        BYTES,
        st.lists(CELLS | st.text(max_size=5), max_size=40).map(lambda each: "".join(each).encode("utf-8", "replace")),
    )
)
@example(b"PK\x05\x06")
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
def test_any_bytes_give_entries_or_a_sentence(data: bytes) -> None:
    try:
        found = read(data, Choices(dates="dmy"), TODAY)
    except FileError:
        return
    assert all(each.day <= TODAY and abs(each.words) <= 10_000_000 and each.key for each in found.entries)
    assert len({each.key for each in found.entries}) == len(found.entries)


def test_too_many_minutes_are_told_as_minutes() -> None:
    made = plan(csv("date,minutes", "2026-11-23,25", "2026-11-24,100001"))
    (found,) = made.odd
    assert (found.kind, found.rows, found.left_out) == ("count_huge", [3], True)
    assert "the minutes are beyond 100,000" in found.text


def test_of_a_file_with_long_cells_nothing_stays_in_memory() -> None:
    said = "date,words,project\n2026-11-23,1,Salt\n"
    said += "".join(f"{'x' * 5_000}{n},1,Salt\n2026-11-23,1,{'y' * 5_000}{n}\n" for n in range(30))
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        assert len(read(said.encode(), Choices(), TODAY).entries) == 31
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 100_000
