"""`./dev scale [N] [--port P]`: what docker-compose.yml describes as plain processes on this machine.

N servers on the ports P, P+1, ... over a real Valkey and a real PostgreSQL, until Ctrl-C. Keeps nothing.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from tests.support.postgres import Postgres
from tests.support.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev scale", description=__doc__)
    parser.add_argument("servers", nargs="?", type=int, default=2, help="how many (default 2)")
    parser.add_argument("--port", type=int, default=8000, help="the first one's port (default 8000)")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        valkey = stack.enter_context(Valkey())
        postgres = Postgres.start_new()
        stack.callback(postgres.close)
        environment = {
            **os.environ,
            "WORDTIDE_REDIS_URL": valkey.url,
            "WORDTIDE_DATABASE_URL": postgres.url(),
        }
        subprocess.run([sys.executable, "-m", "server", "migrate"], cwd=ROOT, env=environment, check=True)
        ports = range(arguments.port, arguments.port + arguments.servers)
        servers = [_serve(port, environment) for port in ports]
        stack.callback(_end, servers)
        print(f"Redis at {valkey.url}\nPostgreSQL at {postgres.url()}\nCtrl-C ends all of it.", flush=True)
        while not stop.wait(timeout=0.5):
            dead = [server for server in servers if server.poll() is not None]
            if dead:
                print(f"server process {dead[0].pid} ended with {dead[0].returncode}", file=sys.stderr)
                return 1
    return 0


def _serve(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "server", "serve", "--port", str(port)]
    # A session of its own: Ctrl-C reaches this process alone, which ends the others in order.
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


def _end(servers: list[subprocess.Popen[bytes]]) -> None:
    for server in servers:
        server.terminate()
    for server in servers:
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


if __name__ == "__main__":
    sys.exit(main())
