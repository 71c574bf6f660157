"""A history at a glance, a year in review, and what a sprint was for oneself, over HTTP."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx

from server.web.overview import NEWEST
from tests.web.house import House, manual, new_room, new_sprint, problem


async def _got(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    got: dict[str, Any] = answer.json()
    return got


async def _added(client: httpx.AsyncClient, session: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/api/me/sessions", json=session)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


NONE = {"words": 0, "removed": 0, "minutes": 0, "sessions": 0, "days": 0}


async def test_a_new_writer_s_overview_is_empty_and_whole(house: House) -> None:
    ann = await house.writer()
    overview = await _got(ann, "/api/me/overview")
    assert overview["streak"] == await _got(ann, "/api/me/streak")
    assert overview["sums"] == dict.fromkeys(("today", "week", "month", "year", "all"), NONE)
    assert overview["bests"] == dict.fromkeys(("sprint", "rate", "day", "week"))
    assert [overview[name] for name in ("days", "months", "sessions")] == [[], [], []]
    assert (overview["hour"], overview["next"]) == (None, None)


async def test_an_overview_says_what_the_other_calls_say(house: House) -> None:
    ann = await house.writer(zone="UTC")
    for ago, words in (0, 300), (0, -40), (1, 700), (30, 200), (400, 50):
        await _added(ann, manual(house, days_ago=ago, words=words, minutes=20))
    overview, history = await _got(ann, "/api/me/overview"), await _got(ann, "/api/me/history")

    assert overview["streak"] == await _got(ann, "/api/me/streak")
    assert overview["sessions"] == history["sessions"]
    assert overview["sums"]["all"] == history["totals"]
    assert overview["days"] == history["days"][1:]  # the first of them is more than a year ago
    assert overview["sums"]["today"] == {"words": 300, "removed": 40, "minutes": 40, "sessions": 2, "days": 1}
    months: dict[str, int] = {}
    for day in history["days"]:
        months[day["day"][:7]] = months.get(day["day"][:7], 0) + day["words"]
    assert {each["month"]: each["words"] for each in overview["months"]} == months
    bests = overview["bests"]
    assert (bests["sprint"]["words_net"], bests["rate"]["wpm"]) == (700, 35)
    assert bests["sprint"] == history["sessions"][2]
    assert bests["day"] == dict.fromkeys(("first", "last"), history["days"][-2]["day"]) | {"words": 700}


async def test_a_long_history_goes_on_where_the_overview_ends(house: House) -> None:
    ann = await house.writer()
    for n in range(NEWEST + 2):
        await _added(ann, manual(house, days_ago=n / 100, words=n))
    overview = await _got(ann, "/api/me/overview")
    assert [each["words_net"] for each in overview["sessions"]] == list(range(NEWEST))
    rest = await _got(ann, f"/api/me/sessions?before={overview['next']}")
    assert [each["words_net"] for each in rest["sessions"]] == [NEWEST, NEWEST + 1]
    assert overview["hour"]["words"] > 0


async def test_sums_of_a_week_begin_where_the_writer_s_week_does(house: House) -> None:
    ann, bob = [await house.writer(name, zone="UTC") for name in ("Ann", "Bob")]
    for writer, begins_ago in (ann, 0), (bob, 1):
        days = [(await _added(writer, manual(house, days_ago=ago, words=10 + 90 * ago)))["local_day"] for ago in (0, 1)]
        week_start = date.fromisoformat(days[begins_ago]).weekday()
        assert (await writer.patch("/api/me", json={"week_start": week_start})).status_code == 200
    house.travel(86_400)  # settings hold from tomorrow on
    weeks = [(await _got(writer, "/api/me/overview"))["sums"]["week"]["words"] for writer in (ann, bob)]
    assert weeks == [10, 110]


async def test_a_year_is_reviewed_by_itself(house: House) -> None:
    ann = await house.writer(zone="UTC")
    added = [await _added(ann, manual(house, days_ago=ago, words=500 - ago)) for ago in (0, 1, 400)]
    years = sorted({int(each["local_day"][:4]) for each in added})

    for year in years:
        review = await _got(ann, f"/api/me/years/{year}")
        theirs = [each for each in added if each["local_day"].startswith(str(year))]
        assert (review["year"], review["years"]) == (year, years)
        assert review["totals"]["words"] == sum(each["words_added"] for each in theirs)
        assert [each["day"] for each in review["days"]] == sorted({each["local_day"] for each in theirs})
        assert review["bests"]["sprint"]["id"] == max(theirs, key=lambda each: each["words_net"])["id"]
        counting = {each["local_day"] for each in theirs if each["counts"]}
        assert review["longest"] == len(counting)
    empty = await _got(ann, "/api/me/years/1999")
    assert (empty["years"], empty["totals"], empty["bests"]["day"]) == (years, NONE, None)


async def test_a_year_says_what_went_into_each_project(house: House) -> None:
    ann = await house.writer(zone="UTC")
    novel, thesis, other = (str(uuid4()) for _ in range(3))
    for id, unit in (novel, "words"), (thesis, "pages"), (other, "minutes"):
        made = {"id": id, "title": unit.title(), "unit": unit, "first_day": "2020-01-01"}
        assert (await ann.post("/api/me/projects", json=made)).status_code == 201
    day = (await _added(ann, manual(house, words=300, project=thesis, amount=3)))["local_day"]
    for words in 400, -100:
        await _added(ann, manual(house, words=words, project=novel))
    await _added(ann, manual(house, days_ago=800, words=9, project=other))

    projects = (await _got(ann, f"/api/me/years/{day[:4]}"))["projects"]
    assert projects == [
        {"id": novel, "title": "Words", "unit": "words", "amount": 300},
        {"id": thesis, "title": "Pages", "unit": "pages", "amount": 3},
    ]


async def test_a_year_that_is_none_is_not_found(house: House) -> None:
    ann = await house.writer()
    for year in ("0000", "99999", "26", "x", "20.6", "-026", "%D9%A2%D9%A0%D9%A2%D9%A6"):
        problem(await ann.get(f"/api/me/years/{year}"), 404, "year")


# What a sprint was for oneself --------------------------------------------------------------------------------------


async def _sprint(house: House, writer: httpx.AsyncClient, words: int, minutes: int = 20) -> int:
    """One of 20 minutes that is over."""
    sprint = await new_sprint(writer, (await new_room(writer))["slug"])
    house.travel(20 * 60)
    await house.count(writer, sprint, words, active_ms=minutes * 60_000)
    id: int = sprint["id"]
    return id


async def test_a_first_sprint_is_told_as_what_it_is_and_a_second_as_what_it_has_beaten(house: House) -> None:
    ann = await house.writer()
    first, second = await _sprint(house, ann, 300), await _sprint(house, ann, 450)

    mine = await _got(ann, f"/api/sprints/{second}/mine")
    assert mine["session"]["words_net"] == 450
    assert mine["bests"] == [
        {"kind": "sprint", "value": 450, "before": 300},
        {"kind": "rate", "value": 22.5, "before": 15},
    ]
    assert (await _got(ann, f"/api/sprints/{first}/mine"))["bests"] == []


async def test_a_sprint_is_told_to_its_writer_alone(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    sprint = await _sprint(house, ann, 300)
    mine = await _got(bob, f"/api/sprints/{sprint}/mine")
    assert (mine["session"], mine["bests"]) == (None, [])
    problem(await (await house.stranger()).get(f"/api/sprints/{sprint}/mine"), 401)
