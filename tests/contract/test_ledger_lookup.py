"""Whom an operator means, on both databases."""

from server.ledger.ledger import SqlLedger
from server.ledger.lookup import LARGEST, find
from server.ledger.tables import writers
from tests.support.ledgers import NOW


async def test_a_writer_is_found_by_number_or_else_by_name(ledger: SqlLedger) -> None:
    ann = await ledger.new_guest("Ann", "UTC", "first", NOW)
    later = await ledger.new_guest("ANN", "UTC", "second", NOW + 1)
    gone = await ledger.new_guest("Ann", "UTC", "third", NOW + 2)
    (session,) = await ledger.devices.of(gone.id, NOW)
    await ledger.devices.end(gone.id, session.id, NOW)
    digits = await ledger.new_guest(str(gone.id), "UTC", "fourth", NOW)

    async def found(said: str, most: int = 9) -> list[int]:
        return [each.id for each in await find(ledger._database, said, most)]

    elodie = await ledger.new_guest("Élodie", "UTC", "fifth", NOW)
    async with ledger._database.writing() as connection:
        stand_in = {"name": "A writer", "streak_hidden": True, "created_at": NOW, "stand_in": True}
        await connection.execute(writers.insert().values(stand_in))

    assert await found("Élodie") == await found("éLODIE") == [elodie.id]
    assert await found("A writer") == []
    assert await found("ann") == [later.id, ann.id, gone.id]
    assert await found("ann", 2) == [later.id, ann.id]
    assert await found(str(ann.id)) == [ann.id]
    assert await found(str(gone.id)) == [gone.id]  # and not whoever has the number for a name
    assert await found(str(digits.id)) == [digits.id]
    assert await found(str(LARGEST)) == await found(str(LARGEST + 1)) == await found("") == []
