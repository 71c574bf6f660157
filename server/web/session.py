"""Becoming somebody: a guest with a name, or by a link who one is elsewhere; kept by a cookie."""

from collections.abc import Awaitable, Callable

from protocol import http
from protocol.codes import ErrorCode
from server.core.records import SigningIn
from server.people import names, sessions, zones
from server.web import links
from server.web.arrivals import Arrival
from server.web.call import Answer, Call
from server.web.guessing import a_guess
from server.web.me import shape
from server.web.ports import Services
from server.web.problems import ProblemError


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
        return Arrival((await services.ledger.new_guest(name, zone, token, call.now, call.device)).id, token)

    # With what is said, so that a key that two people happen to use makes two of them.
    return await _welcome(services, call, f"{zone} {name}", arrive)


async def by_link(services: Services, call: Call, said: http.SignIn) -> Answer:
    async def used(code: str, signing: SigningIn) -> int:
        writer = await services.ledger.links.use(code, signing, call.now)
        if writer is None:
            raise ProblemError(ErrorCode.NOT_FOUND, "code", "has been used or is too old: ask for a new link")
        return writer

    async def enter(signing: SigningIn) -> int:
        typed = links.short(said.code)
        if typed is None:
            return await used(said.code, signing)
        async with a_guess(services, call, "link"):
            return await used(typed, signing)

    return await sign_in(services, call, said.code, enter)


async def sign_in(services: Services, call: Call, said: str, enter: Callable[[SigningIn], Awaitable[int]]) -> Answer:
    """What every way of signing in ends in. `enter` finds out whose browser this is, begins their session in the same
    write (the ledger's `sign_in`), and answers the writer; or it raises ProblemError. `said`: what they showed for it.

    Whoever was signed in here is no more. A guest has no other way back to what they wrote: the same write remembers
    that the two met here, and it is for the writer to say whether their histories become one. The guest's session runs
    out by itself: should this answer get lost, the browser is still theirs.
    """

    async def arrive() -> Arrival:
        before = None if call.signed is None else call.signed.session
        signing = SigningIn(sessions.new_token(), call.device, before, services.issuer)
        writer = await enter(signing)
        if call.signed is not None:
            services.live.sign_out([call.signed.session], anew=call.signed.person.id == writer)
        return Arrival(writer, signing.token)

    return await _welcome(services, call, said, arrive)


async def end(services: Services, call: Call, said: None) -> Answer:
    """Whoever is not signed in is as good as signed out."""
    if call.signed is not None and await services.ledger.devices.end(call.writer.id, call.signed.session, call.now):
        services.live.sign_out([call.signed.session])
    return Answer(http.Session(None), {"Set-Cookie": sessions.clear_cookie(services.settings.public_url)})


async def _welcome(services: Services, call: Call, said: str, arrive: Callable[[], Awaitable[Arrival]]) -> Answer:
    """Once for what is said with the call's key."""
    arrived = await (arrive() if call.key is None else services.arrivals.once(f"{call.key} {said}", call.now, arrive))
    services.seen_tokens.know(arrived.token)
    profile = await services.ledger.profile(arrived.writer)
    assert profile is not None, "the writer was committed a moment ago"
    cookie = sessions.set_cookie(arrived.token, services.settings.public_url)
    return Answer(shape(profile), {"Set-Cookie": cookie})
