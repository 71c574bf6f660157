"""Whose session or personal token it is that a request or a socket's handshake shows."""

from server.core.records import SignedIn
from server.core.tokens import WrongTooOftenError
from server.people.sessions import Presented
from server.web.guessing import network
from server.web.ports import Services
from server.web.seen_tokens import digest


async def recognised(services: Services, shown: Presented | None, address: str) -> SignedIn | None:
    """None: nothing is shown, or it is nobody's. Raises WrongTooOftenError where too many different wrong Bearer tokens
    came from the asker's network within a minute.

    A right one is looked up first and counts for nothing, nor does one that this process knows from before it ended. A
    wrong one counts once, however often it comes: a script whose token has expired keeps on showing the same. Once
    there were too many, what is not known is not looked up any more. A cookie is always looked up: people whose
    sessions have ended are no reason to keep those of their network from a sprint.
    """
    if shown is None:
        return None
    if not shown.bearer:
        return await services.ledger.signed_in(shown.token)
    now, seen = services.clock.now(), services.seen_tokens
    place = f"token {network(address)}"
    wait_ms = seen.closed_ms(place, now)
    if wait_ms and not seen.knows(shown.token):
        raise WrongTooOftenError(wait_ms)
    signed = await services.ledger.signed_in(shown.token)
    if signed is not None:
        seen.know(shown.token)
    elif not seen.knows(shown.token) and not seen.is_counted(shown.token, now):
        wait_ms = await services.ledger.tries.count(place, now, digest(shown.token))
        if wait_ms:
            seen.close(place, now + wait_ms)
            raise WrongTooOftenError(wait_ms)
        seen.counted(shown.token, now)
    return signed
