"""Everything in one file: the JSON, a table for each list in it, and a README that names them all."""

import csv
import io
import zipfile
from typing import get_args, get_type_hints

import httpx
import msgspec

from protocol.data import Export
from server.porting.readme import EVERYTHING, README, TABLES
from tests.support.everywhere import fill
from tests.web.house import House
from tests.web.importing import history_of, imported, preview
from tests.web.tokens import bearing, make


async def archive_of(client: httpx.AsyncClient) -> dict[str, bytes]:
    answer = await client.get("/api/me/archive.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].endswith('.zip"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_list_of_the_json_has_a_table() -> None:
    lists = {name: get_args(hint)[0] for name, hint in get_type_hints(Export).items() if get_args(hint)}
    del lists["sessions"]  # read page by page
    assert lists == TABLES


async def test_it_holds_what_the_two_exports_hold_and_a_row_for_each_thing(house: House) -> None:
    ann, bob = await history_of(house), await house.writer("Bob")
    me, other = [(await client.get("/api/me")).json()["id"] for client in (ann, bob)]
    async with house.ledger._database.writing() as connection:
        await fill(connection, me, other, 1, "=marked")
    removed = (await ann.get("/api/me/sessions")).json()["sessions"][-1]["id"]
    assert (await ann.patch(f"/api/me/sessions/{removed}", json={"removed": True})).is_success
    found = await archive_of(ann)
    whole = msgspec.json.decode(found[EVERYTHING])
    assert found["sessions.csv"] == (await ann.get("/api/me/export.csv")).content
    alone = (await ann.get("/api/me/export.json")).json()
    assert alone["audit"].pop()["what"] == "archive_taken"
    assert {**whole, "exported_at": ""} == {**alone, "exported_at": ""}
    for name in TABLES:
        rows = list(csv.DictReader(io.StringIO(found[f"{name}.csv"].decode())))
        assert len(rows) == len(whole[name]) > 0, name
        assert list(rows[0]) == list(whole[name][0])
        assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]


async def test_its_sessions_can_be_imported_again(house: House) -> None:
    ann, bob = await history_of(house), await house.writer("Bob")
    taken = (await ann.get("/api/me/archive.zip")).content
    found = await preview(ann, taken)
    assert (found["kind"], found["sessions"], found["already"]) == ("wordtide", 0, 6)
    await imported(bob, taken)
    assert len((await bob.get("/api/me/sessions")).json()["sessions"]) == 6
    anew = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(taken)) as archive, zipfile.ZipFile(anew, "w") as again:
        for name in archive.namelist():
            again.writestr(f"mine/{name}", archive.read(name))
    assert (await preview(bob, anew.getvalue()))["already"] == 6


async def test_taking_it_leaves_a_line_but_where_a_token_does(house: House) -> None:
    ann, script = await house.writer(), await house.stranger()
    scripts = bearing((await make(ann, scopes=["history:read"]))["secret"])
    assert (await script.get("/api/me/export.json", headers=scripts)).status_code == 200
    await archive_of(ann)
    assert [each["what"] for each in (await ann.get("/api/me/audit")).json()["lines"]] == [
        "archive_taken",
        "token_made",
    ]


async def test_its_readme_names_each_file_in_it_and_whose_it_is(house: House) -> None:
    found = await archive_of(await house.writer("Ann Lee"))
    said = found[README].decode()
    assert "Ann Lee" in said.splitlines()[0]
    assert [name for name in found if name != README and name not in said] == []
    assert {len(body.splitlines()) for name, body in found.items() if name in ("goals.csv", "sessions.csv")} == {1}
