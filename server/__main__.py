"""The command line: serve, migrate, backup, amnesty, link, demo, doctor."""

import argparse
import asyncio
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from server import __version__, amnesty, backup, config, link
from server.app import open_ledger
from server.config import SettingError, Settings
from server.demo import command as demo
from server.demo.story import YEAR
from server.serve import run_one
from server.workers import run_many


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="wordtide", description="The server that writers sprint on.")
    top.add_argument("--version", action="version", version=f"wordtide {__version__}")
    commands = top.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server")
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine only)"
    )
    serve.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000; 0: any free one)")
    serve.add_argument("--workers", type=int, default=1, help="processes; more than one needs Redis and PostgreSQL")
    serve.add_argument("--lan", action="store_true", help="let others on this network in, and show the address to give")
    commands.add_parser("migrate", help="bring the database to this version")
    copy = commands.add_parser("backup", help="write a copy of the database to a file, while the server runs")
    copy.add_argument("file", type=Path)
    story = commands.add_parser("demo", help="fill a fresh data folder with a year of several writers, to look at")
    story.add_argument("--seed", type=int, default=1, help="another number tells another year (default 1)")
    story.add_argument("--until", type=_instant, help="when the year ends, as 2026-11-27T22:00Z (default: now)")
    story.add_argument("--days", type=_days, default=YEAR, help=f"how long it is (default and most: {YEAR})")
    amnesty.describe(
        commands.add_parser("amnesty", help="declare a day neutral for every streak, while the server runs")
    )
    link.describe(commands.add_parser("link", help="make a link that signs a writer in, while the server runs"))
    commands.add_parser("doctor", help="say what is found here, what is missing, and how to mend it")
    return top


def _instant(text: str) -> datetime:
    """Without an offset it is in UTC. Raises ArgumentTypeError, also where a year before it could not be kept."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write it as 2026-11-27T22:00Z") from None
    if not 1972 <= said.year <= 2098:
        raise argparse.ArgumentTypeError(f"{text!r} lies outside of what is kept: choose a year from 1972 to 2098")
    return said if said.tzinfo is not None else said.replace(tzinfo=UTC)


def _days(text: str) -> int:
    """Raises ArgumentTypeError."""
    if not (text.isdecimal() and 1 <= int(text) <= YEAR):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {YEAR}")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    try:
        settings = config.read()
        for name in config.unknown():
            print(f"{name} is no setting of Wordtide and does nothing.", file=sys.stderr)
        match arguments.command:
            case "serve":
                return _serve(settings, arguments)
            case "migrate":
                return asyncio.run(_migrate(settings))
            case "backup":
                return backup.run(settings, arguments.file)
            case "demo":
                return demo.demo(settings, arguments.seed, arguments.until, arguments.days)
            case "amnesty":
                return asyncio.run(amnesty.run(settings, arguments))
            case "link":
                return asyncio.run(link.run(settings, arguments))
            case _:
                return asyncio.run(_doctor(settings))
    except (SettingError, OSError, RuntimeError) as error:
        print(_text(error), file=sys.stderr)
        return 1


def _text(error: Exception) -> str:
    """Of an OSError without its number: where the house raises one, its words are for people."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)


def _serve(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.workers < 1:
        raise SettingError(f"--workers is {arguments.workers}, but has to be 1 or more.")
    if not 0 <= arguments.port <= 65_535:
        raise SettingError(f"--port is {arguments.port}, but has to be from 1 to 65535, or 0 for any that is free.")
    if arguments.workers > 1:
        _demand_shared(settings)
    host = "0.0.0.0" if arguments.lan else arguments.host

    def started(port: int) -> None:
        _greet(arguments.host, port, arguments.lan)

    if arguments.workers == 1:
        run_one(settings, host, arguments.port, False, started)
        return 0
    return run_many(settings, host, arguments.port, arguments.workers, started)


def _demand_shared(settings: Settings) -> None:
    missing = [
        variable
        for variable, value in (
            ("WORDTIDE_REDIS_URL", settings.redis_url),
            ("WORDTIDE_DATABASE_URL", settings.database_url),
        )
        if value is None
    ]
    if missing:
        raise SettingError(
            "More than one process needs Redis, to relay counts, and PostgreSQL, to keep them: "
            f"set {' and '.join(missing)}, or serve with --workers 1."
        )


def _greet(host: str, port: int, lan: bool) -> None:
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else f"[{host}]" if ":" in host else host
    print(f"Wordtide is open at http://{name}:{port}", flush=True)
    if lan:
        found = lan_address()
        if found is None:
            print("This machine has no address in a network just now: nobody else can join.", flush=True)
            return
        address = f"http://{found}:{port}"
        print(f"Others on this network join at {address}\n", flush=True)
        import segno  # not at the start of every server: few are asked for it

        segno.make(address, error="m").terminal(compact=True)
        sys.stdout.flush()


def lan_address() -> str | None:
    """This machine's address in its network. Nothing is sent: connecting a datagram socket only picks a route.

    None where there is none. A network without a way out has no such route: a broadcast finds it all the same.
    """
    for anybody in ("192.0.2.1", "255.255.255.255"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            try:
                probe.connect((anybody, 9))
            except OSError:
                continue
            found = str(probe.getsockname()[0])
            if not found.startswith("127."):
                return found
    return None


async def _migrate(settings: Settings) -> int:
    await (await open_ledger(settings)).close()
    print("The database is at this version.")
    return 0


async def _doctor(settings: Settings) -> int:
    from server import doctor  # asks by every driver, which a server need not import to start

    return await doctor.report(settings)


if __name__ == "__main__":
    sys.exit(main())
