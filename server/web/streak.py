"""The streak of whoever asks, with all that explains it."""

from datetime import timedelta

from protocol import streak as shapes
from server.aside import aside
from server.core import streak as rules
from server.core.instants import instant, iso, unix_ms
from server.core.written import Summed
from server.web.call import Call
from server.web.me import clock
from server.web.ports import Services

MOST_DAYS = 400


async def read(services: Services, call: Call, said: None) -> shapes.Streak:
    settings = await services.ledger.streak_settings(call.writer.id)
    written = await services.ledger.history.written(call.writer.id, begun_by(call))

    def reckoned() -> rules.Streak:
        return rules.evaluate_counted(Summed(written).counted(), settings, instant(call.now))

    return shape(await aside(len(written.days), reckoned), settings)


def shape(found: rules.Streak, settings: rules.Settings) -> shapes.Streak:
    return shapes.Streak(
        current=found.current,
        longest=found.longest,
        since=None if found.since is None else found.since.isoformat(),
        state=found.state,
        today=found.today.isoformat(),
        closes_at=iso(unix_ms(found.closes_at)),
        grace=found.grace,
        grace_used=found.grace_used,
        weekly=shapes.Weekly(found.weekly.current, found.weekly.longest, found.weekly.days, found.weekly.asked),
        days=[
            shapes.StreakDay(day.isoformat(), status, words, round(minutes, 1))
            for day, status, words, minutes in found.days[-MOST_DAYS:]
        ],
        rules=[_held(each) for each in settings.rules],
        rests=[
            shapes.Stretch(each.first.isoformat(), each.last.isoformat())
            for each in sorted(settings.rests, key=lambda rest: rest.first)
        ],
    )


def begun_by(call: Call) -> int:
    """A count may come before its sprint has begun; a session it is from then on."""
    return call.now + round(rules.MOST_AHEAD / timedelta(milliseconds=1))


def _held(held: rules.Rules) -> shapes.HeldRules:
    return shapes.HeldRules(
        from_day=held.from_day.isoformat(),
        rollover=clock(held.rollover),
        day_words=held.day_words,
        day_minutes=held.day_minutes,
        grace=held.grace,
        rest_weekdays=sorted(held.rest_weekdays),
    )
