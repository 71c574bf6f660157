"""A sprint as JSON: its timeline, and where it stands in it."""

from collections.abc import Sequence
from typing import Any, cast

from protocol import http
from server.core.instants import iso, iso_or_none
from server.core.records import SprintRecord
from server.core.sprint import phase


def fields(sprint: SprintRecord, slug: str, now: int, words: Sequence[int]) -> dict[str, Any]:
    """The fields of http.Sprint. `words`: of each writer that has a count; `now`: Unix ms."""
    timeline = sprint.timeline
    return {
        "id": sprint.id,
        "room": slug,
        "round": sprint.round,
        "starts_at": iso(timeline.starts),
        "ends_at": iso(timeline.ends),
        "reporting_ends_at": iso(timeline.reporting_ends),
        "cancelled_at": iso_or_none(timeline.cancelled),
        "phase": phase_name(sprint, now),
        "final": sprint.final,
        "now": iso(now),
        "minutes": round(timeline.minutes, 2),
        "writers": len(words),
        "words": sum(words),
    }


def shape(sprint: SprintRecord, slug: str, now: int, words: Sequence[int]) -> http.Sprint:
    return http.Sprint(**fields(sprint, slug, now, words))


def phase_name(sprint: SprintRecord, now: int) -> http.PhaseName:
    return cast(http.PhaseName, phase(sprint.timeline, now).name.lower())
