"""Wrong input through the socket, generated from the Structs: each is told its field and rule, and leaves no row."""

import asyncio
import itertools
import math
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgpack
import pytest
from msgspec import Struct, inspect

from protocol.codes import ErrorCode
from protocol.messages import (
    ARGS,
    CLIENT_MESSAGES,
    ClientMessage,
    Command,
    CommandArgs,
    Count,
    ErrorMessage,
    Extend,
    Hello,
    OfSprint,
    Op,
    Ping,
    Start,
)
from server.ledger.engine import SQLITE_FILE
from tests.support.group import another_device, group
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

ID = 77
"""The id of wrong commands."""


class Case(NamedTuple):
    """A wrong value at a place in a message (or in a command's args). MISSING: the message ends before it."""

    field: str
    place: int
    value: object


MISSING = object()
TOO_BIG = (2**63, 2**64 - 1, -(2**63))


# Values that do not fit a type ----------------------------------------------------------------------------------------


def wrong(kind: inspect.Type) -> Iterator[object]:
    """Of the wrong type, out of bounds, too long."""
    if isinstance(kind, inspect.Metadata):
        yield from wrong(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            if not isinstance(each, inspect.NoneType):
                yield from (value for value in wrong(each) if value is not None)
    elif isinstance(kind, inspect.StrType):
        yield from (1, True, None, 1.5, [], {}, b"", ["a"])
        if kind.max_length is not None:
            yield from ("x" * (kind.max_length + 1), "x" * 2_048)
        if kind.min_length:
            yield ""
    elif isinstance(kind, inspect.IntType):
        yield from ("1", "", True, None, [], {}, b"", [1], 1.5, math.nan, math.inf, *TOO_BIG)
        assert kind.ge is not None, "every integer of the wire has bounds"
        assert kind.le is not None, "every integer of the wire has bounds"
        yield from (kind.ge - 1, kind.le + 1)
    else:
        raise AssertionError(f"no wrong values are known for {kind}")


def cases(struct: type[Struct]) -> Iterator[Case]:
    for place, field in enumerate(inspect.type_info(struct).fields):  # type: ignore[attr-defined]  # a StructType
        if isinstance(field.type, inspect.AnyType):
            continue  # a command's args: their own Structs say what is wrong
        if field.required:
            yield Case(field.name, place, MISSING)
        for value in wrong(field.type):
            yield Case(field.name, place, value)


def spoilt(valid: list[Any], case: Case) -> list[Any]:
    if case.value is MISSING:
        return valid[: case.place]
    return [*valid[: case.place], case.value, *valid[case.place + 1 :]]


# The rooms in which it is said ----------------------------------------------------------------------------------------


class Scene(NamedTuple):
    """A host in a running sprint, and a sprint of another room."""

    host: SocketWriter
    elsewhere: int
    data: Path

    def valid(self, kind: type[Struct]) -> list[Any]:
        """The fields of a sound message or of a command's sound args."""
        sprint, now = self.host.sprint, self.host.now()
        by_name: dict[str, Any] = {
            "room": self.host.room,
            "sprint": sprint,
            "seq": now,
            "words": 5,
            "id": ID,
            "op": int(Op.LEAVE),
            "args": [],
            "duration_s": 60,
            "delay_s": 0,
            "starts_at": None,
            "by_s": 60,
            "start_total": 1_000,
            "to": None,
            "slot": self.host.slot,
        }
        return [by_name.get(name, 0) for name in kind.__struct_fields__]

    def rows(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with sqlite3.connect(f"file:{self.data / SQLITE_FILE}?mode=ro", uri=True) as read:
            tables = [name for (name,) in read.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {name: sorted(read.execute(f'SELECT * FROM "{name}"'), key=repr) for name in tables}
        read.close()
        return found


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """Nothing else happens on it: whatever changes its rows is the wrong input."""
    with ServerProcess(checkpoint_ms=50) as running:
        yield running


@pytest.fixture
async def scene(server: ServerProcess) -> AsyncIterator[Scene]:
    data = server.settings["data"]
    assert isinstance(data, Path)
    async with group(server.url, "Ada") as (ada,), group(server.url, "Eve") as (eve,):
        await asyncio.gather(ada.start(3_600), eve.start(3_600))
        await asyncio.gather(ada.count_stored(1), eve.count_stored(1))
        yield Scene(ada, eve.sprint, data)


async def told(writer: SocketWriter, wrong_message: object) -> ErrorMessage:
    """Say it, and return the ERROR that answers it."""
    before = len(writer.errors)
    await writer.say_bytes(msgpack.packb(wrong_message))
    return await writer.wait(lambda: writer.errors[before] if len(writer.errors) > before else None)


async def expect_all_refused(scene: Scene, messages: list[tuple[Case, list[Any]]], ref: int | None) -> None:
    before = scene.rows()
    for case, message in messages:
        error = await told(scene.host, message)
        assert (error.code, error.field) == (ErrorCode.BAD_REQUEST, case.field), f"{case}: {error}"
        assert error.rule, case
        assert not error.temporary, case
        if ref is not None:
            assert error.ref == ref, f"{case}: {error}"
    assert scene.rows() == before
    async with another_device(scene.host) as same:  # and nothing came of it later, either
        await same.rejoin()
        await same.ping()
    assert scene.rows() == before


# The tests ------------------------------------------------------------------------------------------------------------


TAGS = {kind: tag for tag, kind in CLIENT_MESSAGES.items()}
LATER = [kind for kind in TAGS if kind is not Hello and kind.__struct_fields__]
"""What is said after HELLO and has fields."""


@pytest.mark.parametrize("kind", LATER, ids=lambda kind: kind.__name__)
async def test_a_wrong_field_is_named_and_the_connection_goes_on(scene: Scene, kind: type[ClientMessage]) -> None:
    tag, valid = TAGS[kind], scene.valid(kind)
    said = [(case, [tag, *spoilt(valid, case)]) for case in cases(kind)]
    if kind is Command:
        said += [(Case("op", 1, op), [tag, ID, op, []]) for op in (0, max(Op) + 1, 65_535)]
        no_arrays: tuple[Any, ...] = (None, 1, "x", {}, True)
        said += [(Case("args", 2, args), [tag, ID, Op.LEAVE, args]) for args in no_arrays]
    await expect_all_refused(scene, said, None)
    await scene.host.ping()


@pytest.mark.parametrize("op", [op for op in Op if ARGS[op].__struct_fields__], ids=lambda op: op.name)
async def test_a_wrong_argument_is_named_and_the_command_answered(scene: Scene, op: Op) -> None:
    valid = scene.valid(ARGS[op])
    said = [(case, [6, ID, op, spoilt(valid, case)]) for case in cases(ARGS[op])]
    await expect_all_refused(scene, said, ID)
    await scene.host.ping()


async def test_a_wrong_hello_is_named_and_may_be_said_again(scene: Scene) -> None:
    valid = scene.valid(Hello)
    before = scene.rows()
    async with another_device(scene.host) as phone:
        await phone.open()
        for case in cases(Hello):
            error = await told(phone, [1, *spoilt(valid, case)])
            assert (error.code, error.field, bool(error.rule)) == (ErrorCode.BAD_REQUEST, case.field, True), case
        assert scene.rows() == before
        await phone.say(Hello(scene.host.room))
        await phone.wait(lambda: phone.welcome)
    assert scene.rows() == before


async def test_another_room_s_sprint_and_none_at_all_are_refused(scene: Scene) -> None:
    ada, before = scene.host, scene.rows()
    ops = [op for op in Op if "sprint" in ARGS[op].__struct_fields__]
    assert set(ops) == {Op.CANCEL, Op.EXTEND, Op.END, Op.BASELINE}
    for sprint, op in itertools.product((scene.elsewhere, 2**53 - 1), ops):
        args = [sprint, *scene.valid(ARGS[op])[1:]]
        error = await told(ada, [6, ID, op, args])
        assert (error.ref, error.code, error.field) == (ID, ErrorCode.NO_SUCH_SPRINT, "sprint"), op
    for sprint in scene.elsewhere, 2**53 - 1:
        error = await told(ada, [2, sprint, ada.now(), 5])
        assert (error.ref, error.code, error.field) == (sprint, ErrorCode.NO_SUCH_SPRINT, "sprint")
    async with another_device(ada) as phone:
        phone.unacked = Count(scene.elsewhere, ada.now(), 5)  # in the HELLO, too
        await phone.rejoin()
        error = await phone.wait(lambda: next(iter(phone.errors), None))
        assert (error.ref, error.code) == (scene.elsewhere, ErrorCode.NO_SUCH_SPRINT)
    assert scene.rows() == before


async def test_what_its_type_allows_and_a_rule_forbids_is_refused(scene: Scene) -> None:
    ada = scene.host
    now = ada.now()
    commands: list[tuple[Op, CommandArgs, str]] = [
        (Op.EXTEND, Extend(ada.sprint, 86_400), "minutes"),
        (Op.START, Start(60), ""),
    ]
    before = scene.rows()
    for op, args, field in commands:
        refused = await ada.command(op, args)
        assert isinstance(refused, ErrorMessage)
        assert (refused.field, bool(refused.rule)) == (field, True)
    error = await told(ada, [2, ada.sprint, now + 60_000, 5])
    assert (error.code, error.field) == (ErrorCode.CLOCK_AHEAD, "seq")
    assert scene.rows() == before
    await ada.cancel()
    before = scene.rows()
    for start in Start(60, 0, now - 3_600_000), Start(60, 0, now + 8 * 86_400_000):
        refused = await ada.command(Op.START, start)
        assert isinstance(refused, ErrorMessage)
        assert (refused.code, refused.field) == (ErrorCode.BAD_REQUEST, "starts_at")
    refused = await ada.command(Op.END, OfSprint(ada.sprint))
    assert isinstance(refused, ErrorMessage)
    assert scene.rows() == before


async def test_the_sound_messages_from_which_the_wrong_ones_are_made_are_taken(scene: Scene) -> None:
    ada = scene.host
    await ada.ping()
    await ada.say_bytes(msgpack.packb([2, *scene.valid(Count)]))
    await ada.wait_for_standing({"Ada": 5})
    for op in (op for op in Op if op not in (Op.START, Op.REMOVE)):
        await ada.say_bytes(msgpack.packb([6, 1_000 + op, op, scene.valid(ARGS[op])]))
    await ada.say(Ping(0))
    await ada.ping()
    assert not [each for each in ada.errors if each.code == ErrorCode.BAD_REQUEST]
