"""A whole server without a port: the real ledger on SQLite, the real live plane, and clients that talk to it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from starlette.applications import Starlette
from starlette.websockets import WebSocket

from server.app import passes
from server.clock import Clock
from server.core.instants import iso
from server.core.sprint import Limits
from server.ledger.ledger import SqlLedger
from server.live.plane import Plane, Tasks, Timing
from server.live.relay import MemoryRelay
from server.live.rooms import Rooms
from server.people import alike
from server.web.app import build
from server.web.metrics import Metrics
from server.web.openid_ports import OpenIdProvider
from server.web.ports import Services
from tests.support.clocks import Ahead
from tests.support.ledgers import prepare_sqlite
from tests.support.provider import Provider

HOST = "tide.test"
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    public_url: str | None = None


@dataclass(slots=True)
class House:
    app: Starlette
    ledger: SqlLedger
    rooms: Rooms
    clock: Clock
    forward: Ahead
    stack: AsyncExitStack
    data: Path
    provider: Provider = field(init=False)
    """Who people are elsewhere, in the houses of the fixture."""

    async def stranger(self, base_url: str = f"http://{HOST}", **more: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return await self.stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=base_url, **more))

    async def writer(self, name: str = "Ann", zone: str = "Europe/London") -> httpx.AsyncClient:
        client = await self.stranger()
        answer = await client.post("/api/session", json={"name": name, "zone": zone})
        assert answer.status_code == 200, answer.text
        return client

    async def count(self, writer: httpx.AsyncClient, sprint: dict[str, Any], words: int, active_ms: int = 0) -> None:
        """Store it as the writer's count, as of now."""
        count = {"seq": self.clock.now(), "words": words, "flags": 0, "active_ms": active_ms}
        answer = await writer.post(f"/api/sprints/{sprint['id']}/count", json=count)
        assert answer.status_code == 200, answer.text

    def travel(self, seconds: float) -> None:
        self.forward.ahead_s += seconds


@asynccontextmanager
async def open_house(
    data: Path,
    static: Path | None = None,
    public_url: str | None = None,
    min_sprint_s: int = 60,
    openid: OpenIdProvider | None = None,
) -> AsyncIterator[House]:
    limits = Limits(min_sprint_s=min_sprint_s)
    forward = Ahead()
    clock = Clock(forward=forward)
    async with AsyncExitStack() as stack:
        prepare_sqlite(data)
        ledger = await SqlLedger.open(None, data, limits)
        stack.push_async_callback(ledger.close)
        relay = MemoryRelay()
        plane = Plane(ledger, relay, clock, limits, Timing(checkpoint_ms=50), Tasks(), likeness=alike.likeness)
        stack.push_async_callback(plane.tasks.cancel)
        rooms = Rooms(plane)
        stack.callback(rooms.stop)
        await relay.start(rooms)
        stack.push_async_callback(relay.stop)
        services = Services(ledger, rooms, clock, Settings(public_url), Metrics(), openid, passes)
        app = build(services, static or data / "no-client", _no_socket)
        yield House(app, ledger, rooms, clock, forward, stack, data)


async def _no_socket(websocket: WebSocket) -> None:
    await websocket.close()


async def lose_database(house: House) -> None:
    """From now on nothing can be read or written: a folder lies where the database was."""
    await house.ledger.close()
    _put_folder_in_place(house.data / "wordtide.sqlite3")


def _put_folder_in_place(file: Path) -> None:
    file.unlink()
    file.mkdir()


async def new_room(host: httpx.AsyncClient, title: str = "Dawn pages", visibility: str = "public") -> dict[str, Any]:
    answer = await host.post("/api/rooms", json={"title": title, "visibility": visibility})
    assert answer.status_code == 201, answer.text
    room: dict[str, Any] = answer.json()
    return room


async def new_sprint(host: httpx.AsyncClient, slug: str, **asked: Any) -> dict[str, Any]:
    answer = await host.post(f"/api/rooms/{slug}/sprints", json=asked or {"minutes": 20, "delay_s": 0})
    assert answer.status_code == 201, answer.text
    sprint: dict[str, Any] = answer.json()
    return sprint


def manual(house: House, days_ago: float = 0, words: int = 300, minutes: float = 25, **more: Any) -> dict[str, Any]:
    """A session to be entered by hand."""
    started_at = iso(house.clock.now() - round(days_ago * DAY_S * 1_000))
    return {"id": str(uuid4()), "started_at": started_at, "minutes": minutes, "words": words, **more}


def problem(answer: httpx.Response, status: int, field: str | None = None) -> dict[str, Any]:
    """The problem of an answer that is one, as it should be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]
    if field is not None:
        assert said["field"] == field
        assert said["rule"]
    return said
