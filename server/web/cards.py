"""What a link to a page shows of itself, in a chat or among what a search engine found: a title, a line, a picture.

Whoever fetches it is a stranger, and keeps what it was told: a room that is not public says only that it is a sprint.
"""

import html
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from protocol import http
from server.core.records import RoomRecord
from server.porting.numbers import so_many
from server.web import rooms
from server.web.call import Call
from server.web.ports import Services
from server.web.shared import Shared

ROOM_S = 10.0
"""So long, in s, what was told of a room is told again: one link in a busy chat is fetched by many at once."""
WIDTH, HEIGHT = 1200, 630
"""Of each picture, in px: what every reader of these tags shows uncut."""


class Picture(NamedTuple):
    file: str
    alt: str


FRONT = Picture("card.png", "Wordtide: timed writing sprints, together. A quiet tide with some marks on it.")
HIGH_WATER = Picture("card-results.png", "Wordtide: the high-water mark of a sprint.")


@dataclass(frozen=True, slots=True)
class Card:
    """`path`: the address that stands for the page, without a query; None: no search is to find this page."""

    title: str
    text: str
    path: str | None = None
    picture: Picture = FRONT


_TEXT = (
    "Timed writing sprints that everybody joins from a link: live word counts, results, and a streak to trust. "
    "What you write stays on your device."
)
FRONT_PAGE = Card("Wordtide", _TEXT, "/")
DIRECTORY = Card("Open rooms", "Writing sprints that anybody may join, now and soon. All it takes is a name.", "/rooms")
PERSONAL = Card("Wordtide", _TEXT)
SPRINT = Card("A writing sprint", "You are asked to a timed writing sprint. All it takes is a name.")


def tags(card: Card, base_url: str) -> str:
    """As they stand in the page's head. `base_url`: of this server as people reach it, without a slash at its end."""
    named = card.title if card.title == "Wordtide" else f"\u2068{card.title}\u2069 · Wordtide"
    said = {
        "og:site_name": "Wordtide",
        "og:type": "website",
        "og:title": card.title,
        "og:description": card.text,
        "og:image": f"{base_url}/{card.picture.file}",
        "og:image:type": "image/png",
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": card.picture.alt,
    }
    lines = [f"<title>{html.escape(named)}</title>", _meta("name", "description", card.text)]
    if card.path is not None:
        address = base_url + card.path
        said["og:url"] = address
        lines.append(f'<link rel="canonical" href="{html.escape(address)}">')
    lines += [_meta("property", name, value) for name, value in said.items()]
    lines.append(_meta("name", "twitter:card", "summary_large_image"))
    return "\n".join(lines)


def _meta(kind: str, name: str, value: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(value)}">'


class Cards:
    """Of rooms, each as it was a moment ago at the most."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: Shared[int, Card] = Shared(ROOM_S)

    async def of(self, room: RoomRecord) -> Card:
        """What a stranger may be told of it, whoever asks."""
        if room.visibility != "public":
            return SPRINT
        return await self._kept.get(room.id, lambda: self._made(room))

    async def _made(self, room: RoomRecord) -> Card:
        # The address is never looked at: a card holds none but its path.
        stranger = Call(signed=None, now=self._services.clock.now(), base_url="")
        return of_room(await rooms.shape(self._services, stranger, room, None))


def of_room(room: http.Room) -> Card:
    """Of a public one. Instants are told in full: what a chat keeps of a link is read for days, and in any zone."""
    sprint = room.sprint
    phase = "lobby" if sprint is None else sprint.phase
    text = f"{_are_in(room.writers)} All it takes to join is a name."
    if sprint is not None:
        minutes = so_many(max(1, round(sprint.minutes)), "minute")
        if phase == "countdown":
            text = f"Starts on {_spoken(sprint.starts_at)} and runs {minutes}. {text}"
        elif phase == "writing":
            text = f"Writing until {_spoken(sprint.ends_at)}. {text}"
        elif phase in ("reporting", "results"):
            written = ", ".join((minutes, so_many(sprint.writers, "writer"), so_many(sprint.words, "word")))
            text = f"{written} together. {text}"
    return Card(room.title, text, f"/r/{room.slug}", HIGH_WATER if phase == "results" else FRONT)


def _are_in(n: int) -> str:
    return f"{so_many(n, 'writer')} {'is' if n == 1 else 'are'} in." if n else "Nobody is in yet."


def _spoken(instant: http.Instant) -> str:
    at = datetime.fromisoformat(instant)
    return f"{at.day} {at:%B at %H:%M} UTC"
