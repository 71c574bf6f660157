"""Close and error codes of the wire, and which of them mean "come back"."""

from enum import IntEnum


class CloseCode(IntEnum):
    """WebSocket close codes. 4000-4499: reconnect, 4500-4999: do not."""

    DRAIN = 4001
    ANEW = 4002
    SILENT = 4003
    BUSY = 4004
    RATE_LIMITED = 4005
    NOT_SIGNED_IN = 4500
    MALFORMED = 4501
    NO_HELLO = 4502
    NO_SUCH_ROOM = 4503
    FULL = 4504
    REMOVED = 4505
    TOO_MANY_SOCKETS = 4506
    VERSION = 4507
    MISNAMED = 4508


CLOSE_TEXT: dict[CloseCode, str] = {
    CloseCode.DRAIN: "This server is restarting. Reconnecting.",
    CloseCode.ANEW: "You signed in anew here. Reconnecting.",
    CloseCode.SILENT: "The line went silent. Reconnecting.",
    CloseCode.BUSY: "This server is full just now. Trying again.",
    CloseCode.RATE_LIMITED: "Too many messages at once. Reconnecting.",
    CloseCode.NOT_SIGNED_IN: "Give a name to join this room.",
    CloseCode.MALFORMED: "This page and the server do not understand each other. Reload the page.",
    CloseCode.NO_HELLO: "This page did not say which room it wants. Reload the page.",
    CloseCode.NO_SUCH_ROOM: "There is no such room. Check the link with whoever sent it.",
    CloseCode.FULL: "This room is full.",
    CloseCode.REMOVED: "A host removed you from this room.",
    CloseCode.TOO_MANY_SOCKETS: "This room is open in too many of your tabs, so this one was closed.",
    CloseCode.VERSION: "There is a newer Wordtide. Reload the page.",
    CloseCode.MISNAMED: "Your name looks like that of a host here. Choose another one in your settings.",
}


def close_text(code: int) -> str:
    """What people are told of it; nothing of the standard's own codes."""
    return CLOSE_TEXT[CloseCode(code)] if code in CLOSE_TEXT else ""


def reconnects(code: int) -> bool:
    """Whether a client that was closed with `code` should come back. 1006 (cut) and 1012 (restart) do."""
    return 4000 <= code <= 4499 or code in (1001, 1005, 1006, 1011, 1012, 1013)


class ErrorCode(IntEnum):
    """Codes of ERROR messages, of ACKs that refuse, and of HTTP problems (as `code`)."""

    OK = 0
    INTERNAL = 100
    NOT_SIGNED_IN = 101
    NOT_FRESH = 102
    NOT_ALLOWED = 103
    NOT_FOUND = 104
    CONFLICT = 105
    BAD_REQUEST = 107
    TOO_FAST = 111
    NO_SUCH_SPRINT = 120
    CLOCK_AHEAD = 122


ERROR_TEXT: dict[ErrorCode, str] = {
    ErrorCode.OK: "Done.",
    ErrorCode.INTERNAL: "Something went wrong here. Try again in a moment.",
    ErrorCode.NOT_SIGNED_IN: "You are not signed in: give a name, or sign in.",
    ErrorCode.NOT_FRESH: "Confirm first that it is you: sign in again.",
    ErrorCode.NOT_ALLOWED: "Only a host of this room can do that.",
    ErrorCode.NOT_FOUND: "There is nothing at this address.",
    ErrorCode.CONFLICT: "That does not fit what stands now.",
    ErrorCode.BAD_REQUEST: "A field is wrong.",
    ErrorCode.TOO_FAST: "Too many at once. Wait a moment.",
    ErrorCode.NO_SUCH_SPRINT: "There is no such sprint in this room.",
    ErrorCode.CLOCK_AHEAD: "This device's clock is ahead. Stamp the count again with the server's time.",
}

HTTP_STATUS: dict[ErrorCode, int] = {
    ErrorCode.OK: 200,
    ErrorCode.INTERNAL: 500,
    ErrorCode.NOT_SIGNED_IN: 401,
    ErrorCode.NOT_FRESH: 403,
    ErrorCode.NOT_ALLOWED: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.BAD_REQUEST: 422,
    ErrorCode.TOO_FAST: 429,
    ErrorCode.NO_SUCH_SPRINT: 404,
    ErrorCode.CLOCK_AHEAD: 422,
}


def is_temporary(code: ErrorCode) -> bool:
    """Whether the same request may succeed a moment later."""
    return code in (ErrorCode.INTERNAL, ErrorCode.TOO_FAST)
