"""What is installed from the wheel serves a sprint, and nothing of this checkout is needed for it."""

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from server import __version__
from tests.e2e.conftest import Arrive, meet
from tests.support.browser import OF_THE_LINE
from tests.support.installed import build_wheel, install, installed_server

NOT_OURS_TO_SHIP = re.compile(r"^(tests|bench|client)/|\.(ts|tsx|map)$|/__pycache__/|protocol/generate\.py")


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Fresh, with nothing but what was installed."""
    wheel = build_wheel(tmp_path)
    assert wheel.name == f"wordtide-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert "server/client/index.html" in names
    assert [name for name in names if NOT_OURS_TO_SHIP.search(name)] == []
    fresh = tmp_path / "environment"
    install(wheel, fresh)
    said = subprocess.run([fresh / "bin/wordtide", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout == f"wordtide {__version__}\n"
    return fresh


async def test_the_wheel_in_a_fresh_environment_serves_a_sprint_between_two_browsers(
    arrive: Arrive, environment: Path
) -> None:
    async with installed_server(environment, reporting_s=60) as server:
        ada, ben = await meet(arrive, "Ada", "Ben", url=server.url)
        await ada.schedule()
        for each, text in (ada, "three words here"), (ben, "and two"):
            await each.sees_phase("writing")
            await each.write(text)
        await ada.sees_total(5)
        await ada.ring()
        await ada.close_counting()
        await ben.sees_result("Ada", 3)
        await ada.sees_result("Ben", 2)
        assert "Traceback" not in server.log
        for each in ada, ben:
            each.forgives = OF_THE_LINE  # the server ends while their pages may still ask for more
