"""Links that sign a writer in on another device."""

import asyncio

from server.core.records import SigningIn
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import NOW, SECOND, guests, known_by

CODE = "a code that nobody guesses"
BROWSER = SigningIn("token", "Firefox on Linux")


async def test_a_link_signs_its_writer_in_once(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    await ledger.links.make(ben.id, CODE, NOW, NOW + 60 * SECOND)

    came = await asyncio.gather(*(ledger.links.use(CODE, SigningIn(f"token {n}", ""), NOW + SECOND) for n in range(5)))

    assert sorted(came, key=lambda each: each is None) == [ben.id, None, None, None, None]
    tokens = [await known_by(ledger, f"token {n}") for n in range(5)]
    assert tokens == [ben if writer else None for writer in came]
    assert ann not in tokens


async def test_a_link_that_is_too_old_or_never_was_signs_nobody_in(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    await ledger.links.make(ann.id, CODE, NOW, NOW + 60 * SECOND)

    assert await ledger.links.use(CODE, BROWSER, NOW + 60 * SECOND) is None
    assert await ledger.links.use("another code", BROWSER, NOW) is None
    assert await known_by(ledger, "token") is None
    assert await ledger.links.use(CODE, BROWSER, NOW + 59 * SECOND) == ann.id


async def test_links_that_have_expired_are_pruned(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    await ledger.links.make(ann.id, CODE, NOW, NOW + SECOND)
    await ledger.links.make(ben.id, "a later one", NOW, NOW + 3 * SECOND)

    assert await ledger.prune(NOW + 2 * SECOND) == 1
    assert await ledger.links.use("a later one", BROWSER, NOW + 2 * SECOND) == ben.id


async def test_only_the_link_that_was_made_last_is_good(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    for code, writer in (CODE, ann), ("Ben's", ben), ("a newer one", ann):
        await ledger.links.make(writer.id, code, NOW, NOW + SECOND)

    assert await ledger.links.use(CODE, BROWSER, NOW) is None
    assert await ledger.links.use("a newer one", BROWSER, NOW) == ann.id
    assert await ledger.links.use("Ben's", SigningIn("another token", ""), NOW) == ben.id


async def test_its_writer_can_see_that_a_link_was_made_and_used(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    await ledger.links.make(ann.id, "one", NOW, NOW + SECOND, "Firefox on Linux")
    await ledger.links.make(ann.id, "another", NOW + 1, NOW + SECOND)
    await ledger.links.use("another", SigningIn("token", "Safari on iPhone"), NOW + 2)

    assert [(each.what, each.device) for each in await ledger.audit.of(ann.id)] == [
        ("signed_in_link", "Safari on iPhone"),
        ("link_made_by_operator", ""),
        ("link_made", "Firefox on Linux"),
    ]


async def test_a_session_of_the_same_writer_s_ends_where_they_sign_in_anew(ledger: SqlLedger) -> None:
    ann = await ledger.new_guest("Ann", "UTC", "first", NOW)
    await ledger.new_guest("Ben", "UTC", "of another", NOW)
    first, of_another = await ledger.signed_in("first"), await ledger.signed_in("of another")
    assert first is not None
    assert of_another is not None

    await ledger.links.make(ann.id, CODE, NOW, NOW + 60 * SECOND)
    await ledger.links.use(CODE, SigningIn("second", "", first.session), NOW + SECOND)
    again = await ledger.signed_in("second")

    assert await ledger.signed_in("first") is None
    assert again is not None
    assert (again.person, again.fresh_at) == (ann, NOW + SECOND)
    assert again.session != first.session

    await ledger.links.make(ann.id, CODE, NOW, NOW + 60 * SECOND)
    await ledger.links.use(CODE, SigningIn("third", "", of_another.session), NOW + SECOND)
    assert await ledger.signed_in("of another") == of_another
