"""The wheel as somebody has it who installed it: in an environment of its own, without Node, without this checkout."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, distribution
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from tests.support.server import ROOT, Child, ServerProcess


def build_wheel(folder: Path) -> Path:
    """With the pages as they are built here. Raises CalledProcessError."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, environment: Path) -> None:
    """Into a new environment, with what the wheel says that it needs and nothing else.

    That is linked from the environment of the tests, where it stands as it is locked: nothing is fetched.
    """
    _uv("venv", "-p", sys.executable, environment)
    _uv("pip", "install", "--offline", "--no-deps", "-p", environment, wheel)
    (packages,) = environment.glob("lib/python*/site-packages")
    (itself,) = Distribution.discover(name="wordtide", path=[str(packages)])
    for needed in _needed(itself):
        _link(needed, packages)


def _uv(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "uv", *map(str, arguments)], check=True, capture_output=True)


def _needed(itself: Distribution) -> Iterator[Distribution]:
    todo, found = [itself], set[tuple[str, str]]()
    extras_of = {itself.name: {""}}
    while todo:
        current = todo.pop()
        for said in current.requires or ():
            requirement = Requirement(said)
            wanted = extras_of[current.name]
            if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in wanted):
                continue
            needed = distribution(requirement.name)
            extras = {"", *requirement.extras}
            if extras <= extras_of.get(needed.name, set()):
                continue
            extras_of.setdefault(needed.name, set()).update(extras)
            todo.append(needed)
            if (needed.name, needed.version) not in found:
                found.add((needed.name, needed.version))
                yield needed


def _link(package: Distribution, to: Path) -> None:
    for file in package.files or ():
        if ".." not in file.parts:
            _link_file(Path(str(file.locate())), to / file)


def _link_file(source: Path, target: Path) -> None:
    """A module goes with what it was compiled to, which takes seconds for all of them."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # on another file system
        shutil.copy2(source, target)
    if source.suffix == ".py":
        compiled = Path(cache_from_source(str(source)))
        if compiled.exists():
            _link_file(compiled, target.parent / compiled.parent.name / compiled.name)


def installed_server(installed: Path, **settings: Any) -> ServerProcess:
    """`wordtide serve` of an environment, whose programs are all that it finds."""
    programs = installed / "bin"

    def begin(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Child:
        alone = {**environment, "PATH": str(programs)}
        command = [str(programs / "wordtide"), *arguments]
        with log.open("ab") as said:
            return subprocess.Popen(command, cwd=programs, env=alone, stdout=said, stderr=said, start_new_session=True)

    server = ServerProcess(**settings)
    server.begin = begin
    return server
