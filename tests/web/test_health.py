"""Liveness, readiness and metrics."""

import os

from tests.web.house import House, lose_database


async def test_a_living_process_says_which_it_is(house: House) -> None:
    said = (await (await house.stranger()).get("/healthz")).json()
    assert (said["status"], said["pid"]) == ("ok", os.getpid())
    assert said["version"]
    assert said["now"].endswith("Z")


async def test_a_process_is_ready_until_it_drains(house: House) -> None:
    client = await house.stranger()
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "database": True, "relay": True, "draining": False},
    )
    await house.rooms.drain(0)
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["draining"], answer.json()["ready"]) == (503, True, False)


async def test_a_process_without_its_database_is_not_ready(house: House) -> None:
    client = await house.stranger()
    await lose_database(house)
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["relay"]) == (False, True)


async def test_requests_are_counted_by_route_not_by_address(house: House) -> None:
    client = await house.stranger()
    for slug in ("one", "two"):
        await client.get(f"/api/rooms/{slug}")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    line = 'wordtide_http_requests_total{method="GET",path="/api/rooms/{slug}",status="404"} 2'
    assert line in answer.text.splitlines()
