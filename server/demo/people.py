"""Who writes in the demo, and how: a small community that found each other, with habits as different as people have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset((5, 6))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the year that was different. `first` and `last`: days ago, the greater first. `times`: how likely a
    writing day is, against an ordinary one."""

    first: int
    last: int
    times: float


@dataclass(frozen=True, slots=True)
class Journey:
    """Days ago, the zone that the writer came to. They change their account's zone as they arrive."""

    ago: int
    zone: str


@dataclass(frozen=True, slots=True)
class Work:
    """A project; new words go to the one begun last. `begun`, `due`, `shelved`: days ago, less than 0 if to come."""

    title: str
    unit: str
    begun: int
    due: int | None
    target: int | None
    start_total: int = 0
    weights: str = "1111111"
    shelved: int | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """A stretch of rest, in days ago."""

    booked: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Writer:
    """`keen`: how likely an ordinary day is to be written. `at`: when they write alone, by the clock on their wall.

    `pace`: words a minute. `cuts`: how likely a sprint is to take more words out than it puts in.
    """

    name: str
    zone: str
    since: int
    """Days ago."""
    keen: float
    pace: float
    at: time
    minutes: tuple[int, ...]
    days: frozenset[int] = EVERY_DAY
    """Weekdays, 0 is Monday."""
    cuts: float = 0.04
    settings: Mapping[str, object] = field(default_factory=dict)
    """As change_profile takes them, chosen on the first day."""
    stretches: tuple[Stretch, ...] = ()
    journeys: tuple[Journey, ...] = ()
    works: tuple[Work, ...] = ()
    leaves: tuple[Leave, ...] = ()
    desk: str = "Morning pages"
    """The title of the room in which they write alone."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """Sprints that several come to. `at` and `zone`: when the first round begins. `likely`: who comes, and how often.

    `host` keeps the room also where they do not come themselves.
    """

    title: str
    visibility: str
    host: str
    zone: str
    at: time
    days: frozenset[int]
    minutes: int
    rounds: int
    likely: Mapping[str, float]
    season: tuple[int, int] | None = None
    """Months, both included; None: all year."""


WRITERS = (
    Writer(
        "Ada",
        "Europe/London",
        since=364,
        keen=0.88,
        pace=19,
        at=time(21, 15),
        minutes=(20, 25, 25, 30),
        stretches=(Stretch(291, 276, 0.0), Stretch(196, 187, 0.0), Stretch(60, 0, 1.1)),
        journeys=(Journey(120, "America/New_York"), Journey(106, "Europe/London")),
        works=(
            Work("Letters home", "words", begun=363, due=270, target=40_000, shelved=262),
            Work("The salt road", "words", begun=260, due=-45, target=150_000, start_total=12_400),
        ),
        leaves=(Leave(205, 196, 187), Leave(3, -20, -27)),
        desk="The salt road",
    ),
    Writer(
        "Ben",
        "Europe/Dublin",
        since=364,
        keen=0.93,
        pace=14,
        at=time(6, 40),
        minutes=(25, 25, 50),
        days=WORKDAYS,
        settings={"grace": 0, "rest_weekdays": WEEKEND},
        stretches=(Stretch(230, 224, 0.0),),
        works=(Work("Eleven stories", "words", begun=300, due=-120, target=60_000, weights="1111100"),),
    ),
    Writer(
        "Chidi",
        "Africa/Lagos",
        since=330,
        keen=0.7,
        pace=9,
        at=time(0, 50),
        minutes=(25, 50),
        cuts=0.22,
        settings={"grace": 2},
        stretches=(Stretch(150, 120, 0.3),),
        works=(Work("Thesis", "minutes", begun=328, due=-30, target=9_000, weights="1111110"),),
        desk="Thesis, quietly",
    ),
    Writer(
        "Eun-ji",
        "Asia/Seoul",
        since=280,
        keen=0.85,
        pace=17,
        at=time(10, 30),
        minutes=(30, 45),
        days=WEEKEND,
        cuts=0.12,
        settings={"weekly_days": 1},
    ),
    Writer(
        "Lucía",
        "America/Mexico_City",
        since=364,
        keen=0.6,
        pace=26,
        at=time(7, 5),
        minutes=(15, 15, 20),
        settings={"day_words": 200, "day_minutes": None},
        desk="Flash before coffee",
    ),
    Writer(
        "Maren",
        "Europe/Berlin",
        since=364,
        keen=0.22,
        pace=31,
        at=time(20, 0),
        minutes=(20, 30),
        settings={"week_start": 6},
        works=(Work("Fifty thousand", "words", begun=26, due=-3, target=50_000),),
        desk="Fifty thousand",
    ),
    Writer(
        "Gustav",
        "Asia/Kathmandu",
        since=20,
        keen=0.8,
        pace=12,
        at=time(5, 45),
        minutes=(10, 15),
        desk="Beginnings",
    ),
)

GATHERINGS = (
    Gathering(
        "Tuesday write-in",
        "public",
        "Lucía",
        "Europe/London",
        time(19, 15),
        frozenset((1,)),
        minutes=20,
        rounds=3,
        likely={"Ada": 0.85, "Ben": 0.5, "Chidi": 0.5, "Lucía": 0.95, "Maren": 0.5, "Gustav": 0.3},
    ),
    Gathering(
        "Ada & Ben",
        "unlisted",
        "Ben",
        "Europe/London",
        time(7, 0),
        frozenset((0, 2, 4)),
        minutes=25,
        rounds=1,
        likely={"Ada": 0.7, "Ben": 0.9},
    ),
    Gathering(
        "November, together",
        "public",
        "Maren",
        "Europe/Berlin",
        time(20, 30),
        EVERY_DAY - {1},  # on Tuesdays most of them are at the write-in
        minutes=30,
        rounds=2,
        likely={"Maren": 0.92, "Ada": 0.4, "Lucía": 0.3, "Eun-ji": 0.1, "Gustav": 0.3},
        season=(11, 11),
    ),
    Gathering(
        "Sunday, slowly",
        "public",
        "Eun-ji",
        "Asia/Seoul",
        time(17, 0),
        frozenset((6,)),
        minutes=45,
        rounds=1,
        likely={"Eun-ji": 0.9, "Ada": 0.35, "Chidi": 0.6, "Gustav": 0.4},
    ),
)
