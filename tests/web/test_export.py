"""A history taken along: CSV that opens without harm and comes back whole, JSON with everything."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from protocol.data import Export, ExportSession
from server.core.instants import instant
from server.ledger.held import HELD, Told
from server.web import history
from tests.porting.files import csv as table
from tests.support.everywhere import fill, of_writers, secrets_of
from tests.web.house import House, lose_database, new_room, new_sprint
from tests.web.importing import history_of, imported, preview
from tests.web.tokens import bearing, make

TOTALS = ("words", "minutes", "sessions", "days")


async def rows(client: httpx.AsyncClient) -> list[dict[str, str]]:
    answer = await client.get("/api/me/export.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


async def totals(client: httpx.AsyncClient) -> list[Any]:
    found = (await client.get("/api/me/history")).json()
    sums = [round(found["totals"][name], 1) for name in TOTALS]
    return [*sums, [(each["day"], each["words"]) for each in found["days"]]]


async def test_the_columns_are_those_that_tools_rely_on(house: House) -> None:
    answer = await (await history_of(house)).get("/api/me/export.csv")
    first = answer.text.splitlines()[0].split(",")
    assert first[:9] == [
        "session_id",
        "local_day",
        "started_at",
        "zone",
        "minutes",
        "words_added",
        "words_net",
        "project",
        "source",
    ]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="wordtide-20')
    assert answer.headers["content-disposition"].endswith('.csv"')


async def test_texts_that_begin_like_formulas_are_neutralised_and_numbers_stay_numbers(house: House) -> None:
    by_source = {each["source"]: each for each in await rows(await history_of(house))}
    assert by_source["sprint"]["room"] == "'=HYPERLINK(1)"
    assert by_source["sprint"]["minutes"] == "12.57202"
    assert (by_source["manual"]["words_net"], by_source["manual"]["words_added"]) == ("-400", "0")
    assert by_source["manual"]["note"] == "'-1, \"quoted\"\nand '=more"
    assert by_source["manual"]["minutes"] == "0.5"


async def test_what_was_taken_along_comes_back_in_an_empty_account_with_the_same_totals(house: House) -> None:
    ann, bob = await history_of(house), await house.writer("Bob")
    file = (await ann.get("/api/me/export.csv")).content
    found = await preview(bob, file)
    assert (found["kind"], found["odd"]) == ("wordtide", [])
    await imported(bob, file)
    assert await totals(bob) == await totals(ann)
    notes = [{each["note"] for each in (await rows(client))} for client in (ann, bob)]
    assert notes[0] == notes[1]
    projects = [{(each["title"], each["unit"]) for each in (await whole(client)).projects} for client in (ann, bob)]
    assert projects[0] == projects[1] == {("Novel", "words"), ("Script", "pages"), ("Revising", "minutes")}


async def test_in_the_account_it_comes_from_all_of_it_is_there_already(house: House) -> None:
    ann = await history_of(house)
    found = await preview(ann, (await ann.get("/api/me/export.csv")).content)
    assert (found["sessions"], found["already"]) == (0, 6)


async def test_what_comes_home_by_way_of_another_account_is_there_already(house: House) -> None:
    ann, bob = await history_of(house), await house.writer("Bob")
    await imported(bob, (await ann.get("/api/me/export.csv")).content)
    away = (await bob.get("/api/me/export.csv")).content
    found = await preview(ann, away)
    assert (found["sessions"], found["already"], found["odd"]) == (0, 6, [])
    found = await preview(bob, away)
    assert (found["sessions"], found["already"]) == (0, 6)


async def test_a_session_without_an_original_s_id_is_known_by_its_own(house: House) -> None:
    ann = await history_of(house)
    file = io.StringIO()
    short = csv.DictWriter(file, list((await rows(ann))[0])[:-1], extrasaction="ignore")
    short.writeheader()
    short.writerows(await rows(ann))
    found = await preview(ann, file.getvalue().encode())
    assert (found["sessions"], found["already"]) == (0, 6)


async def whole(client: httpx.AsyncClient) -> Any:
    answer = await client.get("/api/me/export.json")
    msgspec.json.decode(answer.content, type=Export)
    return msgspec.json.decode(
        answer.content, type=msgspec.defstruct("Loose", [(name, Any) for name in Export.__struct_fields__])
    )


async def test_the_json_has_everything(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    ann = await history_of(house)
    await ann.patch("/api/me", json={"grace": 2, "rest_weekdays": [6], "zone": "Asia/Tokyo"})
    first, last = ((instant(house.clock.now()).date() + timedelta(days=ahead)).isoformat() for ahead in (3, 7))
    booked = await ann.post("/api/me/rests", json={"id": str(uuid4()), "first": first, "last": last})
    assert booked.is_success, booked.text
    found = await whole(ann)
    assert found.writer == (await ann.get("/api/me")).json()
    assert [each["zone"] for each in found.zones] == ["Europe/London", "Asia/Tokyo"]
    assert [(each["from_day"] is None, each["grace"], each["rest_weekdays"]) for each in found.settings] == [
        (True, 1, []),
        (False, 2, [6]),
    ]
    assert [(each["first"], each["last"]) for each in found.rests] == [(first, last)]
    assert found.imports == (await ann.get("/api/me/imports")).json()["imports"]
    listed = (await ann.get("/api/me/history")).json()["sessions"]
    assert [each["session_id"] for each in found.sessions] == [each["id"] for each in listed]
    assert [each["session_id"] for each in await rows(ann)] == [each["id"] for each in listed]
    assert len(listed) == 6


def test_each_table_that_holds_a_writer_says_where_it_is_in_what_they_take_along() -> None:
    assert {table.name for table, _ in of_writers()} | {"writers"} == set(HELD)


async def test_the_json_has_something_of_every_table_that_holds_a_writer_and_no_secret(house: House) -> None:
    ann, bob = await history_of(house), await house.writer("Bob")
    me, other = [(await client.get("/api/me")).json()["id"] for client in (ann, bob)]
    async with house.ledger._database.writing() as connection:
        await fill(connection, me, other, 1, "marked")
    answer = await ann.get("/api/me/export.json")
    found = answer.json()
    empty = [held.field for held in HELD.values() if isinstance(held, Told) and not found[held.field]]
    assert empty == []
    assert "Bob" not in answer.text
    async with house.ledger._database.reading() as connection:
        secrets = await secrets_of(connection, me)
    assert len(secrets) > 6
    assert [each for each in secrets if each in answer.text] == []


async def test_a_token_takes_along_nothing_of_the_account_and_rooms_only_where_it_may_read_them(house: House) -> None:
    ann, bob, script = await history_of(house), await house.writer("Bob"), await house.stranger()
    me, other = [(await client.get("/api/me")).json()["id"] for client in (ann, bob)]
    secrets = [(await make(ann, scopes=["history:read", *more]))["secret"] for more in ([], ["rooms:read"])]
    async with house.ledger._database.writing() as connection:
        await fill(connection, me, other, 1, "marked")
    fields = {held.field for held in HELD.values() if isinstance(held, Told)}
    history = fields & {"writer", "zones", "settings", "rests", "projects", "goals", "imports", "sprints", "sessions"}
    for secret, there in zip(secrets, (history, history | {"rooms"}), strict=True):
        found = (await script.get("/api/me/export.json", headers=bearing(secret))).json()
        assert {field for field in fields if found[field]} == there


async def test_an_empty_history_is_a_header_and_an_empty_list(house: House) -> None:
    ann = await house.writer()
    assert await rows(ann) == []
    assert (await ann.get("/api/me/export.csv")).text == ",".join(ExportSession.__struct_fields__) + "\r\n"
    assert (await whole(ann)).sessions == []


async def test_nobody_else_s_and_nothing_that_was_removed(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    await imported(ann, table("date,count", "2026-01-01,5", "2026-01-02,6"))
    assert await rows(bob) == []
    id = (await rows(ann))[0]["session_id"]
    assert (await ann.patch(f"/api/me/sessions/{id}", json={"removed": True})).is_success
    assert [each["words_net"] for each in await rows(ann)] == ["5"]


async def test_what_was_removed_is_told_apart_as_long_as_it_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    ann = await history_of(house)
    gone = (await rows(ann))[:3]
    for each in gone:
        removed = await ann.patch(f"/api/me/sessions/{each['session_id']}", json={"removed": True, "note": "Too early"})
        assert removed.is_success
    found = await whole(ann)
    assert [(each["session_id"], each["note"]) for each in found.removed_sessions] == [
        (each["session_id"], "Too early") for each in gone
    ]
    assert len(found.sessions) == 3


async def test_what_was_said_of_a_sprint_is_told_also_where_nothing_was_counted(house: House) -> None:
    ann = await house.writer()
    room = (await new_room(ann))["slug"]
    said = {"intention": "Finish the scene", "outcome": "not", "note": "Rain"}
    first = await new_sprint(ann, room)
    assert (await ann.put(f"/api/sprints/{first['id']}/mine", json=said)).is_success
    silent = await new_sprint(ann, (await new_room(ann))["slug"])
    assert (await ann.put(f"/api/sprints/{silent['id']}/mine", json={"intention": ""})).is_success
    (told,) = (await whole(ann)).sprints
    assert (told["sprint"], told["words"], {name: told[name] for name in said}) == (first["id"], 0, said)


async def test_without_a_database_it_is_a_problem(house: House) -> None:
    ann = await house.writer()
    await lose_database(house)
    assert (await ann.get("/api/me/export.csv")).status_code == 503
