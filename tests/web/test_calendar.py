"""The calendar over HTTP: made, read by whoever knows its address, made anew, taken back."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from tests.porting.files import csv
from tests.web.house import House, lose_database, manual, problem
from tests.web.importing import imported


async def test_it_is_made_read_and_taken_back(house: House) -> None:
    ann, anybody = await house.writer(), await house.stranger()
    assert (await ann.get("/api/me/calendar")).json() == {"since": None}
    today = (await ann.get("/api/me/streak")).json()["today"]
    await imported(ann, csv("date,count,note", f"{today},500,a secret thought", "2024-01-01,5,", f"{today},-3,"))

    made = (await ann.post("/api/me/calendar")).json()
    assert (await ann.get("/api/me/calendar")).json() == {"since": made["since"]}
    path = urlsplit(made["url"]).path
    assert len(path.removeprefix("/calendar/").removesuffix(".ics")) == 43
    answer = await anybody.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content)
    assert isinstance(found, Calendar)
    assert [(each.start.isoformat(), each.summary) for each in found.events] == [(today, "500 words")]
    assert "secret thought" not in answer.text
    known = {"If-None-Match": answer.headers["etag"]}
    house.travel(60)
    again = await anybody.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert "private" in answer.headers["cache-control"]
    assert (await anybody.head(path)).status_code == 200

    other = urlsplit((await ann.post("/api/me/calendar")).json()["url"]).path
    problem(await anybody.get(path), 404, "secret")
    assert (await anybody.get(other)).status_code == 200
    assert (await ann.delete("/api/me/calendar")).json() == {"since": None}
    problem(await anybody.get(other), 404, "secret")


async def test_a_day_that_is_mended_is_told_as_later_than_before(house: House) -> None:
    ann = await house.writer()
    path = urlsplit((await ann.post("/api/me/calendar")).json()["url"]).path
    session = (await ann.post("/api/me/sessions", json=manual(house))).json()
    before = await ann.get(path)
    house.travel(60)
    await ann.patch(f"/api/me/sessions/{session['id']}", json={"words": 299})
    after = await ann.get(path, headers={"If-None-Match": before.headers["etag"]})
    told = [Calendar.from_ical(each.content) for each in (before, after)]
    (first,), (mended,) = (each.events for each in told)
    assert [each.summary for each in (first, mended)] == ["300 words", "299 words"]
    assert mended.stamp - first.stamp >= timedelta(minutes=1)


@pytest.mark.parametrize("secret", ["x", "x" * 43, "%00", "..%2f", "x" * 5_000])
async def test_a_secret_that_is_none_leads_nowhere(house: House, secret: str) -> None:
    answer = await (await house.stranger()).get(f"/calendar/{secret}.ics")
    assert answer.status_code == 404


async def test_a_failure_does_not_write_the_secret_into_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ann = await house.writer()
    path = urlsplit((await ann.post("/api/me/calendar")).json()["url"]).path
    await lose_database(house)
    caplog.clear()
    problem(await ann.get(path), 503)
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert "failed" in ours
    assert path.split("/")[-1].removesuffix(".ics") not in ours
