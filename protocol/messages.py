"""Every message of the wire, declared once: what a client may say, what a server says.

A message is one MessagePack array `[tag, field, ...]`. Fields are only ever appended. Times are Unix ms on the server's
clock; durations say their unit in their name. `protocol/generate.py` turns this file into the client's TypeScript.
"""

from enum import IntEnum
from typing import Annotated, Any, get_args

from msgspec import Meta, Struct

SUBPROTOCOL = "wordtide.v1.msgpack"
MAX_MESSAGE_BYTES = 4096
MAX_WORDS = 10_000_000
MAX_SKEW_MS = 5_000
"""A count stamped further ahead of the server's clock than this is refused with CLOCK_AHEAD."""
RESEND_MS = 20_000
"""A count not acknowledged for so long is offered again."""
HELLO_TIMEOUT_MS = 8_000
THERE_SEQ = 1
"""The stamp of the row (THERE_SEQ, 0, 0) of a writer who is there and has not counted yet: any count is newer."""
CAN_VIEW_ONLY = 1
"""HELLO capability bit: watch without joining. Without it a signed-in person becomes a writer of the room."""

Id = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Ms = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]
DurationMs = Annotated[int, Meta(ge=0, le=7 * 86_400_000)]
Words = Annotated[int, Meta(ge=-MAX_WORDS, le=MAX_WORDS)]
Total = Annotated[int, Meta(ge=0, le=100_000_000)]
Slot = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Small = Annotated[int, Meta(ge=0, le=65_535)]
Slug = Annotated[str, Meta(min_length=1, max_length=64)]


def by_tag(kinds: object) -> dict[int, Any]:
    """The Structs of a union, by the tag that each declares, in the union's order."""
    return {kind.__struct_config__.tag: kind for kind in get_args(kinds)}


class Bits(IntEnum):
    """Bits of a number. No IntFlag: its operators make an object each time, a third of what a count costs."""


class CountFlags(Bits):
    """The third part of a count's register. The two low bits say how it was counted."""

    TYPED = 0
    REPORTED = 1
    FOLLOWED = 2
    WRITING = 4
    IN = 8
    """This is the writer's final count."""
    LATE = 32
    """Set by the server alone: the count came after the end (see docs/architecture.md)."""


HOW_MASK = 3
CLIENT_FLAGS = HOW_MASK | CountFlags.WRITING | CountFlags.IN
CountFlagBits = Annotated[int, Meta(ge=0, le=255)]


class RosterFlags(Bits):
    """A roster row's flags: those of the writer's count (CountFlags), and these."""

    AWAY = 64
    GONE = 128
    """No longer on the board: left, or removed."""
    HOST = 256


class Phase(IntEnum):
    LOBBY = 0
    COUNTDOWN = 1
    WRITING = 2
    REPORTING = 3
    RESULTS = 4
    CANCELLED = 5


class Role(IntEnum):
    VIEWER = 0
    WRITER = 1
    HOST = 2


class Op(IntEnum):
    START = 1
    CANCEL = 2
    EXTEND = 3
    END = 4
    JOIN = 5
    LEAVE = 6
    BASELINE = 7
    CHEER = 8
    REMOVE = 9


class AckKind(IntEnum):
    COUNT = 0
    COMMAND = 1


class Cheer(IntEnum):
    WAVE = 0
    HEART = 1
    SPARK = 2


# Arguments of commands, by op. ------------------------------------------------------------------------------------


class Start(Struct, array_like=True, frozen=True):
    """A host starts a sprint of `duration_s` seconds, `delay_s` from now, or at `starts_at` (":15 for 20")."""

    duration_s: Annotated[int, Meta(ge=1, le=86_400)]
    delay_s: Annotated[int, Meta(ge=0, le=86_400)] = 60
    starts_at: Ms | None = None


class OfSprint(Struct, array_like=True, frozen=True):
    """The sprint that is to be cancelled, or ended now."""

    sprint: Id


class Extend(Struct, array_like=True, frozen=True):
    sprint: Id
    by_s: Annotated[int, Meta(ge=1, le=86_400)]


class Nothing(Struct, array_like=True, frozen=True):
    pass


class Baseline(Struct, array_like=True, frozen=True):
    """The total from which a reporting writer starts, in words."""

    sprint: Id
    start_total: Total


class GiveCheer(Struct, array_like=True, frozen=True):
    kind: Annotated[int, Meta(ge=0, le=len(Cheer) - 1)]
    to: Slot | None = None


class Remove(Struct, array_like=True, frozen=True):
    """A host removes a writer, who cannot come back to this room."""

    slot: Slot


CommandArgs = Start | OfSprint | Extend | Nothing | Baseline | GiveCheer | Remove

ARGS: dict[int, type[CommandArgs]] = {
    Op.START: Start,
    Op.CANCEL: OfSprint,
    Op.EXTEND: Extend,
    Op.END: OfSprint,
    Op.JOIN: Nothing,
    Op.LEAVE: Nothing,
    Op.BASELINE: Baseline,
    Op.CHEER: GiveCheer,
    Op.REMOVE: Remove,
}


# Client -> server -------------------------------------------------------------------------------------------------


class Hello(Struct, array_like=True, frozen=True, tag=1):
    """Opens a connection: the room, and the last count that was not acknowledged (`sprint` nil: none)."""

    room: Slug
    sprint: Id | None = None
    seq: Ms = 0
    words: Words = 0
    flags: CountFlagBits = 0
    active_ms: DurationMs = 0
    capabilities: Small = 0


class Count(Struct, array_like=True, frozen=True, tag=2):
    """A writer's count in a sprint. `seq`: Unix ms of the change; `words`: net in this sprint, may be negative."""

    sprint: Id
    seq: Ms
    words: Words
    flags: CountFlagBits = 0
    active_ms: DurationMs = 0


class Ping(Struct, array_like=True, frozen=True, tag=4):
    """`c0`: the client's own clock, any unit; PONG returns it."""

    c0: Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Command(Struct, array_like=True, frozen=True, tag=6):
    """What is rare. `id` is the idempotency key: a repeat answers as before. `args` by op, see ARGS."""

    id: Id
    op: Small
    args: Any = ()


class Bye(Struct, array_like=True, frozen=True, tag=7):
    pass


ClientMessage = Hello | Count | Ping | Command | Bye
CLIENT_MESSAGES: dict[int, type[ClientMessage]] = by_tag(ClientMessage)

# Server -> client -------------------------------------------------------------------------------------------------


class Limits(Struct, array_like=True, frozen=True):
    message_bytes: int
    min_sprint_s: int
    max_sprint_s: int
    skew_ms: int
    resend_ms: int


class Welcome(Struct, array_like=True, frozen=True, tag=65):
    """Answers HELLO. `slot` nil: viewing. The writer's own count in the current sprint follows."""

    slot: int | None
    role: int
    now: int
    tick_ms: int
    limits: Limits
    seq: int = 0
    words: int = 0
    start_total: int = 0
    flags: int = 0
    active_ms: int = 0
    counted: bool = False
    """Whether the writer has a count in the current sprint at all."""


class Keyframe(Struct, array_like=True, frozen=True, tag=66):
    """The whole board: `rows` is flat, slot, words, slot, words, ..."""

    sprint: int
    n: int
    rows: list[int]


class Tick(Struct, array_like=True, frozen=True, tag=67):
    """The rows that changed, flat like KEYFRAME's."""

    sprint: int
    rows: list[int]


class Big(Struct, array_like=True, frozen=True, tag=68):
    """The board of a big room, the same bytes for all, at most 600 of them however many write.

    `n`: writers on the board, `sum`: of their words, `active`: those of them who counted within the last minute before
    the newest count. `ranked`: the top and the knots, packed as protocol/ranked.py says.
    """

    sprint: int
    n: int
    active: int
    sum: int
    ranked: bytes


class RosterRow(Struct, array_like=True, frozen=True):
    slot: int
    name: str
    flags: int
    team: int
    joined_at: int


class Roster(Struct, array_like=True, frozen=True, tag=69):
    """Names: all that the board needs when `whole`, else those that joined or changed.

    The board of a big room needs the hosts', one's own, and those of who was lately among the top.
    """

    rows: list[RosterRow]
    whole: bool = False


class PhaseNow(Struct, array_like=True, frozen=True, tag=70):
    """The room's timeline. The highest `rev` wins. `final`: results that wait for nobody."""

    rev: int
    sprint: int | None
    phase: int
    starts: int
    ends: int
    reporting_ends: int
    cancelled: int | None
    now: int
    round: int = 0
    final: bool = False
    delayed: bool = False
    """Counts of writers on other servers may be late just now."""


class Ack(Struct, array_like=True, frozen=True, tag=71):
    """Committed in SQL. Of a count: the sprint, and the seq, words and flags that were committed. Of a command: its id
    and code.

    Two devices of a writer may have counted in the same ms: the words say which of the two counts stands.
    """

    kind: int
    id: int
    seq: int = 0
    code: int = 0
    words: int = 0
    flags: int = 0


class Pong(Struct, array_like=True, frozen=True, tag=72):
    """`s1`, `s2`: when PING came and when PONG went, Unix ms."""

    c0: int
    s1: int
    s2: int


class ErrorMessage(Struct, array_like=True, frozen=True, tag=73):
    """`ref`: the command's id, the count's sprint, or 0. `field` and `rule` say what to mend."""

    ref: int
    code: int
    temporary: bool = False
    retry_ms: int = 0
    field: str = ""
    rule: str = ""
    now: int = 0


class GoAway(Struct, array_like=True, frozen=True, tag=74):
    """Reconnect after `retry_ms` plus a random part of `spread_ms`."""

    retry_ms: int
    spread_ms: int


class Said(Struct, array_like=True, frozen=True, tag=75):
    """A line of chat. Its tag is taken; there is no command yet that says one."""

    id: int
    slot: int
    at: int
    text: str


class Cheered(Struct, array_like=True, frozen=True, tag=76):
    slot: int
    to: int | None
    kind: int


ServerMessage = (
    Welcome | Keyframe | Tick | Big | Roster | PhaseNow | Ack | Pong | ErrorMessage | GoAway | Said | Cheered
)
SERVER_MESSAGES: dict[int, type[ServerMessage]] = by_tag(ServerMessage)
