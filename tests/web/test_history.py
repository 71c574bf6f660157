"""History and streak over HTTP, and sessions added by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from server.core.days import day_of
from server.web import history
from tests.web.house import DAY_S, House, manual, new_room, new_sprint, problem


async def _added(client: httpx.AsyncClient, session: dict[str, Any], status: int = 201) -> dict[str, Any]:
    answer = await client.post("/api/me/sessions", json=session)
    assert answer.status_code == status, answer.text
    added: dict[str, Any] = answer.json()
    return added


async def test_a_new_writer_has_an_empty_history(house: House) -> None:
    ann = await house.writer()
    assert (await ann.get("/api/me/history")).json() == {
        "sessions": [],
        "days": [],
        "totals": {"words": 0, "removed": 0, "minutes": 0, "sessions": 0, "days": 0},
    }
    streak = (await ann.get("/api/me/streak")).json()
    assert (streak["current"], streak["longest"], streak["since"], streak["state"]) == (0, 0, None, "none")


async def test_a_session_written_by_hand_counts_for_today(house: House) -> None:
    ann = await house.writer(zone="Asia/Kolkata")
    session = manual(house, words=300, minutes=20)
    added = await _added(ann, session)
    today = day_of(datetime.fromtimestamp(house.clock.now() / 1_000, UTC), "Asia/Kolkata", 180).isoformat()
    assert added == {
        "id": session["id"],
        "sprint": None,
        "room": None,
        "room_title": None,
        "local_day": today,
        "started_at": session["started_at"],
        "zone": "Asia/Kolkata",
        "minutes": 20,
        "words_net": 300,
        "words_added": 300,
        "words_removed": 0,
        "wpm": 15,
        "source": "manual",
        "late": False,
        "counts": True,
        "project": None,
        "amount": None,
        "note": "",
        "intention": "",
        "outcome": None,
        "edited": False,
        "removed": False,
    }
    history = (await ann.get("/api/me/history")).json()
    assert history["sessions"] == [added]
    sums = {"words": 300, "removed": 0, "minutes": 20, "sessions": 1}
    assert history["days"] == [{"day": today, **sums, "status": "written"}]
    assert history["totals"] == {**sums, "days": 1}
    streak = (await ann.get("/api/me/streak")).json()
    assert (streak["current"], streak["since"], streak["state"], streak["today"]) == (1, today, "done", today)


async def test_the_same_session_twice_is_there_once(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    session = manual(house)
    added = await _added(ann, session)
    assert await _added(ann, session, status=200) == added
    assert await _added(ann, {**session, "words": 9_999}, status=200) == added
    assert len((await ann.get("/api/me/history")).json()["sessions"]) == 1
    problem(await bob.post("/api/me/sessions", json=session), 409, "id")
    assert (await bob.get("/api/me/history")).json()["sessions"] == []


async def test_an_entry_for_yesterday_counts_and_an_older_one_adds_to_totals_only(house: House) -> None:
    ann = await house.writer()
    assert (await _added(ann, manual(house, days_ago=1)))["counts"]
    assert not (await _added(ann, manual(house, days_ago=3, words=1_000)))["counts"]
    assert (await ann.get("/api/me/streak")).json()["current"] == 1
    assert (await ann.get("/api/me/history")).json()["totals"]["words"] == 1_300


async def test_a_sprint_that_was_run_alone_offline_counts_if_it_comes_within_seven_days(house: House) -> None:
    ann = await house.writer()
    late = manual(house, days_ago=7 + 1 / DAY_S, source="solo")
    timely = manual(house, days_ago=6.9, source="solo")
    assert not (await _added(ann, late))["counts"]
    added = await _added(ann, timely)
    assert (added["source"], added["counts"]) == ("solo", True)
    assert await _added(ann, timely, status=200) == added
    assert (await ann.get("/api/me/streak")).json()["longest"] == 1
    problem(await ann.post("/api/me/sessions", json=manual(house, source="solo", days_ago=-360 / DAY_S)), 422)
    problem(await ann.post("/api/me/sessions", json=manual(house, source="sprint")), 422, "source")


async def test_yesterday_is_the_day_before_the_writer_s_own_today(house: House) -> None:
    # At 00:30 UTC it is evening in New York, and in Tokyo the morning of the day after.
    house.travel(DAY_S - house.clock.now() // 1_000 % DAY_S + 1_800)
    ann = await house.writer(zone="Asia/Tokyo")
    await ann.patch("/api/me", json={"zone": "America/New_York"})
    added = await _added(ann, manual(house, days_ago=46 / 24))
    today = date.fromisoformat((await ann.get("/api/me/streak")).json()["today"])
    assert (added["zone"], added["local_day"]) == ("Asia/Tokyo", (today - timedelta(days=1)).isoformat())
    assert added["counts"]


async def test_a_session_that_has_not_begun_is_refused(house: House) -> None:
    ann = await house.writer()
    await _added(ann, manual(house, days_ago=-240 / DAY_S))
    problem(await ann.post("/api/me/sessions", json=manual(house, days_ago=-360 / DAY_S)), 422, "started_at")


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"])
async def test_the_ends_of_the_calendar_are_refused(house: House, when: str) -> None:
    ann = await house.writer()
    problem(await ann.post("/api/me/sessions", json=manual(house, started_at=when)), 422, "started_at")


async def test_words_taken_out_are_kept_apart_from_words_added(house: House) -> None:
    ann = await house.writer()
    await _added(ann, manual(house, words=-400, minutes=25))
    await _added(ann, manual(house, words=100, minutes=5))
    history = (await ann.get("/api/me/history")).json()
    names = ("words_net", "words_added", "words_removed")
    assert sorted(tuple(each[name] for name in names) for each in history["sessions"]) == [
        (-400, 0, 400),
        (100, 100, 0),
    ]
    assert history["days"][0]["words"] == 100


async def test_a_range_of_days_includes_both_ends(house: House) -> None:
    ann = await house.writer()
    days = [(await _added(ann, manual(house, days_ago=ago)))["local_day"] for ago in (4, 3, 2, 1)]

    async def between(**params: str) -> list[str]:
        answer = await ann.get("/api/me/history", params=params)
        assert answer.status_code == 200
        return [each["local_day"] for each in answer.json()["sessions"]]

    assert await between() == days[::-1]
    assert await between(**{"from": days[1], "to": days[2]}) == [days[2], days[1]]
    assert await between(**{"from": days[2]}) == [days[3], days[2]]
    assert await between(to=days[0]) == [days[0]]


async def test_a_history_that_is_read_in_pages_is_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    ann = await house.writer()
    added = [await _added(ann, manual(house, days_ago=ago // 2)) for ago in range(5)]
    newest_first = sorted(added, key=lambda each: (each["local_day"], each["started_at"], each["id"]), reverse=True)
    whole = (await ann.get("/api/me/history")).json()
    assert whole["sessions"] == newest_first
    assert (whole["totals"]["sessions"], [each["sessions"] for each in whole["days"]]) == (5, [1, 2, 2])


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"to": "2026-13-01"}, "to"),
        ({"from": "9223372036854775808"}, "from"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "from"),
    ],
)
async def test_a_range_that_cannot_be_is_refused(house: House, params: dict[str, str], field: str) -> None:
    ann = await house.writer()
    problem(await ann.get("/api/me/history", params=params), 422, field)


async def test_a_sprint_is_in_the_history_of_its_writers(house: House) -> None:
    ann = await house.writer("Ann")
    room = await new_room(ann, "Dawn pages")
    sprint = await new_sprint(ann, room["slug"])
    house.travel(600)
    await house.count(ann, sprint, 500, active_ms=600_000)
    history = (await ann.get("/api/me/history")).json()
    assert len(history["sessions"]) == 1
    session = history["sessions"][0]
    assert (session["sprint"], session["room"], session["room_title"]) == (sprint["id"], room["slug"], "Dawn pages")
    assert (session["source"], session["words_net"], session["minutes"], session["wpm"]) == ("sprint", 500, 10, 50)
    assert session["started_at"] == sprint["starts_at"]
    assert (await ann.get("/api/me/streak")).json()["current"] == 1


async def test_the_next_day_makes_a_streak_of_two(house: House) -> None:
    ann = await house.writer(zone="UTC")
    await _added(ann, manual(house))
    house.travel(DAY_S)
    streak = (await ann.get("/api/me/streak")).json()
    assert (streak["current"], streak["state"]) == (1, "grace_left")
    await _added(ann, manual(house))
    streak = (await ann.get("/api/me/streak")).json()
    assert (streak["current"], streak["longest"], streak["state"]) == (2, 2, "done")
    yesterday = (date.fromisoformat(streak["today"]) - timedelta(days=1)).isoformat()
    assert [(each["day"], each["status"]) for each in streak["days"]] == [
        (yesterday, "written"),
        (streak["today"], "written"),
    ]


async def test_a_day_that_is_left_empty_bounds_nothing(house: House) -> None:
    ann = await house.writer()
    await _added(ann, manual(house, days_ago=3))
    everything = (await ann.get("/api/me/history")).json()
    assert len(everything["sessions"]) == 1
    assert (await ann.get("/api/me/history?from=&to=")).json() == everything
