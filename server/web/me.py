"""The writer's own page of settings."""

from typing import Any

from protocol import http
from protocol.codes import ErrorCode
from server.core.instants import iso
from server.core.records import Handle, Profile
from server.people import alike, names, sessions, zones
from server.web.call import Answer, Call, told
from server.web.ports import Services
from server.web.problems import ProblemError


async def read(services: Services, call: Call, said: None) -> http.Me:
    profile = await services.ledger.profile(call.writer.id)
    if profile is None:
        raise ProblemError(ErrorCode.NOT_SIGNED_IN)
    return shape(profile)


async def change(services: Services, call: Call, said: http.ChangeMe) -> http.Me:
    """What is not said stays."""
    changes = _changes(said)
    if not changes:
        return await read(services, call, None)
    changed = await services.ledger.change_profile(call.writer.id, changes, call.now, call.device, services.issuer)
    return shape(changed)


async def delete(services: Services, call: Call, said: http.DeleteMe) -> Answer:
    """Nobody is signed in as them from here on; what is theirs goes within seconds, however much there is."""
    profile = await read(services, call, None)
    if " ".join(said.confirm.split()) != profile.name:
        raise ProblemError(ErrorCode.BAD_REQUEST, "confirm", f"is your name as it stands: {profile.name}")
    services.live.sign_out(await services.ledger.deletion.begin(call.writer.id, call.now))
    return Answer(http.Session(None), {"Set-Cookie": sessions.clear_cookie(services.settings.public_url)})


def shape(profile: Profile) -> http.Me:
    return http.Me(
        id=profile.id,
        name=profile.name,
        zone=profile.zone,
        rollover=clock(profile.rollover),
        day_words=profile.day_words,
        day_minutes=profile.day_minutes,
        grace=profile.grace,
        rest_weekdays=sorted(profile.rest_weekdays),
        weekly_days=profile.weekly_days,
        week_start=profile.week_start,
        streak_hidden=profile.streak_hidden,
        created_at=iso(profile.created_at),
        handle=profile.handle,
    )


def clock(rollover: int) -> str:
    """Minutes after midnight as 03:00."""
    return f"{rollover // 60:02}:{rollover % 60:02}"


def _changes(said: http.ChangeMe) -> dict[str, Any]:
    """The ledger's fields and values, each checked beyond what its type says."""
    changes = told(said)
    if "name" in changes:
        changes["name"] = names.name(changes["name"])
    if changes.get("handle") is not None:
        handle = names.handle(changes["handle"])
        changes["handle"] = Handle(handle, alike.key(handle))
    if "zone" in changes:
        changes["zone"] = zones.zone(changes["zone"])
    if "rollover" in changes:
        hours, _, minutes = changes["rollover"].partition(":")
        changes["rollover"] = int(hours) * 60 + int(minutes)
    if "rest_weekdays" in changes:
        changes["rest_weekdays"] = frozenset(changes["rest_weekdays"])
    return changes
