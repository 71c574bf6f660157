"""Wrong input, generated from the Structs and the routes: each is told its field and rule, and leaves no row."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from msgspec import Struct, inspect

from protocol import account, history, http, openid
from server.web.queries import AlsoLast, Days, FirstOf, Importing, Invited, Page, ReadingOf, SessionsOf
from server.web.route import Repeat, Route
from server.web.routes import ROUTES
from tests.support.ledgers import row_counts
from tests.web.examples import example
from tests.web.house import House, new_room, new_sprint, problem
from tests.web.openid import come_back, leave, said_at
from tests.web.passkeys import added, asked, authenticator


class Raw(NamedTuple):
    """JSON that no Python value stands for."""

    text: str


class Case(NamedTuple):
    field: str
    value: object
    """MISSING: the field is left out."""


MISSING = object()
TOO_BIG = [2**63, -(2**63) - 1, 2**64, 10**400, Raw("1e999"), Raw("-1e999")]
HOSTILE_LINES = ["\x00", "An\x01n", "\x7f", "a\nb", "\u202eAnn", "   ", "\u3164", "Z\u0330\u0331\u0332", "\ufeff"]
"""What a name or a title may not be, though its type allows it."""
PROJECT = str(uuid4())
READINGS = [("dates", "ymd"), ("counts", "weekly"), ("project", "x" * 73)]
NO_DAYS = ["x", " ", "2026-02-30", "1e9", "2026-11-23T10:00Z"]
BODIES = [each for each in ROUTES if not each.by_query and each.request is not None]
QUERIES = [each for each in ROUTES if each.by_query and each.request is not None]


async def right(route: Route, client: httpx.AsyncClient, house: House) -> dict[str, Any]:
    """The same, also where it is an answer to what was asked before."""
    assert route.request is not None
    if route.request is account.NewPasskey:
        return {**authenticator().made(await asked(client, "me/passkeys")), "name": "Blue key"}
    if route.request is account.Assertion:
        key = authenticator()
        await added(client, key)
        return key.used(await asked(client, route.path.removeprefix("/api/")))
    if route.request is account.RecoveryCode:
        return {"code": (await client.post("/api/me/recovery")).json()["codes"][0]}
    if route.request is openid.OpenIdAnswer:
        return {"error": "", "zone": "UTC", **await said_at(await leave(client))}
    if route.request is openid.OpenIdName:
        house.provider.name = ""
        return {"state": (await come_back(client))["state"], "name": "Ann", "zone": "UTC"}
    return example(route.request, house)


# Values that do not fit a type --------------------------------------------------------------------------------------


def _wrong(kind: inspect.Type) -> Iterator[object]:
    """Of the wrong type, out of bounds, too long, in the wrong form."""
    if isinstance(kind, inspect.Metadata):
        yield from _wrong(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            if not isinstance(each, inspect.NoneType):
                yield from (value for value in _wrong(each) if value is not None)
    elif isinstance(kind, inspect.StrType):
        yield from _wrong_text(kind)
    elif isinstance(kind, inspect.IntType | inspect.FloatType):
        yield from _wrong_number(kind)
    elif isinstance(kind, inspect.BoolType):
        yield from (0, 1, "true", None, [], {})
    elif isinstance(kind, inspect.LiteralType):
        yield from ("another", "", 1, None, [], {})
    elif isinstance(kind, inspect.UUIDType):
        yield from ("x", "", "0" * 31, "0" * 33, 1, None, [], {})
    elif isinstance(kind, inspect.DateType):
        yield from (*NO_DAYS, "", "2026-11-23T10:00:00Z", 1, True, None, [], {})
    elif isinstance(kind, inspect.ListType):
        yield from ("x", 1, None, {})
        yield from ([wrong] for wrong in _wrong(kind.item_type) if not isinstance(wrong, Raw))
        if kind.max_length is not None:
            yield [0] * (kind.max_length + 1)
    elif isinstance(kind, inspect.DateTimeType):
        yield from ("soon", "", "2026-11-23", "2026-11-23T10:00:00", "2026-13-01T00:00:00Z", 1, True, [], {})
    else:
        raise AssertionError(f"no wrong values are known for {kind}")


def _wrong_text(kind: inspect.StrType) -> Iterator[object]:
    yield from (1, True, None, [], {}, ["a"])
    if kind.max_length is not None:
        yield "x" * (kind.max_length + 1)
        yield "x" * 50_000
    if kind.min_length:
        yield ""
    if kind.pattern is not None:
        yield from ("", "x", "24:00", "3:00", "03:00\n", "٠٣:٠٠", "111111", "1111111\n", "11111-1")


def _wrong_number(kind: inspect.IntType | inspect.FloatType) -> Iterator[object]:
    yield from ("1", "", True, None, [], {})
    if isinstance(kind, inspect.IntType):
        yield from (1.5, Raw("1e1000"))
    if kind.le is not None:
        yield kind.le + 1
    if kind.ge is not None:
        yield kind.ge - 1
    if kind.gt is not None:
        yield kind.gt
    yield from TOO_BIG


def _cases(request: type[Struct]) -> Iterator[Case]:
    for field in inspect.type_info(request).fields:  # type: ignore[attr-defined]  # of a Struct it is a StructType
        if field.required:
            yield Case(field.encode_name, MISSING)
        for value in _wrong(field.type):
            yield Case(field.encode_name, value)
        if field.encode_name in ("name", "title"):
            for line in HOSTILE_LINES:
                yield Case(field.encode_name, line)
        if field.encode_name in ("note", "intention"):
            yield Case(field.encode_name, "a\x00b")
        if field.encode_name == "project":
            yield Case("project", str(uuid4()))
        if field.encode_name == "zone":
            for zone in ("Mars/Olympus", "../../etc/passwd", "Europe/London\x00", "\x01"):
                yield Case("zone", zone)


def _body(valid: dict[str, Any], case: Case) -> bytes:
    said = {name: value for name, value in valid.items() if name != case.field}
    if isinstance(case.value, Raw):
        return json.dumps({**said, case.field: "@"}).replace('"@"', case.value.text).encode()
    return json.dumps(said if case.value is MISSING else {**said, case.field: case.value}).encode()


# The tests ----------------------------------------------------------------------------------------------------------


async def _target(route: Route, house: House) -> tuple[httpx.AsyncClient, str]:
    """Who may make this call, and its address."""
    ann = await house.writer("Ann")
    if route.request is http.SignIn:
        me, now = (await ann.get("/api/me")).json(), house.clock.now()
        await house.ledger.links.make(me["id"], example(http.SignIn, house)["code"], now, now + 3_600_000)
        return await house.stranger(), route.path
    slug = (await new_room(ann))["slug"]
    id = (await new_sprint(ann, slug))["id"] if "{id}" in route.path else 0
    session = ""
    if "{session}" in route.path:
        session = (await ann.post("/api/me/sessions", json=example(history.ManualSession, house))).json()["id"]
    if "{project}" in route.path:
        await ann.post("/api/me/projects", json={"id": PROJECT, "title": "Novel"})
    passkey = ""
    if "{passkey}" in route.path:
        await ann.post("/api/me/recovery")
        passkey = (await added(ann, authenticator()))["id"]
    identity = ""
    if "{identity}" in route.path:
        await ann.post("/api/me/recovery")
        await come_back(ann, "/api/me/identities")
        (known,) = (await ann.get("/api/me/identities")).json()["identities"]
        identity = known["id"]
    return ann, route.path.format(
        slug=slug, id=id, session=session, project=PROJECT, period="week", passkey=passkey, identity=identity
    )


def _name(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", BODIES, ids=_name)
async def test_a_wrong_field_is_named_with_its_rule_and_no_row_is_written(house: House, route: Route) -> None:
    assert route.request is not None
    client, address = await _target(route, house)
    valid = await right(route, client, house)
    cases = list(_cases(route.request))
    assert {case.field for case in cases} == set(route.request.__struct_encode_fields__)
    for case in cases:
        before = await row_counts(house.ledger)
        answer = await client.request(route.method, address, content=_body(valid, case))
        assert answer.status_code == 422, f"{case}: {answer.text}"
        said = problem(answer, 422)
        assert (said["field"], bool(said["rule"])) == (case.field, True), f"{case}: {said}"
        assert await row_counts(house.ledger) == before, case
    done = await client.request(route.method, address, json=valid)
    assert done.is_success, done.text


@pytest.mark.parametrize("route", QUERIES, ids=_name)
async def test_a_wrong_query_is_named_with_its_rule(house: House, route: Route) -> None:
    client, address = await _target(route, house)
    wrong: dict[type[Struct], list[tuple[str, str]]] = {
        Invited: [("invite", "x" * 65)],
        FirstOf: [("invite", "x" * 65), ("first", "-1"), ("first", "10001"), ("first", "all")],
        Page: [
            ("invite", "x" * 65),
            ("name", "x" * 41),
            ("after", "-2"),
            ("after", str(2**31)),
            ("limit", "0"),
            ("limit", "501"),
        ],
        SessionsOf: [
            *(
                ("before", value)
                for value in ("x", "1.2", "1.2.3", f"0.1.{uuid4()}", f"1.{10**15}.{uuid4()}", "1" * 81)
            ),
            ("limit", "0"),
            ("limit", "201"),
            ("project", "x"),
            ("q", "x" * 101),
            ("q", "a\x00b"),
            ("removed", "2"),
        ],
        Days: [(name, value) for name in ("from", "to") for value in NO_DAYS],
        ReadingOf: READINGS,
        AlsoLast: [("last", "2"), ("last", "yes")],
        Importing: [*READINGS, ("id", "x"), ("id", ""), ("name", "x" * 201)],
    }
    assert route.request is not None
    needed = {"id": str(uuid4())} if route.request is Importing else {}
    file = b"date,count\n2026-01-01,5" if route.file else None
    before = await row_counts(house.ledger)
    for field, value in wrong[route.request]:
        answer = await client.request(route.method, address, params={**needed, field: value}, content=file)
        problem(answer, 422, field)
    assert await row_counts(house.ledger) == before
    assert (await client.request(route.method, address, params=needed, content=file)).status_code == route.status


@pytest.mark.parametrize("route", [each for each in ROUTES if "{id}" in each.path], ids=_name)
async def test_anothers_sprint_and_none_at_all_are_refused(house: House, route: Route) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    hidden = await new_sprint(ann, (await new_room(ann, visibility="private"))["slug"])
    body = {"seq": house.clock.now(), "words": 10}
    before = await row_counts(house.ledger)
    for id in (hidden["id"], hidden["id"] + 1, 0, -1, 2**53, 2**63, 2**64, "x", "1e3", "%00", "%01"):
        answer = await bob.request(route.method, route.path.format(id=id), json=body if route.unsafe else None)
        assert problem(answer, 404, "id")["code"] == 120
    assert await row_counts(house.ledger) == before


async def test_a_count_in_a_room_one_has_not_joined_is_refused(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    sprint = await new_sprint(ann, (await new_room(ann))["slug"])
    before = await row_counts(house.ledger)
    count = {"seq": house.clock.now(), "words": 10}
    problem(await bob.post(f"/api/sprints/{sprint['id']}/count", json=count), 403, "id")
    assert await row_counts(house.ledger) == before


@pytest.mark.parametrize("route", [each for each in ROUTES if each.repeat is Repeat.KEY], ids=_name)
async def test_a_wrong_key_is_refused_like_a_field(house: House, route: Route) -> None:
    client, address = await _target(route, house)
    said = await right(route, client, house)
    before = await row_counts(house.ledger)
    for key in ("", "a b", "x" * 129, "caf\xe9", "\t"):
        headers = {"Idempotency-Key": key.encode("latin-1")}
        answer = await client.post(address, json=said, headers=list(headers.items()))  # type: ignore[arg-type]
        problem(answer, 422, "Idempotency-Key")
    assert await row_counts(house.ledger) == before


@pytest.mark.parametrize("route", [each for each in ROUTES if "{slug}" in each.path], ids=_name)
async def test_a_room_that_is_none_is_refused(house: House, route: Route) -> None:
    ann = await house.writer("Ann")
    before = await row_counts(house.ledger)
    body = None if not route.unsafe or route.request is None else example(route.request, house)
    for slug in ("none", "x" * 65, "%00", "%0A", "%FF", "1'%20or%201=1"):
        problem(await ann.request(route.method, route.path.format(slug=slug), json=body), 404, "slug")
    assert await row_counts(house.ledger) == before
