"""The authorization matrix: every route, asked by everybody whom the house knows."""

from protocol.account import Assertion
from server.web.routes import ROUTES
from tests.web.authorization import LAST_WORDS, REFUSED, About, People, Who, expected
from tests.web.house import House


def test_every_route_says_to_whom_its_resources_are_refused() -> None:
    routes = {(each.method, each.path) for each in ROUTES}
    assert routes - set(REFUSED) == set(), "new routes need a line in REFUSED, in tests/web/authorization.py"
    assert set(REFUSED) - routes == set(), "these lines are of no route"


async def test_every_route_answers_everybody_as_its_line_says(house: House) -> None:
    people = await People.of(house)
    wrong = []
    for route in sorted(ROUTES, key=lambda each: each.path == "/api/session/end"):  # whoever has left asks no more
        about: About | None = None
        for who in Who:
            about = about or await people.about(route)
            answer = await people.ask(route, who, about)
            if answer.status_code not in expected(route, who):
                may = " or ".join(map(str, sorted(expected(route, who))))
                wrong.append(f"{route.method} {route.path} by {who.value}: {answer.status_code}, not {may}")
            elif who is Who.WITHOUT and answer.status_code == 403:
                lacks = (
                    "is not for personal tokens: sign in"
                    if route.scope is None
                    else f"needs a token with {route.scope}"
                )
                if (answer.json()["field"], answer.json()["rule"]) != ("Authorization", lacks):
                    wrong.append(f"{route.method} {route.path} tells a token: {answer.text}")
            if route.unsafe and (answer.is_success or route.request is Assertion):
                about = None  # it may be used up; a challenge is by whoever answers it, rightly or not
            if route.path in LAST_WORDS:
                people = await People.of(house)
    assert wrong == []


async def test_an_id_that_is_another_writer_s_is_refused(house: House) -> None:
    """Of all that a client makes under an id of its own choice."""
    people = await People.of(house)
    answered = {}
    for route in ROUTES:
        if route.method == "POST" and route.request is not None and "id" in route.request.__struct_fields__:
            about = await people.about(route)
            answers = [await people.ask(route, who, about) for who in (Who.HOST, Who.MEMBER, Who.OTHER)]
            answered[route.path] = [each.status_code for each in answers]
    assert answered
    assert answered == {path: [201, 409, 409] for path in answered}
