"""Rare commands: each in one transaction with its id, under the room's lock; a repeat answers as the first time."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from protocol.messages import Baseline, CommandArgs, Extend, OfSprint, Op, Remove, Role, Start
from server.core import sprint as rules
from server.core.records import Outcome, SprintRecord
from server.core.sprint import Limits, RuleError, Timeline
from server.ledger.counts import Counts
from server.ledger.joins import ensure_host
from server.ledger.rows import latest_sprint, latest_sprints
from server.ledger.tables import commands, members, rooms, sprints, writing_sessions
from server.ledger.writer import Kind, RunOrder

_OUTCOMES = msgspec.json.Decoder(Outcome)
_REV = select(rooms.c.rev).where(rooms.c.id == bindparam("room"))
_DONE = select(commands.c.result).where(*(commands.c[name] == bindparam(name) for name in ("room", "writer", "id")))
_ME = select(members).where(
    members.c.room == bindparam("room"),
    members.c.writer == bindparam("writer"),
    ~members.c.has_left,
    ~members.c.removed,
)
_KEEP = insert(commands)
_START = insert(sprints)
_CHANGE = update(rooms).where(rooms.c.id == bindparam("of_room"))


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants what done, with the idempotency key `id`."""

    room: int
    writer: int
    id: str
    op: int
    args: CommandArgs
    now: int


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a command finds: its transaction, who gives it (None: no member), and the room's latest sprint."""

    connection: AsyncConnection
    order: Order
    me: Row[Any] | None
    sprint: SprintRecord | None
    rev: int
    """The room's rev once the command has changed it."""

    def demand_host(self) -> Row[Any]:
        """Who gives the command, where they may do what only a host may. RuleError: they may not."""
        if self.me is None or self.me.role != Role.HOST:
            raise RuleError(ErrorCode.NOT_ALLOWED, "", "only a host of this room can do that")
        return self.me

    def demand_member(self) -> Row[Any]:
        if self.me is None:
            raise RuleError(ErrorCode.NOT_ALLOWED, "", "join the room first")
        return self.me

    def latest(self, sprint: int) -> SprintRecord:
        if self.sprint is None or self.sprint.id != sprint:
            raise RuleError(ErrorCode.NO_SUCH_SPRINT, "sprint", "is not this room's current one")
        return self.sprint


class Commands(Kind[Order, Outcome]):
    order = RunOrder.COMMANDS
    changes_sprints = True

    def __init__(self, limits: Limits, counts: Counts) -> None:
        self._limits, self._counts = limits, counts
        self._runs: dict[int, Callable[[_Scene, Any], Awaitable[bool]]] = {
            Op.START: self._start,
            Op.CANCEL: self._cancel,
            Op.EXTEND: self._extend,
            Op.END: self._end,
            Op.LEAVE: self._leave,
            Op.BASELINE: self._baseline,
            Op.REMOVE: self._remove,
        }

    async def rooms(self, connection: AsyncConnection, items: Sequence[Order]) -> Iterable[int]:
        return {item.room for item in items}

    async def sprints(self, connection: AsyncConnection, items: Sequence[Order]) -> Iterable[int]:
        found = await latest_sprints(connection, sorted({item.room for item in items}))
        return [each.id for each in found.values()]

    async def run(self, connection: AsyncConnection, items: Sequence[Order]) -> Sequence[Outcome]:
        answers: dict[int, Outcome] = {}
        for place in sorted(range(len(items)), key=lambda place: items[place].room):
            answers[place] = await self._once(connection, items[place])
        return [answers[place] for place in range(len(items))]

    async def _once(self, connection: AsyncConnection, order: Order) -> Outcome:
        rev = await connection.scalar(_REV, {"room": order.room})
        if rev is None:
            return Outcome(ErrorCode.NOT_FOUND, field="room", rule="there is no such room")
        key = {"room": order.room, "writer": order.writer, "id": order.id}
        done = await connection.scalar(_DONE, key)
        if done is not None:
            return _OUTCOMES.decode(done)
        try:
            outcome = await self._obey(connection, order, rev)
        except RuleError as refusal:
            return Outcome(refusal.code, rev, None, refusal.field, refusal.rule)
        kept = msgspec.json.encode(outcome).decode()
        await connection.execute(_KEEP, {**key, "op": order.op, "result": kept, "created_at": order.now})
        return outcome

    async def _obey(self, connection: AsyncConnection, order: Order, rev: int) -> Outcome:
        """Each command decides before it writes: a RuleError leaves nothing behind."""
        me = (await connection.execute(_ME, {"room": order.room, "writer": order.writer})).one_or_none()
        scene = _Scene(connection, order, me, await latest_sprint(connection, order.room), rev + 1)
        run = self._runs.get(order.op)
        if run is None:
            raise RuleError(ErrorCode.BAD_REQUEST, "op", "is not a command of the ledger")
        if not await run(scene, order.args):
            return Outcome(ErrorCode.OK, rev, scene.sprint)
        await connection.execute(_CHANGE, {"of_room": order.room, "rev": scene.rev, "used_at": order.now})
        return Outcome(ErrorCode.OK, scene.rev, await latest_sprint(connection, order.room))

    # Each answers whether it changed what the room's rev stands for.

    async def _start(self, scene: _Scene, args: Start) -> bool:
        now, older = scene.order.now, scene.sprint
        by = scene.demand_host().writer
        starts = args.starts_at if args.starts_at is not None else now + args.delay_s * 1_000
        timeline = rules.start(older.timeline if older else None, now, args.duration_s * 1_000, starts, self._limits)
        if older is not None and not older.final and older.timeline.cancelled is None:
            # Past its reporting window. Other processes may still be storing its last counts: it is finished when due.
            superseded = update(sprints).where(sprints.c.id == older.id)
            await scene.connection.execute(superseded.values(superseded_at=now))
        row = {
            "room": scene.order.room,
            "round": 1 if older is None else older.round + 1,
            "starts": timeline.starts,
            "ends": timeline.ends,
            "reporting_ends": timeline.reporting_ends,
            "started_by": by,
            "created_at": now,
        }
        await scene.connection.execute(_START, row)
        return True

    async def _cancel(self, scene: _Scene, args: OfSprint) -> bool:
        sprint = _by_host(scene, args.sprint)
        cancelled = rules.cancel(sprint.timeline, scene.order.now)
        if cancelled.called_off:
            theirs = update(writing_sessions).where(writing_sessions.c.sprint == sprint.id)
            await scene.connection.execute(theirs.values(called_off=True))
        return await _move(scene, sprint, cancelled, finished_at=scene.order.now)

    async def _extend(self, scene: _Scene, args: Extend) -> bool:
        sprint = _by_host(scene, args.sprint)
        later = rules.extend(sprint.timeline, scene.order.now, args.by_s * 1_000, self._limits)
        return await _move(scene, sprint, later)

    async def _end(self, scene: _Scene, args: OfSprint) -> bool:
        sprint = _by_host(scene, args.sprint)
        return await _move(scene, sprint, rules.end(sprint.timeline, scene.order.now, self._limits))

    async def _leave(self, scene: _Scene, args: CommandArgs) -> bool:
        if scene.me is None:
            return False
        await _change_member(scene, scene.me.slot, has_left=True)
        await ensure_host(scene.connection, scene.order.room, scene.rev)
        return True

    async def _baseline(self, scene: _Scene, args: Baseline) -> bool:
        me, sprint = scene.demand_member(), scene.latest(args.sprint)
        await self._counts.say(scene.connection, sprint, me, scene.order.now, start_total=args.start_total)
        return False

    async def _remove(self, scene: _Scene, args: Remove) -> bool:
        host = scene.demand_host()
        if args.slot == host.slot:
            raise RuleError(ErrorCode.BAD_REQUEST, "slot", "is your own: leave the room instead")
        target = select(members.c.removed).where(members.c.room == scene.order.room, members.c.slot == args.slot)
        removed = await scene.connection.scalar(target)
        if removed is None:
            raise RuleError(ErrorCode.BAD_REQUEST, "slot", "is nobody's in this room")
        if removed:
            return False
        await _change_member(scene, args.slot, removed=True, role=Role.WRITER)
        return True


def _by_host(scene: _Scene, sprint: int) -> SprintRecord:
    scene.demand_host()
    return scene.latest(sprint)


async def _move(scene: _Scene, sprint: SprintRecord, to: Timeline, **more: int) -> bool:
    values = {"ends": to.ends, "reporting_ends": to.reporting_ends, "cancelled": to.cancelled, **more}
    await scene.connection.execute(update(sprints).where(sprints.c.id == sprint.id).values(values))
    return True


async def _change_member(scene: _Scene, slot: int, **values: Any) -> None:
    of_slot = update(members).where(members.c.room == scene.order.room, members.c.slot == slot)
    await scene.connection.execute(of_slot.values(rev=scene.rev, **values))
