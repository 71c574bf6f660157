"""Whether this process lives, and whether it should get requests."""

import asyncio
import logging
import os

from protocol import http
from server import __version__
from server.core.instants import iso
from server.web.call import Answer, Call
from server.web.ports import Services

log = logging.getLogger("wordtide.web")
DATABASE_TIMEOUT_S = 2


async def alive(services: Services, call: Call, said: None) -> http.Health:
    return http.Health(status="ok", pid=os.getpid(), version=__version__, now=iso(call.now))


async def ready(services: Services, call: Call, said: None) -> Answer:
    """503 while the database is away, others' counts do not arrive, or this process is about to end."""
    database = await _database_answers(services)
    relay, draining = services.live.healthy, services.live.draining
    state = http.Readiness(database and relay and not draining, database, relay, draining)
    return Answer(state, status=200 if state.ready else 503)


async def _database_answers(services: Services) -> bool:
    try:
        async with asyncio.timeout(DATABASE_TIMEOUT_S):
            await services.ledger.room(0)  # a read that reaches the tables; the clock may come from elsewhere
    except Exception as error:
        log.warning("the database does not answer: %s", error)
        return False
    return True
