"""One table: the routes the server has are the routes its document describes."""

import re
from typing import Any

import msgspec
from starlette.routing import Route as StarletteRoute

from protocol.generate import SHAPES
from server.web.app import DOCUMENT
from server.web.openapi import document, statuses
from server.web.route import Auth, Repeat, Route
from server.web.routes import ROUTES
from tests.web.house import House

PROTOCOL = {
    ("POST", "/api/session"),
    ("POST", "/api/session/link"),
    ("POST", "/api/session/passkey/options"),
    ("POST", "/api/session/passkey"),
    ("POST", "/api/session/recovery"),
    ("POST", "/api/session/confirm/options"),
    ("POST", "/api/session/confirm"),
    ("GET", "/api/me/passkeys"),
    ("POST", "/api/me/passkeys/options"),
    ("POST", "/api/me/passkeys"),
    ("PATCH", "/api/me/passkeys/{passkey}"),
    ("DELETE", "/api/me/passkeys/{passkey}"),
    ("GET", "/api/session/openid"),
    ("POST", "/api/session/openid"),
    ("POST", "/api/session/openid/answer"),
    ("POST", "/api/session/openid/name"),
    ("POST", "/api/session/openid/confirm"),
    ("GET", "/api/me/identities"),
    ("POST", "/api/me/identities"),
    ("DELETE", "/api/me/identities/{identity}"),
    ("GET", "/api/me/recovery"),
    ("POST", "/api/me/recovery"),
    ("GET", "/api/me/audit"),
    ("GET", "/api/session"),
    ("POST", "/api/session/end"),
    ("POST", "/api/me/links"),
    ("GET", "/api/me/devices"),
    ("POST", "/api/me/devices/sign-out-others"),
    ("DELETE", "/api/me/devices/{device}"),
    ("GET", "/api/me"),
    ("PATCH", "/api/me"),
    ("POST", "/api/me/delete"),
    ("POST", "/api/rooms"),
    ("GET", "/api/rooms"),
    ("GET", "/api/rooms/{slug}"),
    ("GET", "/api/rooms/{slug}/writers"),
    ("POST", "/api/rooms/{slug}/join"),
    ("POST", "/api/rooms/{slug}/sprints"),
    ("POST", "/api/sprints/{id}/count"),
    ("GET", "/api/sprints/{id}"),
    ("GET", "/api/sprints/{id}/mine"),
    ("GET", "/api/me/history"),
    ("GET", "/api/me/streak"),
    ("GET", "/api/me/overview"),
    ("GET", "/api/me/years/{year}"),
    ("GET", "/api/me/sessions"),
    ("POST", "/api/me/sessions"),
    ("GET", "/api/me/rests"),
    ("POST", "/api/me/rests"),
    ("DELETE", "/api/me/rests/{rest}"),
    ("PATCH", "/api/me/sessions/{session}"),
    ("GET", "/api/me/projects"),
    ("POST", "/api/me/projects"),
    ("GET", "/api/me/projects/{project}"),
    ("PATCH", "/api/me/projects/{project}"),
    ("GET", "/api/me/calendar"),
    ("POST", "/api/me/calendar"),
    ("DELETE", "/api/me/calendar"),
    ("GET", "/calendar/{secret}.ics"),
    ("GET", "/api/me/export.csv"),
    ("GET", "/api/me/export.json"),
    ("GET", "/api/me/archive.zip"),
    ("GET", "/api/me/imports"),
    ("POST", "/api/me/imports"),
    ("POST", "/api/me/imports/preview"),
    ("DELETE", "/api/me/imports/{import_id}"),
    ("PUT", "/api/sprints/{id}/mine"),
    ("GET", "/api/me/goals"),
    ("PUT", "/api/me/goals/{period}"),
    ("DELETE", "/api/me/goals/{period}"),
    ("GET", "/api/me/merges"),
    ("POST", "/api/me/merges/{merge}"),
    ("POST", "/api/me/merges/{merge}/undo"),
    ("POST", "/api/me/merges/{merge}/link"),
    ("GET", "/api/me/tokens"),
    ("POST", "/api/me/tokens"),
    ("DELETE", "/api/me/tokens/{token}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}
"""What tools and companions rely on."""


def test_every_promised_call_is_in_the_table_once() -> None:
    lines = [(each.method, each.path) for each in ROUTES]
    assert len(lines) == len(set(lines))
    assert set(lines) == PROTOCOL


async def test_the_document_describes_exactly_what_the_server_answers(house: House) -> None:
    client = await house.stranger()
    described = (await client.get(DOCUMENT)).json()
    served = {
        (method, route.path)
        for route in house.app.routes
        if isinstance(route, StarletteRoute) and route.path.startswith(("/api/", "/calendar/", "/healthz", "/readyz"))
        for method in route.methods or ()
        if method != "HEAD"
    }
    listed = {(method.upper(), path) for path, calls in described["paths"].items() for method in calls}
    assert listed == served - {("GET", DOCUMENT)}


def test_every_reference_leads_somewhere() -> None:
    described = document(ROUTES)
    schemas = described["components"]["schemas"]

    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if "$ref" in value else []
            return own + [each for inner in value.values() for each in references(inner)]
        return [each for inner in value for each in references(inner)] if isinstance(value, list) else []

    found = {each.rpartition("/")[2] for each in references(described)}
    assert found == set(schemas)


def test_shapes_are_the_structs_of_the_protocol() -> None:
    schemas = document(ROUTES)["components"]["schemas"]
    for shape in SHAPES:
        assert set(schemas[shape.__name__]["properties"]) == set(shape.__struct_encode_fields__)
    assert schemas["NewSession"]["properties"]["name"]["maxLength"] == 160
    assert schemas["NewSession"]["required"] == ["name"]


def test_each_call_says_who_may_ask_and_what_may_go_wrong() -> None:
    paths = document(ROUTES)["paths"]
    for route in ROUTES:
        call = paths[route.path][route.method.lower()]
        said = {route.status, *route.also, *statuses(route)}
        assert set(call["responses"]) == {str(status) for status in said} | ({"304"} if route.cached else set())
        done = [call["responses"][str(status)]["content"] for status in (route.status, *route.also)]
        assert [list(content) for content in done] == [[route.media]] * len(done)
        if route.response is not None:
            assert {_shape(content) for content in done} == {route.response.__name__}
        problems = [call["responses"][str(status)]["content"] for status in statuses(route) if status not in route.also]
        assert {_shape(content) for content in problems} == {"Problem"}
        assert call["security"] == security(route)
        assert ("401" in call["responses"]) == (route.auth is Auth.REQUIRED)
        assert ("requestBody" in call) == (route.file or (route.request is not None and not route.by_query))
        in_query = {each["name"] for each in call["parameters"] if each["in"] == "query"}
        asked = route.request.__struct_encode_fields__ if route.request is not None and route.by_query else ()
        assert in_query == set(asked)
        keyed = [each for each in call["parameters"] if each["name"] == "Idempotency-Key"]
        assert bool(keyed) == (route.repeat is Repeat.KEY)
        in_path = [each["name"] for each in call["parameters"] if each["in"] == "path"]
        assert in_path == re.findall(r"{(\w+)}", route.path)


def security(route: Route) -> list[dict[str, list[str]]]:
    if route.auth is Auth.NONE:
        return []
    ways: list[dict[str, list[str]]] = [{}] if route.auth is Auth.OPTIONAL else []
    ways.append({"cookie": []})
    if route.scope is not None:
        ways.append({"bearer": [route.scope]})
    return ways


def _shape(content: dict[str, Any]) -> str:
    shape: str = next(iter(content.values()))["schema"]["$ref"]
    return shape.rpartition("/")[2]


def test_operation_ids_are_all_different() -> None:
    ids = [call["operationId"] for calls in document(ROUTES)["paths"].values() for call in calls.values()]
    assert len(ids) == len(set(ids))


def test_the_history_takes_its_days_from_the_query() -> None:
    parameters = document(ROUTES)["paths"]["/api/me/history"]["get"]["parameters"]
    assert [(each["name"], each["in"]) for each in parameters] == [("from", "query"), ("to", "query")]


def test_the_document_is_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(document(ROUTES)))["openapi"] == "3.1.0"
