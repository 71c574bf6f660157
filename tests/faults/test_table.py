"""The table in this package's docstring: each fault has a file of tests, and each file its place."""

import ast
from pathlib import Path

import tests.faults

HERE = Path(__file__).parent


def rows() -> dict[str, str]:
    """Fault -> file."""
    cells = [[cell.strip() for cell in line.split("|")] for line in (tests.faults.__doc__ or "").splitlines()]
    return {each[0]: each[2] for each in cells if len(each) == 3 and each[0] and each[2].startswith("test_")}


def names_of_tests(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [each.name for each in tree.body if isinstance(each, ast.AsyncFunctionDef) and each.name.startswith("test_")]


def test_each_fault_has_tests_and_each_file_of_tests_is_in_the_table() -> None:
    files = {path.stem: names_of_tests(path) for path in HERE.glob("test_*.py") if path != Path(__file__)}
    assert sorted(rows().values()) == sorted(files)
    assert [name for name, found in files.items() if not found] == []


def test_what_faults_leave_behind_is_looked_at_whole() -> None:
    """Each row's file asks everybody whether they agree; only where there is no fault is there nothing to ask."""
    asks = {path.stem for path in HERE.glob("test_*.py") if ".agree(" in path.read_text(encoding="utf-8")}
    assert {name for fault, name in rows().items() if not fault.startswith("none")} <= asks
