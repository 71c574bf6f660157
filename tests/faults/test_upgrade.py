"""Row "upgrade": the next version takes the place of one process, then of the other, while people write."""

import ast
import asyncio
import random
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from protocol.messages import Phase
from server.ledger.migrations import versions
from tests.conftest import only_long
from tests.faults.conftest import built
from tests.faults.crowd import Crowd
from tests.faults.house import House, sql, start
from tests.support.group import all_in_phase, together
from tests.support.server import ROOT, Begin, Child

pytestmark = pytest.mark.faults

NEXT = f"{int(max(versions())) + 1:04}"
STEP = f'''"""A column more, which the version before does not know."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{max(versions())}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("of_the_next", sa.Integer(), nullable=False, server_default="7"))
'''


@pytest.fixture
def next_version(tmp_path: Path) -> Begin:
    """What CHANGELOG.md allows at any time: a field more at the end of all that goes over the wire and the relay, and a
    step of the schema."""
    for name in "server", "protocol":
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for declared in "protocol/messages.py", "server/live/notices.py":
        _append_a_field(tmp_path / declared)
    (tmp_path / f"server/ledger/migrations/versions/v{NEXT}_of_the_next.py").write_text(STEP)

    def begin(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Child:
        command = [sys.executable, "-m", "server", *arguments]
        with log.open("ab") as said:
            return subprocess.Popen(
                command, cwd=tmp_path, env=environment, stdout=said, stderr=said, start_new_session=True
            )

    return begin


def _append_a_field(module: Path) -> None:
    """To each Struct that is sent as an array."""
    text = module.read_text(encoding="utf-8")
    lines = text.splitlines()
    structs = [
        each
        for each in ast.walk(ast.parse(text))
        if isinstance(each, ast.ClassDef) and "array_like" in {keyword.arg for keyword in each.keywords}
    ]
    assert structs
    for each in sorted(structs, key=lambda struct: -(struct.end_lineno or 0)):
        fields = [line for line in each.body if isinstance(line, ast.AnnAssign)]
        after = (fields[-1] if fields else each.body[0]).end_lineno
        assert after is not None
        lines.insert(after, "    of_the_next: int = 7")
    module.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
async def house_of_its_own() -> AsyncIterator[House]:
    """No other test's server would start on a database that a newer version has changed."""
    with built() as house:
        await house.mend()
        yield house


@only_long
async def test_the_next_version_takes_the_place_of_each_process_in_turn(
    house_of_its_own: House, next_version: Begin
) -> None:
    house = house_of_its_own
    async with Crowd.of(house.ways, 24, random.Random(6)) as crowd:
        for server in house.one, house.other:
            async with crowd.typing():
                assert await asyncio.to_thread(server.terminate) == 0
                server.begin = next_version
                await start(server)
                await crowd.all_back()
            await house.agree(crowd.writers, crowd.typed)
            for host, guest in (house.one, house.other), (house.other, house.one):
                async with house.group(Ada=host, Ben=guest) as (ada, ben):
                    await ada.start(600)
                    await all_in_phase([ada, ben], Phase.WRITING)
                    await asyncio.gather(ada.count_stored(3), ben.count_stored(4))
                    await together([ada, ben], {"Ada": 3, "Ben": 4})
            for each in house.running:
                assert "Traceback" not in each.log
    async with sql(house.postgres) as connection:
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == NEXT
        assert await connection.fetchval("SELECT min(of_the_next) FROM rooms") == 7
