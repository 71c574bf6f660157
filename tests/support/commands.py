"""The commands of a markdown file, run in their order in one bash, as a reader runs them; and what they should say.

- A block of `sh` is run. One of `json` or `text` right after it is what it prints: … stands for what changes from run
  to run; of JSON also for any value, as a key for further fields, as the last of a list for further ones.
- A block of another language that begins with `# NAME` is put into a file of that name.
- Where the text before a block of `sh` says "(Not run by the tests: …)", or a comment right before it
  "<!-- not run: … -->", with the reason, it is not.
- A comment right before a block of `sh` leaves it to another test: <!-- run by tests/test_serve.py::test_name -->.
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
_NOT_RUN = re.compile(r"\(Not\s+run\s+by\s+the\s+tests:[^)]+\)|<!-- not run: [^>]+ -->\s*\Z")
_ELSEWHERE = re.compile(r"<!-- run by (\S+)::(\w+) -->\s*\Z")
_FILE = re.compile(r"# (\S+)\n")
_INDENTED = re.compile(r"^(?![-*\d ]).*\n\n(?: {4}|\t)\S", re.MULTILINE)
"""A block without a fence: after a paragraph that is no item of a list."""
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
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Of those that another test runs: its file and its name."""


class WrongOutputError(AssertionError):
    """A command that failed, or said something else than the file does."""


def read(markdown: str, by: str = "") -> Commands:
    """`by`: of the blocks of `sh` only those that a comment leaves to the test of this name."""
    run: list[Command] = []
    not_run: list[Command] = []
    files: dict[str, str] = {}
    elsewhere: list[tuple[str, str]] = []
    for language, text, before, line in _blocks(markdown):
        named, other = _FILE.match(text), _ELSEWHERE.search(before)
        if language == "sh" and (other[2] if other else "") == by:
            (not_run if _NOT_RUN.search(before) else run).append(Command(line, text))
        elif language == "sh" and other:
            elsewhere.append((other[1], other[2]))
        elif language in ("json", "text"):
            if run and not before.strip():
                run[-1] = Command(run[-1].line, run[-1].text, (language, text))
        elif named:
            files[named[1]] = text
    return Commands(tuple(run), tuple(not_run), files, tuple(elsewhere))


def languages(markdown: str) -> set[str]:
    """Those that its blocks name; "" where one names none, or is a block by being indented alone."""
    indented = {""} if _INDENTED.search(markdown) else set()
    return indented | {language for language, *_ in _blocks(markdown)}


def check(commands: Commands, folder: Path, said_as: Mapping[str, str], programs: Mapping[str, str] = {}) -> None:
    """Run them in this folder. `said_as`: what the file says -> what holds here, as an address. `programs`: the name of
    one -> what bash runs in its place, with its arguments as "$@".

    Raises WrongOutputError.
    """
    for name, content in commands.files.items():
        (folder / name).write_text(_put(content, said_as), encoding="utf-8")
    outputs = _run([_put(each.text, said_as) for each in commands.run], folder, programs)
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


def _run(commands: list[str], folder: Path, programs: Mapping[str, str]) -> list[str]:
    """What each of them said on both outputs, and once more what came after the last; fewer where one failed."""
    script = folder / "commands"
    named = "".join(f"{name}() {{ {instead}; }}\n" for name, instead in programs.items())
    script.write_text(named + "".join(f"{each}\necho\necho '{_MARK}'\n" for each in commands), encoding="utf-8")
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
