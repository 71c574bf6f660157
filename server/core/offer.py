"""A writer's offer of a count, judged: is it news, and is it late? Of any sprint, also of one long over."""

from protocol.codes import ErrorCode
from protocol.messages import MAX_SKEW_MS, Count
from server.core.board import Register, offered
from server.core.sprint import RuleError, Timeline, is_late


def judge(count: Count, timeline: Timeline, now: int, held: Register | None) -> Register | None:
    """The count, received at `now` (Unix ms), as what is to stand; None where `held` is as new.

    What is offered again is compared without the verdict on it, and so never becomes late by that.
    Raises RuleError (CLOCK_AHEAD).
    """
    if count.seq > now + MAX_SKEW_MS:
        raise RuleError(ErrorCode.CLOCK_AHEAD, "seq", "lies ahead of the server's clock")
    if held is not None and held.on_time() >= offered(count.seq, count.words, count.flags, late=False):
        return None
    return offered(count.seq, count.words, count.flags, is_late(timeline, count.seq, now))
