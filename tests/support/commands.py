"""The commands of a markdown file, run in their order in one bash, as a reader runs them; and what they should say.

- A block of `sh` is run. One of `json` or `text` right after it is what it prints: … stands for what changes from run
  to run; of JSON also for any value, as a key for further fields, as the last of a list for further ones.
- A block of another language that begins with `# NAME` is put into a file of that name.
- Where the text before a block of `sh` says "(Not run by the tests: …)", with the reason, it is not.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_S = 60.0
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r"\(Not\s+run\s+by\s+the\s+tests:[^)]+\)")
_FILE = re.compile(r"# (\S+)\n")
_MARK = "--- the next block ---"


@dataclass(frozen=True, slots=True)
class Command:
    """A block of `sh` at a line of its file. `expected`: the kind of its output, and that; None: nothing is said."""

    line: int
    text: str
    expected: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Commands:
    run: tuple[Command, ...]
    not_run: tuple[Command, ...]
    files: Mapping[str, str]
    """Name -> content."""


class WrongOutputError(AssertionError):
    """A command that failed, or said something else than the file does."""


def read(markdown: str) -> Commands:
    run: list[Command] = []
    not_run: list[Command] = []
    files: dict[str, str] = {}
    for language, text, before, line in _blocks(markdown):
        named = _FILE.match(text)
        if language == "sh":
            (not_run if _NOT_RUN.search(before) else run).append(Command(line, text))
        elif language in ("json", "text"):
            if run and not before.strip():
                run[-1] = Command(run[-1].line, run[-1].text, (language, text))
        elif named:
            files[named[1]] = text
    return Commands(tuple(run), tuple(not_run), files)


def check(commands: Commands, folder: Path, said_as: Mapping[str, str]) -> None:
    """Run them in this folder. `said_as`: what the file says -> what holds here, as an address.

    Raises WrongOutputError.
    """
    for name, content in commands.files.items():
        (folder / name).write_text(_put(content, said_as), encoding="utf-8")
    outputs = _run([_put(each.text, said_as) for each in commands.run], folder)
    back = {here: said for said, here in said_as.items()}
    for command, output in zip(commands.run, outputs, strict=False):
        if command.expected is not None and not _is_as(*command.expected, _put(output, back)):
            raise WrongOutputError(f"line {command.line}:\n{command.text}says\n{output}and not\n{command.expected[1]}")
    if len(outputs) <= len(commands.run):
        failed = commands.run[len(outputs) - 1]
        raise WrongOutputError(f"line {failed.line}:\n{failed.text}fails:\n{outputs[-1]}")


def _blocks(markdown: str) -> Iterator[tuple[str, str, str, int]]:
    """Language, content, the text since the block or heading before it, and the line."""
    end = 0
    for block in _FENCE.finditer(markdown):
        before = re.split(r"^#+ .*$", markdown[end : block.start()], flags=re.MULTILINE)[-1]
        yield block[1], block[2], before, markdown.count("\n", 0, block.start()) + 1
        end = block.end()


def _run(commands: list[str], folder: Path) -> list[str]:
    """What each of them said on both outputs, and once more what came after the last; fewer where one failed."""
    script = folder / "commands"
    script.write_text("".join(f"{each}\necho\necho '{_MARK}'\n" for each in commands), encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    said = subprocess.run(
        ["bash", "-euo", "pipefail", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT_S,
        check=False,
    )
    return said.stdout.decode(errors="replace").split(f"\n{_MARK}\n")


def _put(text: str, other: Mapping[str, str]) -> str:
    for said, instead in other.items():
        text = text.replace(said, instead)
    return text


def _is_as(kind: str, expected: str, said: str) -> bool:
    if kind == "text":
        return _matches(expected.strip(), said.strip())
    try:
        return _fits(json.loads(expected), json.loads(said))
    except ValueError:
        return False


def _fits(expected: Any, said: Any) -> bool:
    if isinstance(expected, dict) and isinstance(said, dict):
        named = {key: value for key, value in expected.items() if key != "…"}
        more = "…" in expected or not said.keys() - named.keys()
        return more and all(key in said and _fits(value, said[key]) for key, value in named.items())
    if isinstance(expected, list) and isinstance(said, list):
        named_few = expected[:-1] if expected[-1:] == ["…"] else expected
        enough = len(said) >= len(named_few) if named_few is not expected else len(said) == len(expected)
        return enough and all(_fits(*each) for each in zip(named_few, said, strict=False))
    if isinstance(expected, str) and "…" in expected:
        return expected == "…" or (isinstance(said, str) and _matches(expected, said))
    return type(expected) is type(said) and bool(expected == said)


def _matches(expected: str, said: str) -> bool:
    return re.fullmatch(re.escape(expected).replace("…", ".*"), said, re.DOTALL) is not None
