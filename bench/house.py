"""Wordtide as it is deployed, two server processes over a real Redis and PostgreSQL, and writers with sessions."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from bench.guests import new_guests
from bench.loader import Client, Load, PhaseTold
from server.people import sessions
from tests.support.postgres import Postgres
from tests.support.server import ServerProcess
from tests.support.valkey import Valkey, system_binary

PROCESSES = 2
SPRINT_MINUTES = 60
TOLD_MS = 20_000
NEVER_BIG = 1_000_000
"""For the setting big_from: full rows to rooms of any size that is measured here."""


@dataclass(frozen=True, slots=True)
class House:
    """Running. Pids are those whose process trees are measured."""

    servers: Sequence[ServerProcess]
    redis: Valkey
    postgres: Postgres

    @property
    def server_pids(self) -> list[int]:
        return [server.pid for server in self.servers]

    def sign_in(self, writers: int) -> list[Client]:
        """So many guests, each with a session; they are spread over the processes in turn."""
        tokens = new_guests(self.postgres.url(), writers)
        return [_client(self.servers[number % PROCESSES].port, token) for number, token in enumerate(tokens)]

    def make_room(self, host: Client) -> str:
        """The slug of a new room of this writer's."""
        made = _ask(host, "POST", "/api/rooms", {"title": "The measured hour", "visibility": "unlisted"})
        return str(made["slug"])

    def start_sprint(self, load: Load, host: Client, room: str, delay_s: float = 0) -> Sequence[PhaseTold]:
        """What the clients, who are in the room, were told of its sprint until it was under way.

        Raises RuntimeError if one of them was not: what is measured then is no sprint.
        """
        load.forget_phases()
        body = {"minutes": SPRINT_MINUTES, "delay_s": delay_s}
        _ask(host, "POST", f"/api/rooms/{room}/sprints", body)
        told = load.phases(2 if delay_s else 1, TOLD_MS)
        if told.late:
            raise RuntimeError(f"not everybody heard that the sprint has begun: {told.phases}")
        return told.phases


@contextmanager
def house(postgres: Postgres, ports: Sequence[int] = (0,) * PROCESSES, **settings: Any) -> Iterator[House]:
    """A fresh Redis and two fresh server processes, on `ports` or any, on a PostgreSQL that is there already."""
    with ExitStack() as stack:
        redis = stack.enter_context(Valkey(system_binary(), tcp=True))
        where = {"redis_url": redis.url, "database_url": postgres.url(), "log_level": "warning"} | settings
        servers = [stack.enter_context(ServerProcess(port=port, **where)) for port in ports]
        yield House(servers, redis, postgres)


def _client(port: int, token: str) -> Client:
    cookie = f"Cookie: {sessions.cookie_name(None)}={token}"
    return Client(port, (cookie, f"Origin: http://127.0.0.1:{port}"))


def _ask(client: Client, method: str, path: str, body: object) -> Any:
    """The JSON of an answer. Raises RuntimeError, with what it says, for a refusal."""
    line = HTTPConnection("127.0.0.1", client.port, timeout=30)
    try:
        headers = dict(header.split(": ", 1) for header in client.headers)
        line.request(method, path, json.dumps(body), {"Content-Type": "application/json", **headers})
        answer = line.getresponse()
        text = answer.read()
    finally:
        line.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path} answers {answer.status}: {text.decode(errors='replace')}")
    return json.loads(text)
