"""What the documents tell to do does what they say: their commands are run. And they leave out nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import commands
from tests.support.server import ROOT, ServerProcess


def test_every_command_of_the_api_s_page_does_what_it_says(tmp_path: Path) -> None:
    said = commands.read((ROOT / "docs/api.md").read_text(encoding="utf-8"))
    assert [each.text for each in said.not_run] == ["pip install websockets msgpack\n"]
    with ServerProcess(checkpoint_ms=60) as server:  # its own: the page guesses at tokens, and lists all public rooms
        commands.check(said, tmp_path, {"http://localhost:8000": server.url})


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
    assert (tmp_path / "greeting").read_text() == "# greeting\n"


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
