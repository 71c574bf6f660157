"""The demo's story as the ledger has it afterwards."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.core.sprint import Limits
from server.demo.fill import Filler, ms
from server.demo.story import ByHand, Round, tell
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import judge_sessions_at_now, known_by, prepare_sqlite

UNTIL = datetime(2026, 11, 27, 22, tzinfo=UTC)
DAYS = 30


async def test_what_is_told_is_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge_sessions_at_now(monkeypatch)
    story = tell(1, UNTIL, DAYS)
    told: Counter[tuple[str, int, int]] = Counter()
    for event in story.events:
        if isinstance(event, Round):
            told.update((each.writer, ms(event.at + each.late), each.words) for each in event.wrote)
        elif isinstance(event, ByHand):
            told[event.writer, ms(event.at), event.words] += 1
    prepare_sqlite(tmp_path)
    ledger = await SqlLedger.open(None, tmp_path, Limits())
    try:
        filled = await Filler(ledger, story, lambda name: f"the token of {name}").fill()
        kept: Counter[tuple[str, int, int]] = Counter()
        for name, person in filled.people.items():
            for each in await ledger.history.page(person.id, 1_000):
                assert each.counts
                kept[name, each.started_at, each.words] += 1
            assert await known_by(ledger, f"the token of {name}") == person
        assert kept == told
        maren = filled.people["Maren"].id
        (fifty,) = await ledger.projects.of(maren)
        done = (await ledger.projects.done(maren, ms(UNTIL)))[fifty.id]
        written = [(at, words) for name, at, words in told.elements() if name == "Maren" and at >= fifty.created_at]
        assert sum(each.amount for each in done.values()) == sum(words for _, words in written)
        assert filled.sessions == told.total()
        assert await ledger.overdue(ms(UNTIL), after_ms=0) == []
    finally:
        await ledger.close()
