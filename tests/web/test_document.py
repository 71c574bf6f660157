"""The server does what its document says, whatever it is asked: schemathesis makes the requests from the document.

The same ones in every run; with `./dev test --long` other ones, and more.
"""

from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from server.web.openapi import document
from server.web.route import Route
from server.web.routes import ROUTES
from tests.conftest import LONG
from tests.web.authorization import LAST_WORDS, REFUSED, People, Who
from tests.web.house import House

EACH = 100 if LONG else 3
"""Requests a route that the document allows, and as many that it does not."""
HOLDS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


async def test_every_route_answers_as_the_document_says(house: House) -> None:
    people = await People.of(house)
    schema = schemathesis.openapi.from_dict(document(ROUTES))
    schema.config.generation.update(with_security_parameters=False)  # it is the host who asks
    wrong: list[str] = []
    not_served: list[str] = []
    for route in ROUTES:
        operation = schema[route.path][route.method]
        about = await people.about(route)
        answer = await people.ask(
            route, Who.NOBODY if Who.HOST in REFUSED[route.method, route.path] else Who.HOST, about
        )
        if not answer.is_success:
            not_served.append(f"{route.method} {route.path}: {answer.text}")
        wrong += failures(operation.Case(path_parameters=about.resources), answer)
        for case in made(operation, route, about.resources):
            if route.path in LAST_WORDS:
                people = await People.of(house)
            wrong += failures(case, await people.say(case))
        if route.path in LAST_WORDS:
            people = await People.of(house)
    assert not wrong, "\n\n".join(wrong)
    assert not_served == []


def made(operation: Any, route: Route, resources: dict[str, object]) -> list[Any]:
    """Requests of resources that are there, right ones and wrong ones, and right ones of others."""
    kinds: list[tuple[GenerationMode, dict[str, object]]] = [(GenerationMode.POSITIVE, resources)]
    if route.request is not None:
        kinds.append((GenerationMode.NEGATIVE, resources))
    if resources:
        kinds.append((GenerationMode.POSITIVE, {}))
    found: list[Any] = []
    for mode, of in kinds:

        @settings(max_examples=EACH, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy(generation_mode=mode, path_parameters=of))
        def take(case: Any) -> None:
            found.append(case)

        take()
    return found


def failures(case: Any, answer: httpx.Response) -> list[str]:
    try:
        case.validate_response(answer, checks=HOLDS)
    except FailureGroup as group:
        return [
            f"{case.method} {case.path}: {each}\n{answer.request.content!r}\n{answer.text}" for each in group.exceptions
        ]
    return []
