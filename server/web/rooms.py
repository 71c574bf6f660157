"""Rooms: made, found, joined. A private one does not exist for who is no member and brings no invite."""

import secrets
from collections.abc import Iterable

from protocol import http
from protocol.codes import ErrorCode
from protocol.messages import Role
from server.core.instants import iso
from server.core.records import Listing, Member, Person, RoomRecord
from server.people import names
from server.web import board
from server.web.call import Answer, Call
from server.web.ports import Services
from server.web.problems import ProblemError, not_found
from server.web.queries import Invited
from server.web.timeline import shape as sprint_shape

MAX_SLUG = 64
MANY = 500
"""From so many writers on, a room's totals may be those of a moment ago."""


async def create(services: Services, call: Call, said: http.NewRoom) -> Answer:
    title = names.title(said.title)
    room = await services.ledger.create_room(call.writer, title, said.visibility, call.key, call.now)
    member = await services.ledger.member(room.id, call.writer.id)
    return Answer(await shape(services, call, room, member), {"Location": f"/api/rooms/{room.slug}"})


async def listing(services: Services, call: Call, said: None) -> http.Rooms:
    """The public directory."""
    found = await services.ledger.public_rooms(call.now)
    sprints = await _sprints(services, call, found)
    return http.Rooms([_room(call, each.room, None, each.writers, sprints.get(each.room.id)) for each in found])


async def read(services: Services, call: Call, said: Invited) -> http.Room:
    room, member = await visible(services, call.person, call.path["slug"], said.invite)
    return await shape(services, call, room, member)


async def join(services: Services, call: Call, said: http.JoinRoom) -> http.Room:
    room, member = await visible(services, call.person, call.path["slug"], said.invite)
    if member is None or not member.shown:
        member = await services.live.join(room.id, call.writer)
    if member.removed:
        raise ProblemError(ErrorCode.NOT_ALLOWED, "slug", "is a room from which a host removed you")
    return await shape(services, call, room, member)


async def visible(
    services: Services, person: Person | None, slug: str, invite: str
) -> tuple[RoomRecord, Member | None]:
    """The room of this slug and the person's place in it. Raises ProblemError, the same for hidden as for none."""
    # What cannot be printed cannot be a slug, and some of it (NUL) PostgreSQL does not take as text.
    room = await services.ledger.room_by_slug(slug) if len(slug) <= MAX_SLUG and slug.isprintable() else None
    if room is not None:
        member = await services.ledger.member(room.id, person.id) if person is not None else None
        if may_see(room, member, invite):
            return room, member
    raise not_found("slug", "is no room's: check the link with whoever sent it")


def may_see(room: RoomRecord, member: Member | None, invite: str) -> bool:
    """A private room is for those who have a place in it or its link, and not for those who were removed."""
    if room.visibility != "private":
        return True
    if member is not None:
        return not member.removed
    return secrets.compare_digest(invite.encode(), room.invite.encode())


def link(call: Call, room: RoomRecord) -> str:
    """The address to share. Who sees a private room has its invite, or a place in it, and may pass the invite on."""
    url = f"{call.base_url}/r/{room.slug}"
    return f"{url}?invite={room.invite}" if room.visibility == "private" else url


def _role(member: Member | None) -> str:
    if member is None or not member.shown:
        return "viewer"
    return "host" if member.role is Role.HOST else "writer"


async def shape(services: Services, call: Call, room: RoomRecord, member: Member | None) -> http.Room:
    """The room as whoever has this place in it sees it, with the totals of its latest sprint."""
    state = await services.ledger.room_state(room.id, after_rev=room.rev)
    writers = await services.ledger.writers_in(room.id)
    sprints = await _sprints(services, call, [Listing(room, state.sprint if state is not None else None, writers)])
    return _room(call, room, member, writers, sprints.get(room.id))


async def _sprints(services: Services, call: Call, of: Iterable[Listing]) -> dict[int, http.Sprint]:
    """By room: its sprint, if it has one, with the totals of its board, which are the same wherever one asks."""
    found = [(room, sprint, writers) for room, sprint, writers in of if sprint is not None]
    words = await board.words(services, [sprint for _, sprint, writers in found if writers < MANY])
    for _, sprint, writers in found:
        if writers >= MANY:  # everybody who opens its page or joins asks, and each time all counts would be read
            words[sprint.id] = (await board.shared(services, sprint, rev=None)).words
    return {room.id: sprint_shape(sprint, room.slug, call.now, words[sprint.id]) for room, sprint, _ in found}


def _room(call: Call, room: RoomRecord, member: Member | None, writers: int, sprint: http.Sprint | None) -> http.Room:
    return http.Room(
        id=room.id,
        slug=room.slug,
        url=link(call, room),
        title=room.title,
        visibility=room.visibility,  # type: ignore[arg-type]  # one of the three: NewRoom let nothing else in
        role=_role(member),  # type: ignore[arg-type]
        writers=writers,
        sprint=sprint,
        created_at=iso(room.created_at),
    )
