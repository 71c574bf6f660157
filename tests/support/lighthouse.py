"""What Lighthouse says of pages of ours: a browser's makers' own list of what a page should do."""

import asyncio
import json
from dataclasses import dataclass
from typing import Literal

from tests.support.browser import installed, node
from tests.support.server import ROOT

FOLDER = ROOT / "tests/lighthouse"


@dataclass(frozen=True, slots=True)
class Looked:
    """At one page. Scores are out of 100, by category; `wrong` names what cost some of them.

    `lcp_ms`: until the largest part of it was painted; None where its speed was not asked for.
    """

    url: str
    scores: dict[str, int]
    lcp_ms: float | None
    wrong: list[str]
    warnings: list[str]


async def look(kind: Literal["held", "speed"], *urls: str) -> list[Looked]:
    """`held`: what must hold on any machine. `speed`: that and how quick it is, as on a phone with a slow line.

    Raises RuntimeError where it cannot be run.
    """
    assert (FOLDER / "node_modules").exists(), "Lighthouse is not installed: ./dev test installs it"
    command = [str(node()), str(FOLDER / "run.mjs"), installed(), kind, *urls]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, cwd=FOLDER)
    said, complained = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"Lighthouse ended with {process.returncode}: {complained.decode()[-2_000:]}")
    return [Looked(**each) for each in json.loads(said)]
