"""The composition root: builds every object in order, and closes them in reverse."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.websockets import WebSocket

from server import lag
from server.clock import Clock
from server.config import SettingError, Settings, without_password
from server.core.records import SignedIn
from server.core.sprint import Limits
from server.ledger.engine import SQLITE_FILE, Database, DataFolderInUse, connect
from server.ledger.ledger import SqlLedger
from server.ledger.migrations import UnknownSchema, is_at_latest
from server.live.life import Life
from server.live.plane import Plane, Sizes, Tasks, Timing
from server.live.relay import MemoryRelay, Relay
from server.live.rooms import Rooms
from server.live.socket import SocketEndpoint
from server.live.upkeep import Upkeep
from server.people import alike, sessions
from server.web import app as web
from server.web import origin
from server.web.metrics import Metrics
from server.web.ports import Services
from server.web.recognition import recognised

if TYPE_CHECKING:
    from server.people.provider import Provider

log = logging.getLogger("wordtide")

_PACKED = Path(__file__).resolve().parent / "client"
CLIENT = _PACKED if _PACKED.is_dir() else _PACKED.parent.parent / "client" / "dist"
"""The built pages: a wheel has them in this package."""


@dataclass(frozen=True, slots=True)
class House:
    """A running server without its sockets: the ASGI application, and what is done before it ends."""

    app: Starlette
    rooms: Rooms
    drain_ms: int

    async def drain(self) -> None:
        """Ask everybody to reconnect elsewhere, store all, and close. Readiness has failed since it began."""
        await self.rooms.drain(self.drain_ms)


def passes(error: Exception) -> bool:
    """Whether it comes of a database that is away, locked or overloaded, and the same may go well in a moment."""
    if isinstance(error, DBAPIError):
        # A bare DBAPIError is what PostgreSQL's own errors become: a shutdown, a lock that was not had in time.
        return isinstance(error, OperationalError | InterfaceError) or type(error) is DBAPIError
    return isinstance(error, OSError | PoolTimeoutError)


def limits_of(settings: Settings) -> Limits:
    return Limits(
        settings.min_sprint_s,
        settings.max_sprint_s,
        settings.reporting_s * 1_000,
        settings.sessions_each,
        settings.projects_each,
        settings.rooms_each,
        settings.room_writers,
    )


class DatabaseError(RuntimeError):
    """The database cannot be opened. The text says which setting names it, and why not; it shows no password."""


async def open_ledger(settings: Settings) -> SqlLedger:
    """The database, brought to this version. Raises DatabaseError, and DataFolderInUse."""
    with _told(settings):
        return await SqlLedger.open(settings.database_url, settings.data, limits_of(settings))


@asynccontextmanager
async def beside(settings: Settings) -> AsyncIterator[Database]:
    """The database as it stands, while a server may have it. Raises DatabaseError, also for another version of it."""
    file = settings.data / SQLITE_FILE
    if settings.database_url is None and not file.is_file():
        raise DatabaseError(f"There is no database at {file}: set WORDTIDE_DATA to the server's folder.")
    with _told(settings):
        database = connect(settings.database_url, settings.data, beside=True)
        try:
            if not await is_at_latest(database):
                raise DatabaseError("The database is of another version: `wordtide migrate` brings it to this one.")
            yield database
        finally:
            await database.close()


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """Whatever the way to the database raises, as a DatabaseError."""
    try:
        yield
    except (DataFolderInUse, DatabaseError, SettingError):
        raise
    except Exception as error:  # SQLAlchemy and its drivers have no common word for it
        log.debug("the database cannot be opened", exc_info=True)
        raise DatabaseError(_why_not(settings, error)) from error


def _why_not(settings: Settings, error: Exception) -> str:
    if settings.database_url is None:
        place = f"The database in {settings.data} (WORDTIDE_DATA) cannot be opened"
    else:
        shown = without_password(settings.database_url)
        place = f"The database that WORDTIDE_DATABASE_URL names, {shown}, cannot be opened"
    if isinstance(error, UnknownSchema):
        return f"{place}: a newer Wordtide has changed it. Start that version, or go back to a backup from before it."
    if isinstance(error, TimeoutError):
        return f"{place}: it does not answer."
    cause = getattr(error, "orig", None) or error  # SQLAlchemy's own text goes on with the statement
    return f"{place}: {str(cause).rstrip('.') or type(cause).__name__}."


def relay_of(settings: Settings) -> Relay:
    if settings.redis_url is None:
        return MemoryRelay()
    from server.live.relay_redis import RedisRelay  # takes a tenth of a start, which one process alone can spare

    return RedisRelay(settings.redis_url)


def openid_of(settings: Settings) -> "Provider | None":
    if settings.openid_issuer is None or settings.openid_client_id is None:
        return None
    from server.people.provider import Client, Provider  # takes half a second, which few servers have to spend

    name = settings.openid_name or urlsplit(settings.openid_issuer).netloc
    return Provider(Client(settings.openid_issuer, settings.openid_client_id, settings.openid_client_secret, name))


def timing_of(settings: Settings) -> Timing:
    return Timing(
        settings.checkpoint_ms,
        poll_ms=settings.poll_ms,
        recheck_ms=settings.recheck_ms,
        sweep_ms=settings.sweep_ms,
        outbox_ms=settings.outbox_ms,
        lease_ms=settings.lease_ms,
        hello_ms=settings.hello_ms,
        stuck_ms=settings.stuck_ms,
    )


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Everything one process is made of. Raises DatabaseError, and DataFolderInUse."""
    async with AsyncExitStack() as closing:
        ledger = await open_ledger(settings)
        closing.push_async_callback(ledger.close)
        clock = Clock(settings.clock_shift_s * 1_000)
        await clock.sample(ledger.now_ms)
        relay = relay_of(settings)
        sizes = Sizes(settings.big_from, settings.big_below)
        limits, tasks = limits_of(settings), Tasks(passes)
        plane = Plane(ledger, relay, clock, limits, timing_of(settings), tasks, passes, sizes, alike.likeness)
        rooms = Rooms(plane)
        await relay.start(rooms)
        closing.push_async_callback(relay.stop)
        closing.push_async_callback(tasks.cancel)
        closing.callback(rooms.stop)
        await rooms.listen()
        upkeep = Upkeep(plane, rooms)
        upkeep.start()
        closing.push_async_callback(upkeep.stop)

        metrics = Metrics()
        services = Services(ledger, rooms, clock, settings, metrics, openid_of(settings), passes)
        life = Life(settings.ping_ms, settings.silent_ms)
        allowed, signed = _door(services)
        endpoint = SocketEndpoint(plane, rooms, allowed, signed, settings.max_connections, life)
        _gauge(metrics, rooms)
        late = metrics.histogram(lag.LATENESS, "How late the event loop's timers are.")
        held = metrics.histogram(lag.WORK, "How late this process's own work makes them.")
        closing.callback(lag.LagWatch(settings.watch_loop_ms, late.saw, held.saw).stop)
        yield House(web.build(services, CLIENT, endpoint.serve), rooms, settings.drain_ms)


def _door(
    services: Services,
) -> tuple[Callable[[Headers], bool], Callable[[WebSocket], Awaitable[SignedIn | None]]]:
    """What SocketEndpoint asks of HTTP's rules: whether the Origin will do, and who it is."""
    url = services.settings.public_url

    def allowed(headers: Headers) -> bool:
        presented = sessions.presented(headers, url)
        bearer = presented is not None and presented.bearer
        return origin.allowed(origin.sent(headers), headers.get("host", ""), url, bearer)

    async def signed(websocket: WebSocket) -> SignedIn | None:
        presented = sessions.presented(websocket.headers, url)
        return await recognised(services, presented, "" if websocket.client is None else websocket.client.host)

    return allowed, signed


def _gauge(metrics: Metrics, rooms: Rooms) -> None:
    metrics.gauge("wordtide_sockets", "Sockets that are open in this process.", lambda: rooms.connections)
    unknown = "Messages of sockets with a tag that this version does not know."
    metrics.gauge("wordtide_unknown_messages", unknown, lambda: rooms.unknown_messages)
    metrics.gauge("wordtide_rooms_open", "Rooms that this process holds.", lambda: len(list(rooms)))
