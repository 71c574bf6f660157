"""A process dies, and more people come to the one that is left than it has room for."""

import random
from typing import Any

import pytest

from protocol.codes import CloseCode
from protocol.messages import GoAway
from tests.faults.crowd import Crowd
from tests.faults.house import House, kill, start
from tests.support.server import ServerProcess
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults

WRITERS, ROOM_FOR = 40, 20
BACK_S = 15.0


class Hasty(random.Random):
    """A tenth of the jitter: a harder storm, and nobody stays away for long."""

    def random(self) -> float:
        return super().random() / 10


async def test_who_finds_no_room_is_sent_away_and_gets_in_later(house: House) -> None:
    settings: dict[str, Any] = house.one.settings | {"max_connections": ROOM_FOR}
    async with (
        ServerProcess(**settings) as small,
        Crowd.of([[house.other.url, small.url]], WRITERS, Hasty(40)) as crowd,
    ):
        await kill(house.other)
        async with crowd.typing():
            await wait_until(lambda: sum(each.is_here for each in crowd.writers) == ROOM_FOR)
            refused = [each for each in crowd.writers if not each.is_here]
            await wait_until(lambda: all(CloseCode.BUSY in each.refusals for each in refused))
            for each in refused:
                goaway = each.said(GoAway)[0]
                assert goaway.retry_ms > 0
                assert goaway.spread_ms > 0  # so that they do not all come back in the same moment
            assert (await crowd.writers[0].http.get(f"{small.url}/healthz")).is_success  # it is full, and well
            await start(house.other)
            await crowd.all_back(BACK_S)
        assert {code for each in crowd.writers for code in each.refusals} <= {CloseCode.BUSY, 1006}
        await house.agree(crowd.writers, crowd.typed)
