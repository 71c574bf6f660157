"""docs/performance.md says what was measured, and every peer is described as the harness reads it."""

import json

from bench.benches import BENCHES
from bench.document import FOLDER, PAGE, page
from bench.peer import peers


def test_the_page_is_made_from_the_saved_numbers() -> None:
    """`./dev bench NAME --write` makes it anew."""
    made = page(BENCHES.values())
    assert PAGE.read_text(encoding="utf-8") == made
    machines = {str(json.loads(file.read_bytes())["machine"]) for file in FOLDER.glob("*.json")}
    assert made.count("Machine:") == len(machines)


def test_every_peer_takes_part_in_a_bench() -> None:
    described = {peer.name: [peer.description.fanout, peer.description.room] for peer in peers()}
    assert described
    for name, programs in described.items():
        assert any(programs), name
    for peer in peers():
        for program in (peer.description.fanout, peer.description.room):
            if program is not None:
                assert peer.dialect(program).lines()
