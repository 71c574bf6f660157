"""Personal tokens: whose they are, what they may, and how long."""

import time
from uuid import uuid4

import pytest

from protocol.codes import ErrorCode
from server.core.records import Person, SignedIn, TakenError
from server.core.sprint import RuleError
from server.ledger import tokens
from server.ledger.ledger import SqlLedger
from server.people.sessions import new_personal
from tests.support.ledgers import DAY, HOUR, guests, known_by

SCOPES = frozenset({"rooms:read", "history:read"})


def now() -> int:
    """Tokens are judged by the machine's clock."""
    return time.time_ns() // 1_000_000


async def made(ledger: SqlLedger, writer: Person, expires_at: int | None = None) -> tuple[str, str]:
    """The id and the secret of a new one."""
    id, secret = uuid4(), new_personal()
    assert await ledger.tokens.make(writer.id, id, "word counter", SCOPES, secret, expires_at, now())
    return str(id), secret


async def test_a_token_signs_its_writer_in_for_what_it_may_and_no_longer_than_it_stands(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    before = now()
    id, secret = await made(ledger, ben)
    await made(ledger, ann)

    signed = await ledger.signed_in(secret)
    assert signed is not None
    assert signed == SignedIn(ben, id, signed.fresh_at, SCOPES)
    assert before <= signed.fresh_at <= now()
    assert signed.may("rooms:read")
    assert not signed.may("rooms:write")

    assert not await ledger.tokens.revoke(ann.id, id, now())
    assert await known_by(ledger, secret) == ben
    assert await ledger.tokens.revoke(ben.id, id, now())
    assert not await ledger.tokens.revoke(ben.id, id, now())
    assert await known_by(ledger, secret) is None
    assert await ledger.tokens.of(ben.id) == []


async def test_a_token_that_has_expired_serves_nobody_and_is_still_listed(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    gone, old = await made(ledger, ann, now() - 1)
    _, fresh = await made(ledger, ann, now() + DAY)

    assert await known_by(ledger, old) is None
    assert await known_by(ledger, fresh) == ann
    assert gone in {each.id for each in await ledger.tokens.of(ann.id)}


async def test_when_a_token_was_used_is_noted_once_an_hour(ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    (ann,) = await guests(ledger, 1)
    _, secret = await made(ledger, ann)
    began = now()

    async def used_at(at: int) -> int | None:
        monkeypatch.setattr(tokens, "_now", lambda: at)
        assert await known_by(ledger, secret) == ann
        return (await ledger.tokens.of(ann.id))[0].used_at

    assert [await used_at(began + after) for after in (0, HOUR - 1, HOUR, HOUR + 1)] == [
        began,
        began,
        began + HOUR,
        began + HOUR,
    ]


async def test_a_repeat_gets_another_secret_until_the_token_was_used(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    id, lost, kept = uuid4(), new_personal(), new_personal()

    assert await ledger.tokens.make(ann.id, id, "a", SCOPES, lost, None, now())
    assert not await ledger.tokens.make(ann.id, id, "b", SCOPES, kept, None, now())
    with pytest.raises(TakenError):
        await ledger.tokens.make(ben.id, id, "c", SCOPES, new_personal(), None, now())
    assert await known_by(ledger, lost) is None
    assert await known_by(ledger, kept) == ann
    with pytest.raises(RuleError) as refused:
        await ledger.tokens.make(ann.id, id, "d", SCOPES, new_personal(), None, now())
    assert refused.value.code is ErrorCode.CONFLICT
    assert await known_by(ledger, kept) == ann
    assert [each.name for each in await ledger.tokens.of(ann.id)] == ["b"]


async def test_a_writer_has_a_bounded_number_of_tokens(ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST", 2)
    ann, ben = await guests(ledger, 2)
    first, _ = await made(ledger, ann)
    await made(ledger, ann)
    with pytest.raises(RuleError, match="2 tokens are the most"):
        await made(ledger, ann)
    await made(ledger, ben)
    await ledger.tokens.revoke(ann.id, first, now())
    await made(ledger, ann)
