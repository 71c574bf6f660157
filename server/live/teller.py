"""What a room tells of its board and its people, to newcomers and at each tick.

A small room tells everybody of every row and name. In a big one no message grows with the room, and nothing is done for
each writer and message: all get the same short frame, and the names of those whom it shows.
"""

import asyncio
from collections.abc import Iterable, Iterator

from protocol.codec import encode
from protocol.messages import Cheered, Phase, Roster, RosterRow, ServerMessage
from server.core.records import Member
from server.core.tally import Tally
from server.live import telling
from server.live.audience import Audience
from server.live.crowd import Crowd
from server.live.plane import Sizes
from server.live.round import Round
from server.live.wire import frame_of

NAMED = 250
"""So many names are kept told: one who falls out of the top and comes back needs no telling again."""

CHEER_EVERY_S = 0.2
"""In a big room: nobody sees more than a few a second."""
CHEER_S_EACH = 40e-6
"""For each socket, three times what it costs to tell it of one: cheers never take more than a third of a core."""
CHEERS_AT_ONCE_S = 0.1
"""What they may be ahead of that in a small room: some cheer in the same instant, as at the bell."""
CHEERS_KNOWN = 256
"""So many last ones are known again; whoever waits for an answer gives up after 15 s."""


class Teller:
    def __init__(self, crowd: Crowd, audience: Audience, sizes: Sizes) -> None:
        self._crowd = crowd
        self._audience = audience
        self._sizes = sizes
        self._round: Round | None = None
        self._tally = Tally()
        self.is_big = False
        # What every newcomer is told, built once for whoever asks; what changed since comes with the next tick.
        self._board: bytes | None = None
        self._roster: bytes | None = None
        self._named: dict[int, RosterRow] = {}
        """In a big room: what everybody has been told, last told last."""
        self._own_flags: dict[int, int] = {}
        """In a big room: the flags of each writer's count, as they were told last of their own."""
        self._cheers_until = 0.0
        """Till when the cheers that were told have used up what they may cost, loop time in s."""
        self._cheers: dict[tuple[int, int], None] = {}

    @property
    def everybody_reported(self) -> bool:
        """Whether all who are shown and have counted have said that it is final."""
        return not self._tally.open

    # What has changed ---------------------------------------------------------------------------------------------

    def row_changed(self, slot: int) -> None:
        if self._crowd.shown(slot):
            self._tally.show(slot, None if self._round is None else self._round.counts.board.get(slot))

    def member_changed(self, member: Member) -> None:
        if member.shown:
            self.row_changed(member.slot)
        else:
            self._tally.hide(member.slot)
        if not self.is_big:
            self._board = self._roster = None  # whoever is gone is not told of once more
        elif not member.shown and self._named.pop(member.slot, None) is not None:
            self._roster = None

    def begin(self, round: Round | None) -> None:
        """Another sprint, or the room without one yet: an empty board."""
        self._round = round
        self._tally = Tally()
        for slot in self._crowd.slots():
            self._tally.show(slot, None)
        self._board = self._roster = None
        self._own_flags = {}
        if self.is_big:
            self._tell_standing()

    def resize(self) -> None:
        """The room is big from so many writers on, and small again below fewer; clients see the board go on."""
        n = self._crowd.writers
        if not self.is_big and n >= self._sizes.big_from:
            self.is_big = True
            self._tell_standing()
        elif self.is_big and n < self._sizes.big_below:
            self.is_big = False
            self._named = {}
            self._board = self._roster = None
            self._audience.send(self.everybody())

    def takes_cheer(self) -> bool:
        """Each is a frame of its own to everybody, ahead of whatever comes next: where many write not all are told."""
        ahead_s = self._cheers_until - asyncio.get_running_loop().time()
        return ahead_s <= (0 if self.is_big else CHEERS_AT_ONCE_S)

    def tell_cheer(self, cheer: Cheered) -> None:
        """Whichever process it came from, if one is taken now."""
        if self.takes_cheer():
            cost_s = max(len(self._audience) * CHEER_S_EACH, CHEER_EVERY_S if self.is_big else 0)
            self._cheers_until = max(self._cheers_until, asyncio.get_running_loop().time()) + cost_s
            self._audience.say(cheer)

    def is_new_cheer(self, slot: int, id: int) -> bool:
        """A command whose answer was lost with the line is said again on the next one, which may end elsewhere: so each
        process knows those that its own sockets have heard."""
        if (slot, id) in self._cheers:
            return False
        if id:
            self._cheers[slot, id] = None
            if len(self._cheers) > CHEERS_KNOWN:
                del self._cheers[next(iter(self._cheers))]
        return True

    # What is told -------------------------------------------------------------------------------------------------

    def everybody(self, slot: int | None = None) -> bytes:
        """The frames with names and board for a newcomer, who in a big room is told of their own row besides."""
        if self._board is None:
            self._board = _frame(telling.keyframe(self._crowd, self._round))
        if self._roster is None:
            named = self._named.values() if self.is_big else map(self._row, self._crowd.slots())
            self._roster = _frame(Roster(list(named), whole=True))
        own = [] if slot is None else self.own(slot)
        return b"".join([self._roster, self._board, *map(_frame, own)])

    def tick(self, rows: Iterable[int], names: Iterable[int]) -> None:
        """These slots' counts, and what the roster says of these, are not what they were at the last tick."""
        if self.is_big:
            self._tell_standing()
            return
        if names:
            self._roster = None
            self._audience.say(Roster([self._row(slot) for slot in sorted(names)]))
        if rows and self._round is not None:
            self._board = None
            self._audience.say(telling.tick(self._crowd, self._round, sorted(rows)))

    def own(self, slot: int) -> list[ServerMessage]:
        """What a big board does not tell a writer of themselves: another device of theirs may have counted."""
        if not self.is_big or not self._crowd.knows(slot):
            return []
        self._own_flags[slot] = 0 if self._round is None else self._round.flags(slot)
        own: list[ServerMessage] = [Roster([self._row(slot)])]
        if self._round is not None and slot in self._round.counts.board:
            own.append(telling.tick(self._crowd, self._round, [slot]))
        return own

    def own_with_ack(self, slot: int) -> list[ServerMessage]:
        """The same where the ACK, which says the words, leaves something to be told: nearly nobody's flags change."""
        flags = 0 if self._round is None else self._round.flags(slot)
        return [] if self._own_flags.get(slot) == flags else self.own(slot)

    def _tell_standing(self) -> None:
        """The big frame, where it is not what it was, after the names that it needs."""
        waiting = self._round is None or self._round.phase() is not Phase.REPORTING
        standing = self._tally.standing(waiting)
        names = list(self._news(slot for slot, _ in standing.top))
        if names:
            self._roster = None
            self._audience.say(Roster(names))
        frame = _frame(telling.big(self._round, standing))
        if frame != self._board:
            self._board = frame
            self._audience.send(frame, is_whole=True)

    def _news(self, top: Iterable[int]) -> Iterator[RosterRow]:
        for slot in (*self._crowd.hosts, *top):
            row, told = self._row(slot), self._named.pop(slot, None)
            self._named[slot] = row
            if row != told:
                yield row
        for slot in list(self._named)[:-NAMED]:
            del self._named[slot]

    def _row(self, slot: int) -> RosterRow:
        return self._crowd.row(slot, 0 if self._round is None else self._round.flags(slot))


def _frame(message: ServerMessage) -> bytes:
    return frame_of(encode(message))
