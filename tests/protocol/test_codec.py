"""The codec: golden frames, hard limits, and an answer to every wrong field."""

import json
import os
import random
from pathlib import Path
from typing import Any

import msgpack
import pytest
from msgspec import convert, to_builtins

from protocol.codec import MalformedError, WrongFieldError, decode_client, decode_server, encode
from protocol.messages import (
    ARGS,
    CLIENT_MESSAGES,
    MAX_MESSAGE_BYTES,
    SERVER_MESSAGES,
    Command,
    Count,
    Hello,
    Op,
    Start,
)

VECTORS = json.loads((Path(__file__).parents[2] / "protocol/vectors.json").read_text())
MUTATIONS = 1_000_000 if os.environ.get("LONG_TESTS") else 60_000


def frames(direction: str) -> list[Any]:
    return [
        pytest.param(each, id=f"{each['name']} {number}") for number, each in enumerate(VECTORS["frames"][direction])
    ]


@pytest.mark.parametrize("frame", frames("client"))
def test_a_golden_client_frame_is_read_and_written_to_the_byte(frame: dict[str, Any]) -> None:
    data = bytes.fromhex(frame["hex"])
    message = decode_client(data)
    assert message is not None
    assert type(message).__name__ == frame["name"]
    assert to_builtins(message) == frame["message"]
    assert encode(message) == data


@pytest.mark.parametrize("frame", frames("server"))
def test_a_golden_server_frame_is_written_and_read_to_the_byte(frame: dict[str, Any]) -> None:
    data = bytes.fromhex(frame["hex"])
    message = convert(frame["message"], SERVER_MESSAGES[frame["message"][0]])
    assert encode(message) == data
    assert decode_server(data) == message


def test_every_message_has_a_golden_frame() -> None:
    for direction, kinds in (("client", CLIENT_MESSAGES), ("server", SERVER_MESSAGES)):
        assert {frame["message"][0] for frame in VECTORS["frames"][direction]} == set(kinds)


def test_a_client_cannot_say_what_a_server_says() -> None:
    assert not set(CLIENT_MESSAGES) & set(SERVER_MESSAGES)
    assert decode_client(msgpack.packb([70, 1, None, 3, 0, 0, 0, None, 0])) is None


def test_unknown_tags_are_dropped_and_trailing_fields_ignored() -> None:
    assert decode_client(msgpack.packb([99, "anything"])) is None
    assert decode_client(msgpack.packb([2, 5, 1, 2, 0, 0, "from a later version", 9])) == Count(5, 1, 2)


def test_fields_with_a_default_may_be_left_out() -> None:
    assert decode_client(msgpack.packb([1, "room"])) == Hello("room")
    assert decode_client(msgpack.packb([6, 7, Op.START, [60]])) == Command(7, Op.START, Start(60))


@pytest.mark.parametrize(
    ("value", "ref", "field"),
    [
        ([1], 0, "room"),
        ([1, ""], 0, "room"),
        ([1, "x" * 65], 0, "room"),
        ([1, None], 0, "room"),
        ([2, 5], 5, "seq"),
        ([2, 5, 1], 5, "words"),
        ([2, 5, 1, 10_000_001], 5, "words"),
        ([2, 5, 1, -10_000_001], 5, "words"),
        ([2, 5, 1, 1.5], 5, "words"),
        ([2, 5, 1, True], 5, "words"),
        ([2, 5, 1, "12"], 5, "words"),
        ([2, 5, 2**63, 1], 5, "seq"),
        ([2, -1, 1, 1], 0, "sprint"),
        ([2, 2**53, 1, 1], 2**53, "sprint"),
        ([2, 5, 1, 1, 256], 5, "flags"),
        ([4, -1], 0, "c0"),
        ([6, 7, 99, []], 7, "op"),
        ([6, 7, Op.START, 5], 7, "args"),
        ([6, 7, Op.START, []], 7, "duration_s"),
        ([6, 7, Op.START, [0]], 7, "duration_s"),
        ([6, 7, Op.START, [60, -1]], 7, "delay_s"),
        ([6, 7, Op.CANCEL, [None]], 7, "sprint"),
    ],
)
def test_a_wrong_field_is_named_and_so_is_what_it_belongs_to(value: list[Any], ref: int, field: str) -> None:
    with pytest.raises(WrongFieldError) as wrong:
        decode_client(msgpack.packb(value))
    assert (wrong.value.ref, wrong.value.field) == (ref, field)
    assert wrong.value.rule


def of_length(n: int) -> bytes:
    """A message of a later version that is right but for its length, if it is."""
    texts = ["x" * 2_000] * 2
    short = len(msgpack.packb([99, *texts, "x" * 32]))
    return bytes(msgpack.packb([99, *texts, "x" * (32 + n - short)]))


HOSTILE = {
    "nothing": b"",
    "text": b"hello",
    "no array": msgpack.packb({1: 2}),
    "an empty array": msgpack.packb([]),
    "a tag that is no number": msgpack.packb(["1"]),
    "a tag that is true": msgpack.packb([True]),
    "a million nils announced": b"\xdd\x00\x0f\x42\x40" + b"\xc0" * 100,
    "a huge string announced": b"\x92\x01\xdb\xff\xff\xff\xff",
    "empty maps": b"\xdc\x00\x40" + b"\x80" * 64 + b"\x00",
    "deeply nested": b"\x91" * 4000 + b"\x01",
    "a deep nest in a field": b"\x92\x04" + b"\x91" * 2_000 + b"\xc0",
    "a long text": msgpack.packb([1, "x" * 2_049]),
    "a long array": msgpack.packb([4, *range(64)]),
    "a type that there is not": b"\x92\x04\xc1",
    "an extension": msgpack.packb([1, msgpack.ExtType(5, b"x")]),
    "a timestamp": msgpack.packb([1, msgpack.Timestamp(1)]),
    "bytes for a name": msgpack.packb([1, b"room"]),
    "broken text": b"\x92\x01\xa2\xff\xfe",
    "two values": msgpack.packb([7]) + msgpack.packb([7]),
    "cut short": msgpack.packb([2, 5, 1, 2])[:-1],
    "one byte too many": of_length(MAX_MESSAGE_BYTES + 1),
    "a map inside": msgpack.packb([6, 7, Op.START, {"a": 1}]),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_message_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_client(data)


def test_the_longest_message_is_one() -> None:
    data = of_length(MAX_MESSAGE_BYTES)
    assert len(data) == MAX_MESSAGE_BYTES
    assert decode_client(data) is None


def test_mutated_frames_raise_nothing_unforeseen() -> None:
    rng = random.Random(20)
    corpus = [bytes.fromhex(frame["hex"]) for frame in VECTORS["frames"]["client"]] + list(HOSTILE.values())
    for _ in range(MUTATIONS):
        data = bytearray(rng.choice(corpus) or b"\x91")
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(data))
            match rng.randrange(3):
                case 0:
                    data[place] = rng.randrange(256)
                case 1:
                    data.insert(place, rng.randrange(256))
                case _ if len(data) > 1:
                    del data[place]
        try:
            decode_client(bytes(data))
        except (MalformedError, WrongFieldError):
            continue


def test_every_op_has_its_arguments() -> None:
    assert set(ARGS) == set(Op)
