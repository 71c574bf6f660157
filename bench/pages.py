"""`pages`: how quick the pages are where people come in, by Lighthouse: on its slow phone, over its slow line."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict

import httpx

from bench.results import Bench, Numbers, Options, Table, median, number
from tests.support.lighthouse import Looked, look
from tests.support.server import ServerProcess

LEAST = 95
"""Of 100 for performance: what is below is to be mended."""


def run(options: Options) -> Numbers:
    return {"runs": asyncio.run(_measure(options.repeats))}


async def _measure(repeats: int) -> list[Numbers]:
    runs: list[Numbers] = []
    async with ServerProcess() as server, httpx.AsyncClient(base_url=server.url) as ada:
        (await ada.post("/api/session", json={"name": "Ada", "zone": "Europe/London"})).raise_for_status()
        made = await ada.post("/api/rooms", json={"title": "Night owls", "visibility": "public"})
        pages = {"front page": "/", "room": f"/r/{made.raise_for_status().json()['slug']}"}
        for repeat in range(repeats):
            print(f"pages ({repeat + 1})", file=sys.stderr)
            looked = await look("speed", *(server.url + path for path in pages.values()))
            runs += (_numbers(page, each) for page, each in zip(pages, looked, strict=True))
    return runs


def _numbers(page: str, looked: Looked) -> Numbers:
    return {**asdict(looked), "url": page}


def tables(numbers: Numbers) -> Sequence[Table]:
    runs = numbers["runs"]
    rows = [["", "performance", "worst", "largest paint, s", "accessibility", "best practices", "SEO"]]
    pages = list(dict.fromkeys(run["url"] for run in runs))
    for page in pages:
        of_page = [run for run in runs if run["url"] == page]
        speeds = [run["scores"]["performance"] for run in of_page]
        least = [min(run["scores"][name] for run in of_page) for name in ("accessibility", "best-practices", "seo")]
        paint = median([run["lcp_ms"] for run in of_page]) / 1_000
        rows.append([page, number(median(speeds), 0), str(min(speeds)), number(paint), *map(str, least)])
    missed = "" if all(run["scores"]["performance"] >= LEAST for run in runs) else " It was missed."
    each = f"{len(runs) // len(pages)} runs of each page, with an empty cache"
    note = f"Scores out of 100; {each}. Wanted: {LEAST} for performance.{missed}"
    return [Table("Where people come in, by Lighthouse", rows, [note])]


BENCH = Bench("pages", "how quick the first pages are on a slow phone, by Lighthouse", run, tables)
