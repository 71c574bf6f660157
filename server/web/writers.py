"""Everybody in a room, a page at a time: the board of a big one shows only its top."""

from bisect import bisect_right
from operator import attrgetter
from zlib import crc32

import msgspec

from protocol import http
from protocol.messages import Role
from server.core.records import RoomRecord, RoomState
from server.web import board
from server.web.call import Answer, Call
from server.web.ports import Services
from server.web.queries import Page
from server.web.ranking import ROSTER_S, Roster
from server.web.rooms import visible
from server.web.shared import in_slices


async def read(services: Services, call: Call, said: Page) -> Answer:
    """One making serves all who ask within a moment, and what a browser has already is not sent again."""
    room, _ = await visible(services, call.person, call.path["slug"], said.invite)
    roster = await services.rosters.get((room.id, room.rev), lambda: _roster(services, room))
    found = roster.writers if not said.name else roster.named(said.name)
    start = bisect_right(found, said.after, key=lambda each: each.slot)
    page = found[start : start + said.limit]
    more = start + len(page) < len(found)
    whose = "private" if room.visibility == "private" else "public"
    headers = {"ETag": roster.etag, "Cache-Control": f"{whose}, max-age={ROSTER_S}"}
    return Answer(http.Writers(page, len(roster.writers), page[-1].slot if more else None), headers)


async def _roster(services: Services, room: RoomRecord) -> Roster:
    state = await services.ledger.room_state(room.id)
    words = await _words(services, state)
    members = sorted(state.members if state is not None else (), key=attrgetter("slot"))
    names = await board.told_names(members)
    writers = [
        http.ListedWriter(each.slot, names[each.slot], each.role is Role.HOST, words.get(each.slot))
        async for each in in_slices(members)
        if each.shown
    ]
    return Roster(writers, f'"{crc32(msgspec.msgpack.encode(writers)):08x}"')


async def _words(services: Services, state: RoomState | None) -> dict[int, int]:
    """By slot, in the room's current sprint."""
    if state is None or state.sprint is None:
        return {}
    held = services.live.board(state.sprint.id)
    if held is None:
        return {each.slot: each.register.words for each in await services.ledger.results(state.sprint.id)}
    return {slot: register.words async for slot, register in in_slices(held.items())}
