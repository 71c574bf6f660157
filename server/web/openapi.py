"""The OpenAPI 3.1 document, made from the table of routes and the Structs it names."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from protocol.codes import HTTP_STATUS, ErrorCode
from protocol.http import Problem
from server import __version__
from server.people.sessions import cookie_name
from server.web.problems import MEDIA_TYPE
from server.web.route import MAX_KEY, Auth, Repeat, Route

_REF = "#/components/schemas/{name}"
Json = dict[str, Any]


def document(table: Iterable[Route], public_url: str | None = None) -> Json:
    """As JSON-ready dictionaries. `public_url`: as in the settings; the cookie's name goes by it."""
    table = tuple(table)
    _, components = msgspec.json.schema_components(_structs(table), ref_template=_REF)
    paths: dict[str, Json] = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, components)
    queries = {route.request.__name__ for route in table if route.request and route.by_query}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Wordtide",
            "version": __version__,
            "summary": "Timed writing sprints that everybody joins from a link.",
            "description": "Times are ISO 8601 UTC with ms. Errors are problems (RFC 9457) that name field and rule.",
        },
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in components.items() if name not in queries},
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": cookie_name(public_url)},
                "bearer": {"type": "http", "scheme": "bearer", "description": "A personal token."},
            },
        },
    }


def statuses(route: Route) -> list[int]:
    """The statuses of problems that a call may be answered with."""
    found = {HTTP_STATUS[code] for code in (*route.errors, ErrorCode.INTERNAL)} | {503}
    if route.auth is not Auth.NONE:
        found |= {403, 429}
    if route.auth is Auth.REQUIRED:
        found.add(401)
    if route.request is not None:
        found.add(422)
    if route.unsafe:
        found |= {400, 403, 408, 413, 415}
    return sorted(found)


def _structs(table: tuple[Route, ...]) -> list[type[Struct]]:
    named: dict[str, type[Struct]] = {"Problem": Problem}
    for route in table:
        for each in (route.request, route.response):
            if each is not None:
                named[each.__name__] = each
    return list(named.values())


def _operation(route: Route, components: Json) -> Json:
    operation: Json = {
        "operationId": f"{route.handler.__module__.rpartition('.')[2]}_{route.handler.__name__}",
        "summary": route.summary,
        "description": f"Harmless to repeat: {route.repeat.value}.",
        "parameters": _parameters(route, components),
        "responses": {
            **{str(status): _problem() for status in statuses(route)},
            **{str(status): _done(route) for status in (route.status, *route.also)},
            **({"304": {"description": "As you have it: you sent its ETag."}} if route.cached else {}),
        },
        "security": _security(route),
    }
    if route.file:
        file = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": file}
    elif route.request is not None and not route.by_query:
        required = bool(components[route.request.__name__].get("required"))
        operation["requestBody"] = {"required": required, "content": _content("application/json", route.request)}
    return operation


def _security(route: Route) -> list[Json]:
    """Any of these will do; of a personal token it names the scope that is asked."""
    if route.auth is Auth.NONE:
        return []
    nobody: list[Json] = [{}] if route.auth is Auth.OPTIONAL else []
    return [*nobody, {"cookie": []}, *([{"bearer": [route.scope]}] if route.scope is not None else [])]


def _parameters(route: Route, components: Json) -> list[Json]:
    found: list[Json] = []
    for name in re.findall(r"{(\w+)}", route.path):
        schema = {"type": "integer"} if name == "id" else {"type": "string"}
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    if route.request is not None and route.by_query:
        shape = components[route.request.__name__]
        for name, schema in shape["properties"].items():
            required = name in shape.get("required", ())
            found.append({"name": name, "in": "query", "required": required, "schema": schema})
    if route.repeat is Repeat.KEY:
        key = {"type": "string", "minLength": route.min_key, "maxLength": MAX_KEY, "pattern": "^[!-~]+$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": key})
    return found


def _content(media_type: str, shape: type[Struct]) -> Json:
    return {media_type: {"schema": {"$ref": _REF.format(name=shape.__name__)}}}


def _done(route: Route) -> Json:
    if route.response is None:
        return {"description": "Done.", "content": {route.media: {"schema": {"type": "string"}}}}
    return {"description": "Done.", "content": _content(route.media, route.response)}


def _problem() -> Json:
    return {"description": "A problem.", "content": _content(MEDIA_TYPE, Problem)}
