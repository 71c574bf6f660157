"""Counting over HTTP, as a companion program does: the same rules as on the socket, and the same board."""

import asyncio
from typing import Any

import httpx

from protocol.codes import ErrorCode
from protocol.messages import CountFlags, Phase
from tests.support.group import finish, group, together
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter


async def offer(writer: SocketWriter, sprint: int, **said: object) -> httpx.Response:
    return await writer.http.post(f"{writer.base_url}/api/sprints/{sprint}/count", json=said)


async def test_a_count_over_http_is_stored_and_shown_to_everybody(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        await ada.start(60)
        seq = ben.now()
        stored = (await offer(ben, ada.sprint, seq=seq, words=40, flags=CountFlags.FOLLOWED, active_ms=900)).json()
        assert stored == {
            "sprint": ada.sprint,
            "seq": seq,
            "words": 40,
            "flags": CountFlags.FOLLOWED,
            "active_ms": 900,
        }
        await together([ada, ben], {"Ada": 0, "Ben": 40})
        await ben.count_stored(41)
        older = (await offer(ben, ada.sprint, seq=seq, words=7_000)).json()
        assert older["words"] == 41  # answered with what stands: the newest change wins
        await together([ada, ben], {"Ada": 0, "Ben": 41})


async def test_who_only_counts_over_http_is_a_writer_like_all(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,), SocketWriter(server.url, "Script") as script:
        await script.sign_in()
        await ada.start(60)
        outside = await offer(script, ada.sprint, seq=ada.now(), words=5)
        assert (outside.status_code, outside.json()["code"]) == (403, ErrorCode.NOT_ALLOWED)
        await script.post(f"/api/rooms/{ada.room}/join")
        inside = await offer(script, ada.sprint, seq=ada.now(), words=5)
        assert inside.status_code == 200
        await ada.wait_for_standing({"Ada": 0, "Script": 5})
        await ada.end()
        await ada.wait_for_phase(Phase.REPORTING)
        assert (await offer(script, ada.sprint, seq=ada.now(), words=6, flags=CountFlags.IN)).status_code == 200
        await ada.wait_until(lambda: any(row.flags & CountFlags.IN for row in ada.roster.values()))
        await ada.count_stored(9, CountFlags.IN)
        await ada.end()
        await ada.wait_for_phase(Phase.RESULTS)
        assert (await offer(script, ada.sprint, seq=ada.now(), words=8)).status_code == 200
        results = await script.get(f"/api/sprints/{ada.sprint}")
        assert [(row["name"], row["words"], row["late"]) for row in results["board"]] == [
            ("Ada", 9, False),
            ("Script", 8, True),
        ]


async def test_a_stamp_ahead_of_the_clock_is_refused_as_on_the_socket(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        await ada.start(60)
        answer = await offer(ada, ada.sprint, seq=ada.now() + 60_000, words=5)
        said = answer.json()
        assert (answer.status_code, said["code"], said["field"]) == (422, ErrorCode.CLOCK_AHEAD, "seq")
        assert (await offer(ada, ada.sprint, seq=ada.now() + 2_000, words=5)).status_code == 200


async def test_many_offers_at_once_leave_the_greatest(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        await ada.start(60)
        now = ada.now()
        answers = await asyncio.gather(*(offer(ada, ada.sprint, seq=now + n, words=100 - n) for n in range(12)))
        seqs = [answer.json()["seq"] for answer in answers]
        assert all(seq >= now + n for n, seq in enumerate(seqs))
        await ada.wait_for_standing({"Ada": 89})


async def test_a_sprint_that_was_scheduled_over_http_is_told_in_the_room(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben):
        path = f"{server.url}/api/rooms/{ada.room}/sprints"
        key = {"Idempotency-Key": "tuesday"}
        made: list[dict[str, Any]] = [
            (await ada.http.post(path, json={"minutes": 20, "delay_s": 30}, headers=key)).json() for _ in range(2)
        ]
        assert made[0]["id"] == made[1]["id"]
        for each in ada, ben:
            told = await each.wait_for_phase(Phase.COUNTDOWN)
            assert (told.sprint, told.ends - told.starts) == (made[0]["id"], 1_200_000)
        refused = await ben.http.post(path, json={"minutes": 20})
        assert refused.status_code == 403


async def test_a_sprint_long_over_still_takes_a_count_over_http(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        first = (await ada.start(60)).sprint or 0
        seq = ada.now()
        await finish(ada)
        await ada.start(60)
        stored = (await offer(ada, first, seq=seq, words=12)).json()
        assert (stored["words"], stored["flags"]) == (12, CountFlags.LATE)
        assert (await offer(ada, first, seq=seq, words=12)).json() == stored
        await ada.wait_for_standing({"Ada": 0})
