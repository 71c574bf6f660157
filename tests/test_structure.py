"""The house keeps its plan: imports go one way, and every setting is documented."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.config import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
# Which of the house's own packages, and which others, a room may import. app.py, serve.py and the command line build
# everything and may import all.
MAY_IMPORT = {
    "protocol": ({"protocol"}, {"msgpack", "msgspec"}),
    "server/core": ({"protocol.messages", "protocol.codes", "server.core"}, set()),
    "server/live": (
        {"protocol", "server.core", "server.live", "server.clock"},
        {"msgpack", "msgspec", "redis", "starlette", "uvicorn", "websockets"},
    ),
    "server/ledger": (
        {"protocol", "server.core", "server.ledger", "server.aside"},
        {"aiosqlite", "alembic", "sqlalchemy", "msgspec"},
    ),
    "server/demo": (
        {"protocol", "server.core", "server.demo", "server.ledger", "server.people", "server.app", "server.config"},
        set(),
    ),
    "server/people": (
        {"protocol.codes", "server.core", "server.people"},
        {"authlib", "httpx", "joserfc", "msgspec", "regex", "webauthn"},
    ),
    "server/porting": (
        {"protocol.data", "protocol.messages", "server.core", "server.porting"},
        {"icalendar", "msgspec"},
    ),
    "server/web": (
        {
            "protocol",
            "server.core",
            "server.people",
            "server.porting",
            "server.web",
            "server.aside",
            "server.__version__",
        },
        {"h11", "msgspec", "segno", "starlette", "uvicorn"},
    ),
}


def modules(folder: str) -> Iterator[Path]:
    return (path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_go_one_way(folder: str) -> None:
    ours, others = MAY_IMPORT[folder]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not is_within(name, ours | others)
    ]
    assert wrong == []


def test_the_core_reads_no_clock_and_does_no_io() -> None:
    forbidden = {"asyncio", "time", "socket", "os", "sqlite3", "random", "threading", "logging"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("server/core")
        for name in imports(path)
        if name.split(".")[0] in forbidden
    ]
    assert wrong == []
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("server/core")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and isinstance(node.ctx, ast.Load)
        if isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date")
    ]
    assert calls == []


def test_what_two_modules_of_tests_need_is_in_one_that_is_no_test() -> None:
    of_a_test = re.compile(r"^(?:from|import) tests\.(?:\w+\.)*test_.*", re.MULTILINE)
    found = {str(path): of_a_test.findall(path.read_text(encoding="utf-8")) for path in modules("tests")}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    missing = [setting.variable for setting in SETTINGS if f"`{setting.variable}`" not in text]
    assert missing == []


def test_no_file_holds_more_than_one_can_read_at_a_time() -> None:
    generated = {ROOT / "client/src/protocol.ts"}
    folders = ("protocol", "server", "client/src", "client/test", "bench", "tests")
    long = [
        f"{path.relative_to(ROOT)}: {len(lines)} lines"
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".ts", ".tsx", ".c", ".js")
        and path not in generated
        and not {"migrations", "node_modules", ".venv"} & {*path.parts[len(ROOT.parts) :]}
        if len(lines := path.read_text(encoding="utf-8").splitlines()) > 420
    ]
    assert long == []


CLIENT_LAYERS = {
    # Which of the client's own modules a layer may import; a view may import what it likes.
    "connection.ts": {"./clock", "./protocol", "./wire"},
    "sync.ts": {"./clock", "./own", "./protocol"},
    "own.ts": {"./protocol", "./store"},
}


def client_imports(path: Path) -> set[str]:
    return set(re.findall(r'from "(\.[^"]+)"', path.read_text(encoding="utf-8")))


def test_the_client_s_layers_know_only_what_lies_below_them() -> None:
    source = ROOT / "client/src"
    for name, allowed in CLIENT_LAYERS.items():
        assert client_imports(source / name) <= allowed, name
    below = list(source.glob("*.ts"))  # main.tsx builds everything and may import all
    assert below
    assert [path.name for path in below if any("/view" in each for each in client_imports(path))] == []


def test_what_is_locked_names_no_registry() -> None:
    peers = ROOT / "bench/peers"
    installed = [ROOT / "client", ROOT / "tests/lighthouse"]
    package_locks = [*(folder / "package-lock.json" for folder in installed), *peers.glob("*/package-lock.json")]
    resolved = re.compile(r'"resolved": "[^"]*:')  # a folder beside it is none
    assert [path for path in package_locks if resolved.search(path.read_text(encoding="utf-8"))] == []
    locks = [ROOT / "requirements.lock", *peers.glob("*/requirements.lock")]
    assert [path for path in locks if "://" in path.read_text(encoding="utf-8")] == []
