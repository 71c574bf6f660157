"""Becoming somebody: a guest with a name, kept by a cookie."""

from protocol import http
from server.people import names, sessions, zones
from server.web.arrivals import Arrival
from server.web.call import Answer, Call
from server.web.me import shape
from server.web.ports import Services


async def who(services: Services, call: Call, said: None) -> http.Session:
    profile = None if call.person is None else await services.ledger.profile(call.person.id)
    return http.Session(None if profile is None else shape(profile))


async def begin(services: Services, call: Call, said: http.NewSession) -> http.Me | Answer:
    """With a session: the same writer gets the name (a zone is never switched silently). Without: a new writer."""
    name, zone = names.name(said.name), zones.zone(said.zone)
    if call.person is not None:
        return shape(await services.ledger.change_profile(call.person.id, {"name": name}, call.now))

    async def arrive() -> Arrival:
        token = sessions.new_token()
        return Arrival((await services.ledger.new_guest(name, zone, token, call.now)).id, token)

    # With what is said, so that a key that two people happen to use makes two of them.
    key = None if call.key is None else f"{call.key} {zone} {name}"
    arrived = await (arrive() if key is None else services.arrivals.once(key, call.now, arrive))
    profile = await services.ledger.profile(arrived.writer)
    assert profile is not None, "the writer was committed a moment ago"
    cookie = sessions.set_cookie(arrived.token, services.settings.public_url)
    return Answer(shape(profile), {"Set-Cookie": cookie})
