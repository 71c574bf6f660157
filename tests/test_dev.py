"""./dev: what it says of itself, what it does anew after a change, and that nothing of it goes on alone."""

import os
import re
import select
import signal
import subprocess
from pathlib import Path

import hatch_build
from tests.support.server import ROOT

ENDED_S = 10
STAND_IN = """\
#!/bin/sh
echo "${0##*/}" >"/dev/fd/$HELD"
exec sleep 60
"""


def test_dev_says_what_it_can_do_and_refuses_what_it_cannot() -> None:
    for asked in ["help"], ["--help"], []:
        helped = subprocess.run([ROOT / "dev", *asked], capture_output=True, text=True, check=True)
        assert "./dev run [ARGS]" in helped.stdout
    refused = subprocess.run([ROOT / "dev", "nonsense"], capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "There is no ./dev nonsense." in refused.stderr
    assert "./dev run [ARGS]" in refused.stderr


def test_what_a_command_remembers_is_not_overwritten_by_what_it_calls() -> None:
    """sh knows no local names: what apt had said was once taken for the folder of the logs."""
    functions, commands = (ROOT / "dev").read_text(encoding="utf-8").split('case "$command" in')
    assigned = [set(re.findall(r"(?<![\w-])([a-z_]+)=", part)) for part in (functions, commands)]
    assert "apt_said" in assigned[0]
    assert "logs" in assigned[1]
    assert assigned[0] & assigned[1] == set()


def test_the_system_s_own_python_is_taken_before_what_somebody_built(tmp_path: Path) -> None:
    (tmp_path / "python3.13").symlink_to("/bin/true")  # knows everything it is asked for
    functions = (ROOT / "dev").read_text(encoding="utf-8").split("command=${1:-help}")[0]
    asked = functions.replace('cd "$(dirname "$0")"', "") + "\npython_at_hand"
    environment = {"PATH": f"{tmp_path}:/bin"}
    taken = subprocess.run(["sh", "-c", asked], env=environment, capture_output=True, text=True, check=True)
    would_do = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"
    has_own = (
        Path("/usr/bin/python3").exists()
        and not subprocess.run(["/usr/bin/python3", "-c", would_do], stderr=subprocess.DEVNULL, check=False).returncode
    )
    assert taken.stdout == ("/usr/bin/python3\n" if has_own else "python3.13\n")


def test_pages_are_built_anew_after_a_change_of_whatever_they_are_made_of() -> None:
    found = re.search(r"find (client/.+) -type f", (ROOT / "dev").read_text(encoding="utf-8"))
    assert found is not None
    assert {each.removeprefix("client/") for each in found.group(1).split()} == set(hatch_build.SOURCES)
    beside = {path.name for path in (ROOT / "client").iterdir() if path.suffix in (".html", ".json", ".ts")}
    assert beside - set(hatch_build.SOURCES) == {"package.json"}  # what counts of it is in package-lock.json


def test_ctrl_c_ends_what_goes_on_behind_the_tests(tmp_path: Path) -> None:
    """Each tool is a stand-in that holds the pipe for as long as it lives."""
    for each in ROOT.iterdir():
        if each.name != ".venv":
            (tmp_path / each.name).symlink_to(each)
    tools = tmp_path / ".venv/bin"
    tools.mkdir(parents=True)
    (tools / "../.wordtide").symlink_to(ROOT / ".venv/.wordtide")
    for each in (ROOT / ".venv/bin").iterdir():
        if each.name not in ("ruff", "mypy", "python"):
            (tools / each.name).symlink_to(each)
    (tools / "ruff").symlink_to("/bin/true")
    for name in "mypy", "python":
        (tools / name).write_text(STAND_IN)
        (tools / name).chmod(0o755)
    told, held = os.pipe()
    with open(told, "rb", buffering=0) as line:
        running = subprocess.Popen(
            [tmp_path / "dev", "test"],
            env=os.environ | {"HELD": str(held)},
            pass_fds=[held],
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        os.close(held)
        began = sorted(line.readline() for _ in range(3))
        assert began == [b"mypy\n", b"python\n", b"python\n"]  # types, the pages' types, and the tests
        os.killpg(running.pid, signal.SIGINT)
        assert select.select([line], [], [], ENDED_S)[0], "something goes on"
        assert line.read() == b""
        assert running.wait(ENDED_S) != 0
