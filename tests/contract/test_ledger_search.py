"""What is looked for in a history is found in any case, of any script, the same on both databases."""

import unicodedata
import uuid

from sqlalchemy import literal, select

from server.core.records import Entry
from server.ledger.engine import connect
from server.ledger.folding import folded
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import NOW, Place, guests

FOUND = {
    "L'ÉCOLE": "l'école",
    "e\u0301tude": "ÉTUDE",  # the accent is a character of its own
    "Straße": "STRASSE",
    "GROẞ": "gross",
    "ОНА ПЛЫЛА": "плыла",
    "Ο ΔΡΟΜΟΣ": "δρομος",
    "ολόσ": "ΟΛΌΣ",
    "ԱՇՈՒՆ": "աշուն",
    "\ufb01sh": "FISH",  # a ligature
    "\U00010400": "\U00010428",  # Deseret: two units in UTF-16
    "50 % ÎLE_1": "% île_",
}
"""A note, and what is looked for."""


async def test_a_text_is_found_in_any_case_of_its_script(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    stamp = await ledger.stamp(ann.id, NOW)
    for note in FOUND:
        await ledger.add_manual(ann.id, Entry(uuid.uuid4(), NOW, 20, 500, True, stamp, note=note), NOW)
    for note, asked in FOUND.items():
        assert [each.note for each in await ledger.history.page(ann.id, 50, text=asked)] == [note]
    assert await ledger.history.page(ann.id, 50, text="50 % île 1") == [], "% and _ stand for themselves"


async def test_both_databases_fold_each_character_as_python_does(database: Place) -> None:
    every = [chr(n) for n in range(1, 0x20000) if unicodedata.category(chr(n)) not in ("Cn", "Co", "Cs")]
    opened = connect(database.url, database.data)
    try:
        fold = await opened.fold()
        async with opened.asking() as connection:
            for begin in range(0, len(every), 10_000):
                text = " ".join(every[begin : begin + 10_000])
                assert await connection.scalar(select(fold(literal(text)))) == folded(text)
    finally:
        await opened.close()
