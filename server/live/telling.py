"""What a room says of itself: the messages that tell a socket what stands."""

from collections.abc import Iterable

from protocol import ranked
from protocol.messages import (
    MAX_MESSAGE_BYTES,
    MAX_SKEW_MS,
    RESEND_MS,
    Ack,
    AckKind,
    Big,
    Keyframe,
    Limits,
    Phase,
    PhaseNow,
    Tick,
    Welcome,
)
from server.core import sprint as rules
from server.core.board import NOTHING, Register
from server.core.records import SprintRecord
from server.core.tally import Standing
from server.live.crowd import Crowd
from server.live.round import Round


def welcome(crowd: Crowd, round: Round | None, slot: int | None, limits: rules.Limits, now: int) -> Welcome:
    """Who one is here, and one's own count of the current sprint: a second tab or device goes on from it."""
    own, start_total, active_ms = None, 0, 0
    if slot is not None and round is not None:
        own = round.counts.board.get(slot)
        start_total, active_ms = round.counts.start_total(slot), round.counts.active_ms(slot)
    register = own or NOTHING
    return Welcome(
        slot=slot,
        role=crowd.role_of(slot),
        now=now,
        tick_ms=crowd.tick_ms(),
        limits=Limits(MAX_MESSAGE_BYTES, limits.min_sprint_s, limits.max_sprint_s, MAX_SKEW_MS, RESEND_MS),
        seq=register.seq,
        words=register.words,
        start_total=start_total,
        flags=register.flags,
        active_ms=active_ms,
        counted=own is not None,
    )


def phase_now(sprint: SprintRecord | None, rev: int, now: int, delayed: bool, told: Phase | None = None) -> PhaseNow:
    """`told`: the phase that the others here are in, if it is not to be that of `now`."""
    if sprint is None:
        return PhaseNow(rev, None, Phase.LOBBY, 0, 0, 0, None, now, delayed=delayed)
    line = sprint.timeline
    return PhaseNow(
        rev=rev,
        sprint=sprint.id,
        phase=rules.phase(line, now) if told is None else told,
        starts=line.starts,
        ends=line.ends,
        reporting_ends=line.reporting_ends,
        cancelled=line.cancelled,
        now=now,
        round=sprint.round,
        final=sprint.final,
        delayed=delayed,
    )


def keyframe(crowd: Crowd, round: Round | None) -> Keyframe:
    if round is None:
        return Keyframe(0, 0, [])
    shown = [each for each in round.counts.board if crowd.shown(each.slot)]
    return Keyframe(round.id, len(shown), [part for each in shown for part in (each.slot, each.words)])


def tick(crowd: Crowd, round: Round, slots: Iterable[int]) -> Tick:
    held = ((slot, round.counts.board.get(slot)) for slot in slots if crowd.shown(slot))
    return Tick(round.id, [part for slot, register in held if register is not None for part in (slot, register.words)])


def ack(sprint: int, stored: Register) -> Ack:
    return Ack(AckKind.COUNT, sprint, stored.seq, words=stored.words, flags=stored.flags)


def big(round: Round | None, standing: Standing) -> Big:
    n, active, words, top, knots = standing
    return Big(0 if round is None else round.id, n, active, words, ranked.pack(top, knots))
