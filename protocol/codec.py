"""MessagePack bytes <-> message, with hard size limits. The only place that knows bytes of the wire."""

import re
from typing import TypeVar

import msgpack
from msgspec import MsgspecError, Struct, ValidationError, convert, to_builtins
from msgspec.structs import replace

from protocol.messages import (
    ARGS,
    CLIENT_MESSAGES,
    MAX_MESSAGE_BYTES,
    SERVER_MESSAGES,
    ClientMessage,
    Command,
    Count,
    Op,
    ServerMessage,
)

T = TypeVar("T", bound=Struct)

_LIMITS = {
    "max_array_len": 64,
    "max_map_len": 0,
    "max_str_len": 2_048,
    "max_bin_len": 0,
    "max_ext_len": 0,
}


NO_TAG = -1
_SHORTEST, _LONGEST = 0x90, 0x9F
"""First bytes of a MessagePack array of none and of fifteen fields. The tag, below 128, is the byte after it."""


class MalformedError(Exception):
    """The bytes are no message at all: the connection is closed with 4501."""


class WrongFieldError(Exception):
    """A message with a field that breaks a rule: answered with ERROR 107, and the connection goes on.

    `ref` is the command's id or the count's sprint where it could be read, else 0.
    """

    def __init__(self, ref: int, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.ref, self.field, self.rule = ref, field, rule


def encode(message: ServerMessage | ClientMessage) -> bytes:
    packed: bytes = msgpack.packb(to_builtins(message, builtin_types=(bytes,)))
    return packed


def tag_of(data: bytes) -> int:
    """A message's tag at a glance, before it is judged; NO_TAG where it cannot be seen so. What is written otherwise
    than everybody does is none the worse, only read once more.
    """
    return data[1] if len(data) > 1 and _SHORTEST < data[0] <= _LONGEST else NO_TAG


def _unpack(data: bytes) -> list[object]:
    if len(data) > MAX_MESSAGE_BYTES:
        raise MalformedError(f"a message has at most {MAX_MESSAGE_BYTES} bytes")
    try:
        value = msgpack.unpackb(data, strict_map_key=False, use_list=True, **_LIMITS)
    except (ValueError, RecursionError, msgpack.UnpackException) as error:
        raise MalformedError(str(error)) from None
    if not isinstance(value, list) or not value or type(value[0]) is not int:
        raise MalformedError("a message is an array that starts with its tag")
    return value


def decode_client(data: bytes) -> ClientMessage | None:
    """What a client said; None where its tag is not known here.

    Raises MalformedError for what is no message, WrongFieldError for a message with a wrong field.
    """
    value = _unpack(data)
    tag = value[0]
    assert isinstance(tag, int)
    kind = CLIENT_MESSAGES.get(tag)
    if kind is None:
        return None
    message: ClientMessage = _convert(value, kind, _ref(kind, value))
    if type(message) is Command:
        return _typed(message)
    return message


def decode_server(data: bytes) -> ServerMessage | None:
    """What a server said, for programs in Python that speak the wire. No limits: the server is trusted."""
    value = msgpack.unpackb(data, use_list=True)
    kind = SERVER_MESSAGES.get(value[0])
    return None if kind is None else convert(value, kind)


def _typed(command: Command) -> Command:
    """The command with its arguments as the Struct of its op."""
    kind = ARGS.get(command.op)
    if kind is None:
        raise WrongFieldError(command.id, "op", f"is one of {', '.join(f'{op.value} ({op.name})' for op in Op)}")
    if not isinstance(command.args, list | tuple):
        raise WrongFieldError(command.id, "args", "is an array")
    return replace(command, args=_convert(list(command.args), kind, command.id, base=0))


def _ref(kind: type[ClientMessage], value: list[object]) -> int:
    """What an answer to this message refers to: both kinds that are referred to say it in their first field."""
    known = kind in (Count, Command) and len(value) > 1
    return value[1] if known and type(value[1]) is int and value[1] >= 0 else 0


_PATH = re.compile(r"\$\[(\d+)\]")


def _convert(value: list[object], kind: type[T], ref: int, base: int = 1) -> T:
    try:
        return convert(value, kind)
    except ValidationError as error:
        text = str(error)
        found = _PATH.search(text)
        if found is None:  # too short: the first missing field is the one to mend
            index, rule = len(value) - base, "is missing"
        else:
            index, rule = int(found.group(1)) - base, text.split(" - at ")[0]
        names: tuple[str, ...] = kind.__struct_fields__
        field = names[index] if 0 <= index < len(names) else ""
        raise WrongFieldError(ref, field, rule) from None
    except (MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(str(error)) from None
