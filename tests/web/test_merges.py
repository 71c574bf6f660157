"""Histories that met in one browser, over HTTP: asked first, made one, and two again."""

from uuid import uuid4

import httpx

from tests.web.house import House, manual, problem


async def signed_in_over(house: House, guest: httpx.AsyncClient, writer: httpx.AsyncClient) -> None:
    """The writer signs in by a link in the guest's browser."""
    code, now = f"the code of a link: {uuid4()}", house.clock.now()
    await house.ledger.links.make((await writer.get("/api/me")).json()["id"], code, now, now + 60_000)
    assert (await guest.post("/api/session/link", json={"code": code})).status_code == 200


async def words_of(client: httpx.AsyncClient) -> list[int]:
    return sorted(each["words_net"] for each in (await client.get("/api/me/history")).json()["sessions"])


async def test_a_guest_s_history_comes_when_the_writer_says_so_and_goes_again(house: House) -> None:
    ada, ben = await house.writer("Ada"), await house.writer("Ben")
    await ada.post("/api/me/sessions", json=manual(house) | {"words": 300})
    await ben.post("/api/me/sessions", json=manual(house) | {"words": 200})
    await signed_in_over(house, ben, ada)

    (met,) = (await ben.get("/api/me/merges")).json()["merges"]
    assert (met["writer"], met["guest"], met["own"], met["sessions"], met["merged_at"]) == ("Ada", "Ben", True, 1, None)
    assert await words_of(ada) == [300]

    merged = (await ben.post(f"/api/me/merges/{met['id']}")).json()
    assert merged["did"] == {"sessions": 1, "common": 0, "days": 0, "words_before": 300, "words_after": 500}
    assert await words_of(ben) == await words_of(ada) == [200, 300]
    problem(await ada.post(f"/api/me/merges/{met['id']}/link"), 409, "id")

    parted = (await ada.post(f"/api/me/merges/{met['id']}/undo")).json()
    assert parted == met
    assert (await ada.post(f"/api/me/merges/{met['id']}/undo")).json() == met
    assert await words_of(ada) == [300]


async def test_the_guest_is_reached_by_a_link_from_the_writer(house: House) -> None:
    ada, ben = await house.writer("Ada"), await house.writer("Ben")
    await ben.post("/api/me/sessions", json=manual(house) | {"words": 200})
    await signed_in_over(house, ben, ada)
    (met,) = (await ben.get("/api/me/merges")).json()["merges"]

    link = (await ben.post(f"/api/me/merges/{met['id']}/link")).json()
    elsewhere = await house.stranger()
    came = await elsewhere.post("/api/session/link", json={"code": link["url"].partition("#")[2]})

    assert came.json()["name"] == "Ben"
    assert await words_of(elsewhere) == [200]


async def test_who_only_sent_the_link_gets_nothing_that_the_guest_wrote(house: House) -> None:
    """A guest may be talked into opening a link that signs them in as another."""
    mallory, ben = await house.writer("Mallory"), await house.writer("Ben")
    await ben.post("/api/me/sessions", json=manual(house) | {"words": 200})
    await signed_in_over(house, ben, mallory)
    (met,) = (await ben.get("/api/me/merges")).json()["merges"]

    assert (await mallory.get("/api/me/merges")).json()["merges"] == []
    problem(await mallory.post(f"/api/me/merges/{met['id']}"), 404, "merge")
    problem(await mallory.post(f"/api/me/merges/{met['id']}/link"), 404, "merge")
    assert await words_of(mallory) == []

    await signed_in_over(house, ben, mallory)  # in the same browser once more: a new session, where they met still
    assert (await ben.get("/api/me/merges")).json()["merges"] == [met]
    await ben.post(f"/api/me/merges/{met['id']}")
    assert await words_of(mallory) == [200]
    assert [each["id"] for each in (await mallory.get("/api/me/merges")).json()["merges"]] == [met["id"]]


async def test_a_guest_s_other_browser_sees_whose_their_history_is_and_may_take_it_back(house: House) -> None:
    ada, ben = await house.writer("Ada"), await house.writer("Ben")
    await ben.post("/api/me/sessions", json=manual(house) | {"words": 200})
    other = await house.stranger()
    await signed_in_over(house, other, ben)
    await signed_in_over(house, ben, ada)
    assert (await other.get("/api/me/merges")).json()["merges"] == []
    (met,) = (await ben.get("/api/me/merges")).json()["merges"]
    await ben.post(f"/api/me/merges/{met['id']}")

    (seen,) = (await other.get("/api/me/merges")).json()["merges"]
    assert (seen["own"], seen["writer"]) == (False, "Ada")
    problem(await other.post(f"/api/me/merges/{met['id']}"), 404, "merge")
    assert (await other.post(f"/api/me/merges/{met['id']}/undo")).status_code == 200
    assert await words_of(other) == [200]
    assert await words_of(ada) == []


async def test_of_a_guest_who_left_nothing_there_is_nothing_to_ask(house: House) -> None:
    ada, ben = await house.writer("Ada"), await house.writer("Ben")
    await signed_in_over(house, ben, ada)
    await signed_in_over(house, ben, ada)
    assert (await ben.get("/api/me/merges")).json()["merges"] == []
