"""What a writer without a browser has been told, and what they would see of it."""

from typing import TypeVar

from msgspec import Struct

from protocol import ranked
from protocol.messages import (
    Big,
    ErrorMessage,
    GoAway,
    Keyframe,
    PhaseNow,
    Roster,
    RosterFlags,
    RosterRow,
    Tick,
    Welcome,
)

M = TypeVar("M", bound=Struct)


class Heard:
    """Everything received is in `messages`, through all connections, and sorted into the rest."""

    def __init__(self) -> None:
        self.messages: list[Struct] = []
        self.welcome: Welcome | None = None
        self.phase: PhaseNow | None = None
        """The one with the highest rev."""
        self.roster: dict[int, RosterRow] = {}
        self.boards: dict[int, dict[int, int]] = {}
        """Sprint -> slot -> words."""
        self.big: Big | None = None
        """The last frame of a big room; None while it is small."""
        self.told_all = False
        """Whether the last of what answers HELLO, the board, is here."""

    def begin_anew(self) -> None:
        """What a new connection tells from its beginning."""
        self.welcome, self.big = None, None
        self.told_all = False
        self.roster, self.boards = {}, {}

    def take(self, message: Struct) -> None:
        self.messages.append(message)
        match message:
            case Welcome():
                self.welcome = message
            case PhaseNow(rev=rev):
                if self.phase is None or rev >= self.phase.rev:
                    self.phase = message
            case Roster(rows=rows, whole=whole):
                self.roster = {} if whole else self.roster
                self.roster |= {row.slot: row for row in rows}
            case Keyframe(sprint=sprint, rows=flat):
                self.told_all = True
                self.big = None
                self.boards[sprint] = dict(zip(flat[::2], flat[1::2], strict=True))
            case Tick(sprint=sprint, rows=flat):
                self.boards.setdefault(sprint, {}).update(zip(flat[::2], flat[1::2], strict=True))
            case Big():
                self.told_all = True
                self.big = message
            case _:
                pass

    @property
    def slot(self) -> int:
        assert self.welcome is not None, "no WELCOME yet"
        assert self.welcome.slot is not None, "only viewing"
        return self.welcome.slot

    @property
    def sprint(self) -> int:
        assert self.phase is not None, "no PHASE yet"
        assert self.phase.sprint is not None, "the room has had no sprint yet"
        return self.phase.sprint

    @property
    def board(self) -> dict[int, int]:
        """Slot -> words in the current sprint, of those who are on it."""
        known = self.boards.get(self.phase.sprint or 0, {}) if self.phase else {}
        names = self.names
        return {slot: words for slot, words in known.items() if slot in names}

    @property
    def top(self) -> dict[str, int]:
        """Name -> words of those whom a big room shows."""
        if self.big is None:
            return {}
        return {self.names.get(slot, ""): words for slot, words in ranked.unpack(self.big.ranked)[0]}

    @property
    def names(self) -> dict[int, str]:
        """Slot -> name, of all who are on the board."""
        return {slot: row.name for slot, row in self.roster.items() if not row.flags & RosterFlags.GONE}

    @property
    def standing(self) -> dict[str, int]:
        """Name -> words in the current sprint."""
        names = self.names
        return {names[slot]: words for slot, words in self.board.items()}

    @property
    def errors(self) -> list[ErrorMessage]:
        return self.said(ErrorMessage)

    @property
    def goaway(self) -> GoAway | None:
        return next(iter(self.said(GoAway)), None)

    def said(self, kind: type[M]) -> list[M]:
        """All messages of a kind, oldest first, through all connections."""
        return [each for each in self.messages if isinstance(each, kind)]
