"""What a browser's makers look for on a page: nothing of it is missing where people come in."""

from tests.e2e.conftest import Arrive
from tests.support.lighthouse import look
from tests.support.server import ServerProcess


async def test_the_front_page_and_a_room_have_all_that_lighthouse_looks_for(
    arrive: Arrive, house: ServerProcess
) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    room = await ada.post("/api/rooms", {"title": "Night owls", "visibility": "public"})
    looked = await look("held", house.url + "/", f"{house.url}/r/{room['slug']}")
    assert [each.url for each in looked] == [house.url + "/", f"{house.url}/r/{room['slug']}"]
    for each in looked:
        best = dict.fromkeys(("accessibility", "best-practices", "seo"), 100)
        assert (each.scores, each.wrong, each.warnings) == (best, [], [])
