"""What the documents tell to do does what they say: their commands are run. And they leave out nothing."""

import ast
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import commands
from tests.support.server import ROOT, ServerProcess

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (".", "docs", "bench", "protocol", "server", "tests", "client/src")
    for path in (ROOT / folder).glob("*.md" if folder == "." else "**/*.md")
    if "node_modules" not in path.parts
)
LANGUAGES = {"sh", "json", "text", "python", "toml"}
DEV = f"""(
    [ "$1" = run ] || exec {ROOT}/dev "$@"
    {ROOT}/dev "$@" --port 0 >open 2>&1 & server=$!
    until grep -q "is open at" open; do kill -0 $server || {{ cat open; exit 1; }}; sleep 0.05; done
    kill $server; wait $server
)"""
"""Serving has no end of its own: it is ended once it is open, and has to end well."""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_is_run_or_the_page_says_that_it_is_not(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert commands.languages(text) <= LANGUAGES
    said = commands.read(text)
    for file, test in said.elsewhere:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")
    if said.run:
        monkeypatch.setenv("WORDTIDE_DATA", str(tmp_path / "data"))
        with ExitStack() as stack:
            said_as = {}
            if "http://localhost:8000" in "".join(each.text for each in said.run):  # its own: pages guess at tokens
                said_as["http://localhost:8000"] = stack.enter_context(ServerProcess(checkpoint_ms=60)).url
            commands.check(said, tmp_path, said_as, {"./dev": DEV})


def test_links_and_the_files_that_contributing_names_are_there() -> None:
    gone = [
        f"{page} leads to {link}"
        for page in PAGES
        for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))
        if not (ROOT / page).parent.joinpath(link).exists()
    ]
    assert gone == []
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").replace("v0005_NAME", "v0001_first_schema")
    named = re.findall(r"`([a-z][\w-]*(?:/[\w.-]+)+/?)`", text)
    assert "tests/test_structure.py" in named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_most_commands_of_the_api_s_page_are_run() -> None:
    said = commands.read((ROOT / "docs/api.md").read_text(encoding="utf-8"))
    assert [each.text for each in said.not_run] == ["pip install websockets msgpack\n"]
    assert said.elsewhere == ()


PAGE = """
# A page

```sh
echo 'one line'; NAME=Ann
```

```text
one …
```

It cannot be had everywhere. (Not run by the tests: it
takes a minute.)

```sh
exit 7
```

<!-- run by tests/test_other.py::test_it -->

```sh
exit 8
```

```sh
echo '{"name": "'$NAME'", "rooms": [1, 2], "at": "noon"}'; cat greeting
```

```json
{"name": "Ann", "rooms": [1, "…"], "…": "…"}
```

```text
# greeting
```
"""


def test_a_page_is_run_in_one_shell_and_leaves_out_what_it_says(tmp_path: Path) -> None:
    said = commands.read(PAGE.replace("cat greeting", "").replace("```text\n# greeting", "```python\n# greeting"))
    commands.check(said, tmp_path, {})
    assert [each.text for each in said.not_run] == ["exit 7\n"]
    assert said.elsewhere == (("tests/test_other.py", "test_it"),)
    assert (tmp_path / "greeting").read_text() == "# greeting\n"


def test_blocks_that_name_no_language_are_found() -> None:
    assert commands.languages(PAGE) == {"sh", "json", "text"}
    assert "" in commands.languages("```\nmake\n```\n")
    assert "" in commands.languages("Do so:\n\n    make\n")
    assert commands.languages("- Do so:\n\n    with care\n") == set()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("one …", "two …"),
        ("one …", "one line and more"),
        ('"name": "Ann"', '"name": "Ben"'),
        ('[1, "…"]', "[1]"),
        ('[1, "…"]', '[1, 2, 3, "…"]'),
        (', "…": "…"}', "}"),
        ('{"name"', '{"id": "…", "name"'),
        ("cat greeting", "echo no JSON"),
        ("cat greeting", "false"),
    ],
)
def test_what_is_not_as_the_page_says_is_found(tmp_path: Path, right: str, wrong: str) -> None:
    page = PAGE.replace("cat greeting", "") if right != "cat greeting" else PAGE
    with pytest.raises(commands.WrongOutputError, match="line "):
        commands.check(commands.read(page.replace(right, wrong)), tmp_path, {})


LOUD = {"warning", "error", "exception", "critical", "log"}


def loud_lines() -> Iterator[str]:
    """What the server's code logs at warning and above, or at a level that is decided later, with … for each value."""
    for path in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=logger, attr=how), args=[*_, _] as said) if (
                    how in LOUD and ast.unparse(logger).rpartition(".")[2] in ("log", "logger")
                ):
                    line = next(each.value for each in said if isinstance(each, ast.Constant))
                    assert isinstance(line, str), f"{path}:{node.lineno}"
                    yield re.sub(r"%[a-z]", "…", line.strip())


def test_operations_explains_each_line_that_the_log_can_say_and_no_other() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    table = text.partition("## What the log says\n")[2].partition("\n## ")[0]
    explained = set(re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE))
    assert explained == set(loud_lines())
