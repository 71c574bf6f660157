"""Histories that met in one browser: one, if their writer wishes it, and two again for a day."""

from protocol import merges as shapes
from server.core.instants import iso, iso_or_none
from server.core.merges import Meeting
from server.people import sessions
from server.web.call import Call
from server.web.ports import Services
from server.web.problems import ProblemError, not_found

LINK_MS = 15 * 60_000


async def read(services: Services, call: Call, said: None) -> shapes.Merges:
    met = await services.ledger.merges.of(call.writer.id, call.session)
    return shapes.Merges([_shape(each, call) for each in met])


async def merge(services: Services, call: Call, said: None) -> shapes.Merge:
    """Again: what has come to the guest's history since comes, too."""
    try:
        met = await services.ledger.merges.merge(
            call.writer.id, call.path["merge"], call.session, call.now, services.issuer
        )
        return _shape(met, call)
    except LookupError:
        raise _none_of_yours() from None


async def undo(services: Services, call: Call, said: None) -> shapes.Merge:
    try:
        return _shape(await services.ledger.merges.part(call.writer.id, call.path["merge"], call.now), call)
    except LookupError:
        raise _none_of_yours() from None


async def link(services: Services, call: Call, said: None) -> shapes.GuestLink:
    """For a guest whose browser is another's now: they have no other way back to what they wrote."""
    try:
        guest = await services.ledger.merges.guest(call.writer.id, call.path["merge"], call.session, services.issuer)
    except LookupError:
        raise _none_of_yours() from None
    code, until = sessions.new_token(), call.now + LINK_MS
    await services.ledger.links.make(guest.id, code, call.now, until, call.device)
    return shapes.GuestLink(sessions.link(call.base_url, code), iso(until))


def _none_of_yours() -> ProblemError:
    return not_found("merge", "is one that /api/me/merges lists as yours")


def _shape(met: Meeting, call: Call) -> shapes.Merge:
    did = met.did
    return shapes.Merge(
        id=met.id,
        writer=met.writer.name,
        guest=met.other.name,
        own=met.writer.id == call.writer.id,
        sessions=met.sessions,
        met_at=iso(met.met_at),
        merged_at=iso_or_none(met.merged_at),
        undo_until=iso_or_none(met.undo_until),
        did=None
        if did is None
        else shapes.MergeDid(did.sessions, did.common, did.days, did.words_before, did.words_after),
    )
