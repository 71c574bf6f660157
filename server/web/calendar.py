"""A calendar of the days written, at a secret address that its writer can make anew or take back at any time."""

import asyncio
import hashlib
import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from protocol import data as shapes
from server.core.instants import instant, iso, iso_or_none
from server.porting.feed import feed
from server.web.call import Answer, Call
from server.web.ports import Services
from server.web.problems import not_found

SECRET_BYTES = 32
DAYS_BACK = timedelta(days=400)
CACHE = "private, max-age=900"


async def read(services: Services, call: Call, said: None) -> shapes.Calendar:
    """Whether there is an address. The address itself was shown when it was made, and is not known here."""
    return shapes.Calendar(iso_or_none(await services.ledger.calendars.since(call.writer.id)))


async def make(services: Services, call: Call, said: None) -> shapes.NewCalendar:
    """A new address; the one before leads nowhere from now on."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    await services.ledger.calendars.make(call.writer.id, secret, call.now, call.device)
    return shapes.NewCalendar(iso(call.now), f"{call.base_url}/calendar/{secret}.ics")


async def revoke(services: Services, call: Call, said: None) -> shapes.Calendar:
    await services.ledger.calendars.revoke(call.writer.id, call.now, call.device)
    return shapes.Calendar(None)


async def days(services: Services, call: Call, said: None) -> Answer:
    """The days themselves, for whoever knows the address: a calendar signs in nowhere."""
    writer = await services.ledger.calendars.writer_of(call.path["secret"])
    if writer is None:
        raise not_found("secret", "is the address of no calendar: make a new one under Import and export")
    settings = await services.ledger.streak_settings(writer)
    now = instant(call.now)
    today = now.astimezone(ZoneInfo(settings.zones[-1].zone)).date()
    written = await services.ledger.calendars.days(writer, today - DAYS_BACK, call.now)
    told = [each for each in written if each.words or each.minutes >= 1]
    body = await asyncio.to_thread(feed, told, writer, now)
    # Weak: it stands for the days. The bytes also say when they were told.
    etag = f'W/"{hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:20]}"'
    return Answer(body, {"ETag": etag, "Cache-Control": CACHE})
