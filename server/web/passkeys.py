"""Passkeys: added, listed, renamed, removed; signing in with one, and confirming with one that it is still oneself."""

import asyncio
import re
import secrets
import uuid
from collections.abc import Sequence

from protocol import account as shapes
from protocol.codes import ErrorCode
from server.core.accounts import FRESH_MS, Passkey
from server.core.instants import iso, iso_or_none
from server.core.records import SigningIn, TakenError
from server.people import names
from server.people import passkeys as rules
from server.web import origin
from server.web.call import Answer, Call
from server.web.ports import Services
from server.web.problems import ProblemError, not_found
from server.web.queries import AlsoLast
from server.web.session import sign_in

_TRANSPORT = re.compile("[a-z-]+")
_TO_ADD, _TO_SIGN_IN, _TO_CONFIRM = "add", "sign-in", "confirm"


async def listing(services: Services, call: Call, said: None) -> shapes.Passkeys:
    return shapes.Passkeys([_shape(each) for each in await services.ledger.passkeys.of(call.writer.id)])


async def options(services: Services, call: Call, said: None) -> shapes.PasskeyOptions:
    site = _site(call)
    profile = await services.ledger.profile(call.writer.id)
    assert profile is not None, "the route says auth=REQUIRED"
    known = await services.ledger.passkeys.of(call.writer.id)
    id, challenge = await _challenge(services, call, _TO_ADD, call.writer.id)
    return shapes.PasskeyOptions(
        id=id,
        challenge=challenge,
        rp_id=site.rp_id,
        rp_name=rules.RP_NAME,
        user_id=rules.handle(profile.id, profile.created_at),
        user_name=profile.name,
        algorithms=list(rules.ALGORITHMS),
        known=_known(known),
    )


async def add(services: Services, call: Call, said: shapes.NewPasskey) -> Answer:
    """201 for a new one, 200 where it is the writer's already."""
    name = call.device if said.name is None else names.name(said.name)
    known = await services.ledger.passkeys.by_id(said.credential)
    if known is not None and known.writer == call.writer.id:
        return Answer(_shape(known), status=200)
    challenge = await _taken(services, call, said.challenge, _TO_ADD, call.writer.id)
    answer = rules.Attested(said.credential, said.client_data, said.attestation)
    made = await asyncio.to_thread(rules.verify_made, answer, challenge, _site(call))
    passkey = Passkey(
        id=made.id,
        writer=call.writer.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=call.now,
        transports=tuple(filter(_TRANSPORT.fullmatch, said.transports)),
    )
    try:
        new = await services.ledger.passkeys.add(passkey, call.device)
    except TakenError:
        rule = "is another writer's: make a new one, or sign in with it to be them"
        raise ProblemError(ErrorCode.CONFLICT, "passkey", rule) from None
    return Answer(_shape(passkey), status=201 if new else 200)


async def rename(services: Services, call: Call, said: shapes.RenamePasskey) -> shapes.Passkeys:
    name = names.name(said.name)
    passkeys = services.ledger.passkeys
    if not await passkeys.rename(call.writer.id, call.path["passkey"], name, call.device, call.now):
        raise _none_of_yours()
    return await listing(services, call, None)


async def remove(services: Services, call: Call, said: AlsoLast) -> shapes.Passkeys:
    """It signs nobody in from now on. Answers those that are left."""
    passkeys = services.ledger.passkeys
    if not await passkeys.remove(
        call.writer.id, call.path["passkey"], services.issuer, said.last, call.device, call.now
    ):
        raise _none_of_yours()
    return await listing(services, call, None)


async def sign_in_options(services: Services, call: Call, said: None) -> shapes.SignInOptions:
    site = _site(call)
    id, challenge = await _challenge(services, call, _TO_SIGN_IN, None)
    return shapes.SignInOptions(id, challenge, site.rp_id, [])


async def enter(services: Services, call: Call, said: shapes.Assertion) -> Answer:
    async def verified(signing: SigningIn) -> int:
        passkey, sign_count = await _used(services, call, said, _TO_SIGN_IN, None)
        if not await services.ledger.passkeys.sign_in(passkey, sign_count, signing, call.now):
            raise _counts_backwards()
        return passkey.writer

    return await sign_in(services, call, f"{said.challenge} {said.signature}", verified)


async def confirm_options(services: Services, call: Call, said: None) -> shapes.SignInOptions:
    site = _site(call)
    known = await services.ledger.passkeys.of(call.writer.id)
    id, challenge = await _challenge(services, call, _TO_CONFIRM, call.writer.id)
    return shapes.SignInOptions(id, challenge, site.rp_id, _known(known))


async def confirm(services: Services, call: Call, said: shapes.Assertion) -> shapes.Confirmed:
    """The session stays the same one: nobody who is in a room here is thrown out of it."""
    signed = call.signed
    assert signed is not None, "the route says auth=REQUIRED"
    passkey, sign_count = await _used(services, call, said, _TO_CONFIRM, call.writer.id)
    if passkey.writer != call.writer.id:
        raise ProblemError(ErrorCode.NOT_ALLOWED, "passkey", "is another writer's: use one of your own")
    if not await services.ledger.passkeys.confirm(passkey, sign_count, signed.session, call.device, call.now):
        raise _counts_backwards()
    return shapes.Confirmed(iso(call.now + FRESH_MS))


def _site(call: Call) -> rules.Site:
    return rules.site(origin.of_url(call.base_url))


async def _challenge(services: Services, call: Call, purpose: str, writer: int | None) -> tuple[str, str]:
    """A new one: its id, and what has to be signed."""
    id, challenge = str(uuid.uuid4()), secrets.token_urlsafe(rules.CHALLENGE_BYTES)
    await services.ledger.challenges.make(id, purpose, writer, challenge, call.now)
    return id, challenge


async def _taken(services: Services, call: Call, id: uuid.UUID, purpose: str, writer: int | None) -> str:
    challenge = await services.ledger.challenges.take(str(id), purpose, writer, call.now)
    if challenge is None:
        raise ProblemError(ErrorCode.CONFLICT, "challenge", "has been answered or is too old: try once more")
    return challenge


async def _used(
    services: Services, call: Call, said: shapes.Assertion, purpose: str, writer: int | None
) -> tuple[Passkey, int]:
    """Which passkey has signed, and what it counts now. Raises ProblemError and RuleError that say what to do."""
    challenge = await _taken(services, call, said.challenge, purpose, writer)
    passkey = await services.ledger.passkeys.by_id(said.credential)
    if passkey is None:
        rule = "is not known here, or was removed: use another one, or sign in in another way"
        raise not_found("passkey", rule)
    answer = rules.Asserted(said.credential, said.client_data, said.authenticator_data, said.signature)
    sign_count = await asyncio.to_thread(rules.verify_used, answer, challenge, _site(call), passkey.public_key)
    return passkey, sign_count


def _known(passkeys: Sequence[Passkey]) -> list[shapes.KnownPasskey]:
    return [shapes.KnownPasskey(each.id, list(each.transports)) for each in passkeys]


def _none_of_yours() -> ProblemError:
    return not_found("passkey", "is none of yours: it may have been removed already")


def _counts_backwards() -> ProblemError:
    rule = "counts backwards, so there may be a copy of it: sign in in another way, remove it and add a new one"
    return ProblemError(ErrorCode.NOT_ALLOWED, "passkey", rule)


def _shape(passkey: Passkey) -> shapes.Passkey:
    return shapes.Passkey(passkey.id, passkey.name, iso(passkey.created_at), iso_or_none(passkey.used_at))
