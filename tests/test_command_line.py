"""The command line: what it refuses and in which words, and what it does beside serving."""

import asyncio
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import asyncpg
import pytest

from server import __main__ as command_line
from server import config, doctor
from server.__main__ import lan_address, main
from server.ledger.engine import SQLITE_FILE
from server.ledger.ledger import SqlLedger
from server.ledger.migrations import versions
from tests.support.ledgers import prepare_sqlite
from tests.support.postgres import Postgres
from tests.support.server import ROOT, ServerProcess
from tests.support.wait import wait_until


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting but a data folder of the test's own, which is not there yet."""
    for name in os.environ:
        if name.startswith("WORDTIDE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WORDTIDE_DATA", str(tmp_path / "data"))
    return tmp_path


def test_more_workers_need_redis_and_postgresql_and_the_start_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["serve", "--workers", "2"]) == 1
    said = capsys.readouterr().err
    assert "WORDTIDE_REDIS_URL and WORDTIDE_DATABASE_URL" in said
    monkeypatch.setenv("WORDTIDE_REDIS_URL", "redis://127.0.0.1:1")
    assert main(["serve", "--workers", "2"]) == 1
    said = capsys.readouterr().err
    assert "set WORDTIDE_DATABASE_URL," in said
    assert "--workers 1" in said


def test_the_demo_fills_a_fresh_folder_and_touches_no_other(
    environment: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = ["demo", "--days", "3", "--until", "2026-11-27T22:00Z"]
    assert main(story) == 0
    said = capsys.readouterr().out
    assert re.search(r"7 writers with [1-9]\d* sprints and [1-9]\d* sessions, up to 2026-11-27 22:00 UTC", said)
    assert len(re.findall(r"^  \S+ +http://localhost:8000/in#[\w-]{20,}$", said, re.MULTILINE)) == 7
    written = (environment / "data" / SQLITE_FILE).read_bytes()
    assert main(story) == 1
    assert "already: set WORDTIDE_DATA to a new folder" in capsys.readouterr().err
    assert (environment / "data" / SQLITE_FILE).read_bytes() == written
    monkeypatch.setenv("WORDTIDE_DATABASE_URL", "postgresql://127.0.0.1:1/wordtide")
    assert main(story) == 1
    assert "unset WORDTIDE_DATABASE_URL" in capsys.readouterr().err


def test_a_demo_that_fails_leaves_no_database(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SqlLedger, "checkpoint", full)
    assert main(["demo", "--days", "3"]) == 1
    assert not (environment / "data" / SQLITE_FILE).exists()


def test_no_worker_at_all_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--workers", "0"]) == 1
    assert "--workers is 0" in capsys.readouterr().err


def test_a_wrong_setting_stops_the_start_with_its_name_and_what_is_allowed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDTIDE_REPORTING_S", "soon")
    assert main(["serve"]) == 1
    assert capsys.readouterr().err == "WORDTIDE_REPORTING_S is 'soon', but has to be a whole number from 1 to 86400.\n"


def test_a_misspelt_setting_is_pointed_out_and_the_work_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDTIDE_REPORTIN_S", "60")
    assert main(["migrate"]) == 0
    said = capsys.readouterr()
    assert said.err == "WORDTIDE_REPORTIN_S is no setting of Wordtide and does nothing.\n"
    assert said.out == "The database is at this version.\n"


def test_what_is_no_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    demos = [["demo", "--days", days] for days in ("0", "-5", "365", "x")]
    demos += [["demo", "--until", until] for until in ("soon", "0001-01-03", "1969-12-31T22:00Z", "9999-12-31T23:00Z")]
    for wrong in ["dance"], [], ["serve", "--port", "x"], ["backup"], *demos:
        with pytest.raises(SystemExit) as refused:
            main(wrong)
        assert refused.value.code == 2
    assert "usage: wordtide" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"Port {port} on 127.0.0.1 is in use" in said
    assert "--port" in said


def test_what_is_no_port_and_no_address_of_this_machine_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for port in "99999", "-1":
        assert main(["serve", f"--port={port}"]) == 1
        assert f"--port is {port}, but has to be from 1 to 65535" in capsys.readouterr().err
    for host in "192.0.2.1", "no.such.host.invalid":
        assert main(["serve", "--host", host]) == 1
        assert f"Cannot listen on {host}, port 8000" in capsys.readouterr().err


def test_port_0_is_any_free_one_and_is_told() -> None:
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[-1]
            with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
                assert answer.status == 200
        finally:
            server.terminate()
        assert server.wait(20) == 0


def test_a_database_that_is_away_stops_the_start_with_its_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDTIDE_DATABASE_URL", "postgresql://ana:geheim@127.0.0.1:1/x")
    for command in ["serve", "--port", "0"], ["migrate"]:
        assert main(command) == 1
        said = capsys.readouterr().err
        assert "WORDTIDE_DATABASE_URL names, postgresql://ana:***@127.0.0.1:1/x, cannot be opened" in said
        assert "geheim" not in said


def test_a_database_of_a_newer_version_is_left_alone(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _by_a_newer_version(environment / "data")
    assert main(["migrate"]) == 1
    said = capsys.readouterr().err
    assert "WORDTIDE_DATA" in said
    assert "a newer Wordtide has changed it" in said


def _by_a_newer_version(data: Path) -> Path:
    prepare_sqlite(data)
    file = data / SQLITE_FILE
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    return file


def test_what_is_no_database_is_told(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (environment / "data").mkdir()
    (environment / "data" / SQLITE_FILE).write_bytes(b"Dear diary, " * 100)
    assert main(["migrate"]) == 1
    assert "cannot be opened: file is not a database" in capsys.readouterr().err


def test_a_password_from_a_file_opens_the_database_and_a_wrong_one_or_an_unknown_user_is_told(
    environment: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres = Postgres.start_new()
    try:
        asyncio.run(_demand_password(postgres, "p@ss/w:rd"))
        file = environment / "password"
        monkeypatch.setenv("WORDTIDE_DATABASE_PASSWORD_FILE", str(file))
        monkeypatch.setenv("WORDTIDE_DATABASE_URL", postgres.url())
        file.write_text("p@ss/w:rd\n")
        assert main(["migrate"]) == 0
        assert main(["doctor"]) in (0, 1)  # pages may not be built
        assert "ok  database: PostgreSQL" in capsys.readouterr().out
        file.write_text("guessed")
        assert main(["migrate"]) == 1
        assert 'cannot be opened: password authentication failed for user "wordtide"' in capsys.readouterr().err
        monkeypatch.setenv("WORDTIDE_DATABASE_URL", postgres.url().replace("wordtide@", "nobody-here@"))
        assert main(["migrate"]) == 1
        said = capsys.readouterr().err
        assert "WORDTIDE_DATABASE_URL" in said
        assert "guessed" not in said
    finally:
        postgres.close()


async def _demand_password(postgres: Postgres, password: str) -> None:
    connection = await asyncpg.connect(postgres.url())
    await connection.execute(f"ALTER ROLE wordtide PASSWORD '{password}'")
    (postgres.data / "pg_hba.conf").write_text("local all all scram-sha-256\n")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    await wait_until(lambda: _is_refused(postgres))


async def _is_refused(postgres: Postgres) -> bool:
    try:
        await (await asyncpg.connect(postgres.url())).close()
    except asyncpg.InvalidPasswordError:
        return True
    return False


def test_a_second_server_on_the_same_folder_is_refused(
    shared_server: ServerProcess, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(shared_server.settings["data"])
    monkeypatch.setenv("WORDTIDE_DATA", folder)
    assert main(["serve", "--port", "0"]) == 1
    said = capsys.readouterr().err
    assert folder in said
    assert "WORDTIDE_DATA" in said


def test_a_backup_beside_the_running_server_is_a_whole_database(
    shared_server: ServerProcess,
    environment: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORDTIDE_DATA", str(shared_server.settings["data"]))
    file = environment / "copy.sqlite3"
    assert main(["backup", str(file)]) == 0
    assert str(file) in capsys.readouterr().out
    with sqlite3.connect(file) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    copy.close()
    assert {"writers", "rooms", "sprints", "writing_sessions"} <= tables
    assert main(["backup", str(file)]) == 1  # never over a file that is there
    assert "exists already" in capsys.readouterr().err
    assert main(["backup", str(environment / "nowhere" / "copy.sqlite3")]) == 1
    assert f"There is no folder {environment / 'nowhere'}" in capsys.readouterr().err


def test_a_backup_of_nothing_and_of_postgresql_are_refused(
    environment: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = environment / "copy.sqlite3"
    assert main(["backup", str(file)]) == 1
    assert not file.exists()
    said = capsys.readouterr().err
    assert str(environment / "data") in said
    monkeypatch.setenv("WORDTIDE_DATABASE_URL", "postgresql://127.0.0.1:1/x")
    assert main(["backup", str(file)]) == 1
    said = capsys.readouterr().err
    assert "pg_dump" in said
    assert "the database does not answer" in said


def test_the_doctor_says_what_is_found_and_how_to_mend_it(
    environment: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = environment / "dist"
    pages.mkdir()
    (pages / "index.html").write_text("")
    monkeypatch.setattr("server.doctor.CLIENT", pages)
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "SQLite" in said
    assert not [each for each in said.splitlines() if each.startswith("--")]
    monkeypatch.setenv("WORDTIDE_REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("WORDTIDE_DATABASE_URL", "postgresql://127.0.0.1:1/x")
    monkeypatch.setenv("WORDTIDE_OPENID_ISSUER", "http://127.0.0.1:1")
    monkeypatch.setenv("WORDTIDE_OPENID_CLIENT_ID", "wordtide")
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "Mend WORDTIDE_OPENID_ISSUER" in said
    assert "mend WORDTIDE_DATABASE_URL" in said
    assert "mend WORDTIDE_REDIS_URL" in said


def test_the_doctor_finds_what_answers_in_another_language(
    capsys: pytest.CaptureFixture[str], shared_server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDTIDE_REDIS_URL", f"redis://127.0.0.1:{shared_server.port}")
    monkeypatch.setenv("WORDTIDE_DATABASE_URL", f"postgresql://ana:geheim@127.0.0.1:{shared_server.port}/x")
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "mend WORDTIDE_DATABASE_URL" in said
    assert "mend WORDTIDE_REDIS_URL" in said
    assert "geheim" not in said


def test_on_a_local_network_the_address_to_give_is_printed_with_its_qr_code(capsys: pytest.CaptureFixture[str]) -> None:
    command_line._greet("127.0.0.1", 8000, lan=True)
    said = capsys.readouterr().out
    assert "http://localhost:8000" in said
    assert f"http://{lan_address()}:8000" in said
    assert "█" in said


@pytest.mark.parametrize(
    ("host", "name"),
    [("0.0.0.0", "localhost"), ("::1", "localhost"), ("fd00::7", "[fd00::7]"), ("tide.lan", "tide.lan")],
)
def test_the_address_that_is_printed_can_be_opened(capsys: pytest.CaptureFixture[str], host: str, name: str) -> None:
    command_line._greet(host, 8000, lan=False)
    assert capsys.readouterr().out == f"Wordtide is open at http://{name}:8000\n"


def test_without_a_network_no_address_is_given_that_leads_nowhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "lan_address", lambda: None)
    command_line._greet("127.0.0.1", 8000, lan=True)
    said = capsys.readouterr().out
    assert "no address in a network" in said
    assert "█" not in said


def test_the_doctor_sees_a_database_that_the_server_would_refuse(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _by_a_newer_version(environment / "data")
    assert main(["doctor"]) == 1
    assert "a newer Wordtide has changed it" in capsys.readouterr().out
    file.write_bytes(b"no database" * 500)
    assert main(["doctor"]) == 1
    assert "file is not a database" in capsys.readouterr().out


def test_the_doctor_looks_into_a_folder_whatever_its_name(environment: Path) -> None:
    folder = environment / "a#b?c%41"
    folder.mkdir()
    with sqlite3.connect(folder / SQLITE_FILE) as database:
        database.execute("CREATE TABLE alembic_version AS SELECT ? AS version_num", (max(versions()),))
    database.close()
    assert doctor._sqlite(folder / SQLITE_FILE).mend == ""
    assert os.listdir(environment) == [folder.name]


def test_python_m_server_is_the_command_line_and_imports_nothing_that_few_starts_need() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "server", "serve", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--lan" in done.stdout
    imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "server.ledger.migrations" in imported
    assert not imported & {"alembic", "asyncpg", "authlib", "httpx", "redis", "segno"}


def test_the_containers_are_given_settings_that_there_are_and_one_password() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    environment = dict.fromkeys(re.findall(r"^ +(WORDTIDE_\w+):", compose, re.MULTILINE), "")
    assert len(environment) == 5
    assert config.unknown(environment) == []
    assert set(re.findall(r"/run/secrets/(\w+)", compose)) == {"postgres_password"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here to read the unit")
def test_systemd_reads_the_unit_as_it_is_meant(tmp_path: Path) -> None:
    unit = (ROOT / "deploy" / "wordtide@.service").read_text(encoding="utf-8")
    assert "ExecStart=/opt/wordtide/bin/wordtide serve " in unit
    here = tmp_path / "wordtide@8000.service"
    here.write_text(unit.replace("/opt/wordtide/bin/wordtide", sys.executable))
    beside = tmp_path / "wordtide@.service.d"
    beside.mkdir()
    shutil.copy(ROOT / "deploy" / "database-password.conf", beside)
    read = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")
