"""Imports over HTTP: the dry run, the import told as it goes, undoing, and everything that is refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from server.core.sprint import Limits
from server.porting import plan as planning
from server.web import uploads
from tests.porting.files import csv, tally, zipped
from tests.support.ledgers import row_counts
from tests.web.house import House, lose_database, problem
from tests.web.importing import imported, preview

FILE = csv("date,count,project", "2025-12-31,100,Novel", "2026-01-01,200,Novel", "2026-01-02,-50,Story")


async def test_the_dry_run_says_what_would_be_and_keeps_nothing(house: House) -> None:
    ann = await house.writer()
    before = await row_counts(house.ledger)
    found = await preview(ann, FILE)
    assert found == {
        "kind": "csv",
        "asks": None,
        "counts": "daily",
        "can_choose_counts": True,
        "sessions": 3,
        "already": 0,
        "days": 3,
        "first_day": "2025-12-31",
        "last_day": "2026-01-02",
        "words_added": 300,
        "words_removed": 50,
        "minutes": 0,
        "years": [{"year": 2025, "sessions": 1, "words": 100}, {"year": 2026, "sessions": 2, "words": 200}],
        "projects": [
            {"title": "Novel", "unit": "words", "sessions": 2, "new": True},
            {"title": "Story", "unit": "words", "sessions": 1, "new": True},
        ],
        "odd": [],
        "sample": found["sample"],
    }
    assert found["sample"][2] == {
        "row": 4,
        "day": "2026-01-02",
        "words": -50,
        "minutes": None,
        "amount": None,
        "unit": "words",
        "project": "Story",
        "note": "",
    }
    assert await row_counts(house.ledger) == before


async def test_an_import_does_what_the_dry_run_said_and_a_repeat_does_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "CHUNK", 2)
    ann = await house.writer(zone="Asia/Kolkata")
    id = str(uuid4())
    lines = await imported(ann, FILE, id=id)
    assert [(line["done"], line["of"]) for line in lines] == [(0, 3), (2, 3), (3, 3), (3, 3)]
    result = lines[-1]["result"]
    assert (result["id"], result["kind"], result["file_name"]) == (id, "csv", "words.csv")
    assert (result["sessions"], result["words"]) == (3, 300)
    assert (await ann.get("/api/me/imports")).json() == {"imports": [result]}
    sessions = (await ann.get("/api/me/history")).json()["sessions"]
    told = [(each["local_day"], each["started_at"], each["zone"], each["words_net"]) for each in sessions]
    assert told == [
        ("2026-01-02", "2026-01-02T06:30:00.000Z", "Asia/Kolkata", -50),
        ("2026-01-01", "2026-01-01T06:30:00.000Z", "Asia/Kolkata", 200),
        ("2025-12-31", "2025-12-31T06:30:00.000Z", "Asia/Kolkata", 100),
    ]
    assert {(each["source"], each["counts"]) for each in sessions} == {("import", False)}

    assert (await imported(ann, FILE, 200, id=id))[-1]["result"] == result
    again = await preview(ann, FILE)
    assert (again["sessions"], again["already"], again["projects"]) == (0, 3, [])
    assert await imported(ann, FILE, 200) == [{"done": 0, "of": 0, "result": None, "problem": None}]
    assert (await row_counts(house.ledger))["projects"] == 2


async def test_a_name_that_cannot_be_shown_is_kept_as_far_as_it_can(house: House) -> None:
    ann = await house.writer()
    assert (await imported(ann, FILE, name="a\x00\u202eb\n.csv"))[-1]["result"]["file_name"] == "a b .csv"


async def test_an_import_of_today_makes_no_streak(house: House) -> None:
    ann = await house.writer(zone="UTC")
    today = (await ann.get("/api/me/streak")).json()["today"]
    await imported(ann, csv("date,count", f"{today},500"))
    assert (await ann.get("/api/me/streak")).json()["current"] == 0
    assert (await ann.get("/api/me/history")).json()["totals"]["words"] == 500


async def test_what_is_asked_has_to_be_answered_before_anything_is_taken(house: House) -> None:
    ann = await house.writer()
    file = csv("date,count", "03/04/2026,5")
    assert (await preview(ann, file))["asks"] == "03/04/2026"
    refused = await ann.post("/api/me/imports", params={"id": str(uuid4())}, content=file)
    problem(refused, 422, "dates")
    assert (await preview(ann, file, dates="mdy"))["first_day"] == "2026-03-04"
    await imported(ann, file, dates="dmy", project="Novel")
    (session,) = (await ann.get("/api/me/history")).json()["sessions"]
    assert session["local_day"] == "2026-04-03"
    assert session["project"] is not None


async def test_undone_it_is_gone_and_can_be_brought_again(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    id = (await imported(ann, FILE))[-1]["result"]["id"]
    problem(await bob.delete(f"/api/me/imports/{id}"), 404, "import_id")
    assert (await ann.delete(f"/api/me/imports/{id}")).json() == {"imports": []}
    assert (await ann.get("/api/me/history")).json()["sessions"] == []
    problem(await ann.delete(f"/api/me/imports/{id}"), 404, "import_id")
    assert (await preview(ann, FILE))["sessions"] == 3
    assert (await imported(ann, FILE, id=id))[-1]["result"]["sessions"] == 3


async def test_an_id_that_is_another_s_is_refused(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    id = (await imported(ann, FILE))[-1]["result"]["id"]
    problem(await bob.post("/api/me/imports", params={"id": id}, content=FILE), 409, "id")


@pytest.mark.parametrize(
    "file",
    [b"", b"Dear diary", b"%PDF", b"PK\x03\x04 no zip", bytes(range(256)) * 9, csv("date,count", "x,5")],
)
async def test_what_is_no_table_is_a_problem_that_says_what_to_do_and_leaves_nothing(house: House, file: bytes) -> None:
    ann = await house.writer()
    before = await row_counts(house.ledger)
    first = problem(await ann.post("/api/me/imports/preview", content=file), 422, "file")
    second = problem(await ann.post("/api/me/imports", params={"id": str(uuid4())}, content=file), 422, "file")
    assert first["rule"] == second["rule"]
    assert ":" in first["rule"] or "can be" in first["rule"]
    assert await row_counts(house.ledger) == before
    assert (await preview(ann, FILE))["sessions"] == 3


# Bounds -------------------------------------------------------------------------------------------------------------


async def test_a_file_that_says_it_is_too_large_is_refused_before_it_is_read(house: House) -> None:
    ann = await house.writer()
    read = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(200):
            read += 1
            yield b"x" * 2**20

    answer = await ann.post("/api/me/imports/preview", content=parts(), headers={"Content-Length": str(200 * 2**20)})
    assert "at most 32 MB" in problem(answer, 413, "file")["rule"]
    assert read <= 1


async def test_a_file_that_grows_too_large_is_refused_on_its_way(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 2**20)
    ann = await house.writer()

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 2**17

    problem(await ann.post("/api/me/imports/preview", content=parts()), 413, "file")
    assert (await preview(ann, FILE))["sessions"] == 3


async def test_a_file_that_comes_too_slowly_is_refused_and_gives_its_place_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "STALL_S", 0.05)
    ann = await house.writer()
    gone = asyncio.Event()

    async def parts() -> AsyncIterator[bytes]:
        yield b"date,count\n"
        await gone.wait()

    problem(await ann.post("/api/me/imports/preview", content=parts()), 408, "file")
    gone.set()
    assert (await preview(ann, FILE))["sessions"] == 3


async def test_a_writer_has_one_file_on_its_way_at_a_time(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def parts() -> AsyncIterator[bytes]:
        begun.set()
        yield b"date,count\n2026-01-01,5"
        await go_on.wait()

    first = asyncio.create_task(ann.post("/api/me/imports/preview", content=parts()))
    await begun.wait()
    problem(await ann.post("/api/me/imports/preview", content=FILE), 409, "file")
    assert (await preview(bob, FILE))["sessions"] == 3
    go_on.set()
    assert (await first).status_code == 200


async def test_more_than_a_process_can_hold_is_put_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_HELD", len(FILE) - 1)
    ann = await house.writer()
    answer = await ann.post("/api/me/imports/preview", content=FILE)
    assert "try again in a minute" in problem(answer, 503)["detail"]
    assert answer.headers["retry-after"] == "60"
    for _ in range(2):  # what is done is held no more
        assert (await preview(ann, FILE[: len(FILE) - 2]))["sessions"] == 3


@pytest.mark.parametrize("type", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
async def test_what_a_form_elsewhere_could_send_is_refused(house: House, type: str) -> None:
    ann = await house.writer()
    answer = await ann.post("/api/me/imports/preview", content=FILE, headers={"Content-Type": type})
    problem(answer, 415, "Content-Type")


# Broken off ---------------------------------------------------------------------------------------------------------


async def test_a_request_that_is_given_up_leaves_nothing_to_see_and_the_next_one_brings_it_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "CHUNK", 1)
    ann = await house.writer()
    store, stored = house.ledger.imports.store, asyncio.Event()

    async def store_and_wait(*args: Any) -> int:
        n = await store(*args)
        stored.set()
        await asyncio.Event().wait()
        return n

    monkeypatch.setattr(house.ledger.imports, "store", store_and_wait)
    request = asyncio.create_task(imported(ann, FILE))
    await stored.wait()
    request.cancel()
    await asyncio.wait([request])
    monkeypatch.setattr(house.ledger.imports, "store", store)
    assert (await row_counts(house.ledger))["writing_sessions"] == 1
    assert (await ann.get("/api/me/history")).json()["sessions"] == []
    assert (await ann.get("/api/me/imports")).json()["imports"] == []
    assert (await imported(ann, FILE))[-1]["result"]["sessions"] == 3


async def test_a_database_that_goes_away_half_way_is_told_in_the_last_line(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "CHUNK", 1)
    ann = await house.writer()
    begin = house.ledger.imports.begin

    async def begin_and_lose(*args: Any) -> None:
        await begin(*args)
        await lose_database(house)

    monkeypatch.setattr(house.ledger.imports, "begin", begin_and_lose)
    lines = await imported(ann, zipped(tally("a", "2026-01-01", "word", 5)))
    assert (lines[-1]["done"], lines[-1]["result"], lines[-1]["problem"]["status"]) == (0, None, 503)


async def test_what_would_be_more_than_may_be_kept_is_refused_whole_and_in_the_dry_run_already(house: House) -> None:
    ann = await house.writer()
    for bounds, rule in (
        (replace(Limits(), sessions_each=2), "you can keep 2 sessions"),
        (replace(Limits(), projects_each=1), "you can keep 1 projects"),
    ):
        house.ledger.bounds._limits = bounds
        before = await row_counts(house.ledger)
        told = problem(await ann.post("/api/me/imports/preview", content=FILE), 409)
        assert rule in told["detail"].lower()
        params = {"id": str(uuid4()), "name": "words.csv"}
        assert problem(await ann.post("/api/me/imports", params=params, content=FILE), 409) == told
        assert await row_counts(house.ledger) == before
