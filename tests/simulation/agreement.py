"""What must hold in the end: all browsers, all processes, Redis and SQL agree with what was typed last."""

from collections.abc import Iterator

from server.core.board import Register
from server.live import telling
from server.live.relay_format import EPOCH, VERSION, hash_key, unpack_row
from server.live.room import Room
from tests.simulation.browser import Browser
from tests.simulation.world import World


def disagreement(world: World) -> str | None:
    """The first thing on which not all agree."""
    return next(_disagreements(world), None)


def _disagreements(world: World) -> Iterator[str]:
    sprints = world.rows("SELECT id, starts, ends, reporting_ends, cancelled, finished_at FROM sprints ORDER BY round")
    if not sprints:
        yield "no sprint was ever started"
        return
    for sprint in sprints:
        if sprint[5] is None:
            yield f"sprint {sprint[0]} is not final"
    yield from _not_typed(world)
    latest = sprints[-1]
    rev = world.rows("SELECT rev FROM rooms WHERE id = ?", world.image.room)[0][0]
    asked = (
        "SELECT members.slot, seq, words, flags, removed OR has_left FROM writing_sessions"
        " JOIN members ON members.slot = writing_sessions.slot WHERE sprint = ? AND room = ?"
    )
    rows = world.rows(asked, latest[0], world.image.room)
    stored = {slot: Register(seq, words, flags) for slot, seq, words, flags, _ in rows if seq}
    shown = {slot: words for slot, seq, words, _, is_gone in rows if seq and not is_gone}
    for process in world.processes:
        if not process.is_up or process.rooms is None:
            yield f"process {process.index} is not up"
            continue
        for room in process.rooms:
            differs = _room_differs(room, latest, rev, stored, shown)
            yield from (f"process {process.index}: {each}" for each in differs)
            yield from _redis_differs(world, latest[0], stored)
    for browser in world.browsers:
        yield from (f"{browser.name}: {each}" for each in _browser_differs(browser, latest, shown))


def _not_typed(world: World) -> Iterator[str]:
    for (sprint, writer), typed in world.typed.items():
        stands = world.stored(sprint, writer)
        last = max(typed.values(), default=None)
        if last is not None and writer not in world.gone and (stands is None or stands.on_time() != last):
            yield f"writer {writer} typed {last} in sprint {sprint}, SQL has {stands}"


def _room_differs(
    room: Room, latest: tuple[int, ...], rev: int, stored: dict[int, Register], shown: dict[int, int]
) -> Iterator[str]:
    if room.rev != rev:
        yield f"rev {room.rev}, SQL has {rev}"
    elif room.sprint is None or room.round is None or room.sprint.id != latest[0]:
        yield f"holds sprint {room.sprint}, the latest is {latest[0]}"
    else:
        line = room.sprint.timeline
        if (line.starts, line.ends, line.reporting_ends, line.cancelled) != latest[1:5]:
            yield f"timeline {line}, SQL has {latest}"
        if not room.sprint.final and line.cancelled is None:
            yield "does not know that the results are final"
        board = {each.slot: each.register for each in room.round.counts.board}
        if board != stored:
            yield f"board {_other(board, stored)}"
        if room.round.counts.unsaved:
            yield f"slots {room.round.counts.unsaved} are unsaved"
        rows = telling.keyframe(room.crowd, room.round).rows
        told = dict(zip(rows[::2], rows[1::2], strict=True))
        if told != shown:
            yield f"tells who comes {told}, SQL has {shown}"


def _redis_differs(world: World, sprint: int, stored: dict[int, Register]) -> Iterator[str]:
    fields = world.network.server.hashes.get(hash_key(world.image.room, sprint).encode(), {})
    rows = [unpack_row(*field) for field in fields.items() if field[0] not in (EPOCH, VERSION)]
    held = {row.slot: row.register for row in rows}
    if held != stored:
        yield f"Redis {_other(held, stored)}"


def _browser_differs(browser: Browser, latest: tuple[int, ...], shown: dict[int, int]) -> Iterator[str]:
    if browser.is_out:
        return
    line = browser.timeline
    if not browser.is_online or line is None:
        yield "is not online"
    elif (line.sprint, line.starts, line.ends, line.reporting_ends, line.cancelled) != latest[:5]:
        yield f"timeline {line}, SQL has {latest}"
    elif not line.final and line.cancelled is None:
        yield "does not know that the results are final"
    elif line.delayed:
        yield "is told that counts are delayed"
    elif browser.shown() != shown:
        yield f"shows {browser.shown()}, SQL has {shown}"
    elif browser.slot is not None and (browser.own.is_open or browser.older):
        yield f"still offers {browser.own}, {browser.older}"


def _other(held: dict[int, Register], stored: dict[int, Register]) -> str:
    wrong = {slot for slot in held.keys() | stored.keys() if held.get(slot) != stored.get(slot)}
    return "; ".join(f"has {held.get(slot)} of slot {slot}, SQL has {stored.get(slot)}" for slot in sorted(wrong))
