"""The simulated Redis answers and publishes as a real one does, to the same random calls."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import NoScriptError

from server.live.relay_line import MERGE
from tests.simulation.redis_server import RedisServer
from tests.support.valkey import Valkey

CALLS = 400
CHANNELS = [b"wt:{1}", b"wt:{2}"]
KEYS = [b"wt:{1}:1", b"wt:{1}:2", b"wt:{2}:3"]


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
def real(valkey: Valkey) -> Iterator[Any]:
    client = Redis.from_url(valkey.url, protocol=2)
    yield client
    client.close()


def rows(random: Random) -> bytes:
    """A few rows, some of them of one slot, with ties, and stamps at the limits of what Lua's numbers hold."""
    seqs = (0, 1, 1_781_092_800_000, 1_781_092_800_001, 2**53 - 1)
    return b" ".join(
        b"%d %d %d %d" % (random.randrange(4), random.choice(seqs), random.randint(-3, 3), random.randrange(3))
        for _ in range(random.randint(1, 5))
    )


def scanned(server: Any, key: bytes) -> dict[bytes, bytes]:
    cursor, found = server.hscan(key)
    while cursor:
        cursor, part = server.hscan(key, cursor)
        found |= part
    return dict(found)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_told_from_a_real_one_by_nothing(real: Any, seed: int) -> None:
    random = Random(seed)
    simulated = RedisServer()
    real.flushall()
    heard: list[tuple[bytes, bytes]] = []
    listening = real.pubsub(ignore_subscribe_messages=True)
    for channel in CHANNELS:
        listening.ssubscribe(channel)
        simulated.ssubscribe(channel, lambda channel, data: heard.append((channel, data)))
    digest = real.script_load(MERGE)
    assert simulated.script_load(MERGE.encode()) == digest

    for _ in range(CALLS):
        key, channel = random.choice(KEYS), random.choice(CHANNELS)
        match random.choice(("merge", "merge", "merge", "read", "versions", "publish", "flush")):
            case "merge":
                argv = [b"process", b"7", random.choice((b"epoch 1", b"epoch 2")), b"1800000", rows(random)]
                channel = CHANNELS[0] if key.startswith(CHANNELS[0]) else CHANNELS[1]
                assert simulated.evalsha(digest, [key, channel], argv) == real.evalsha(digest, 2, key, channel, *argv)
            case "read":
                assert scanned(simulated, key) == scanned(real, key) == real.hgetall(key)
            case "versions":
                assert simulated.hmget(key, [b"e", b"v"]) == real.hmget(key, [b"e", b"v"])
            case "publish":
                assert simulated.spublish(channel, b"N process x") == real.spublish(channel, b"N process x")
            case "flush" if random.random() < 0.2:
                simulated.flush()
                real.flushall()
        while heard:
            message = listening.get_message(timeout=5)
            if message is not None:  # redis-py answers None to what it ignores
                assert (message["channel"], message["data"]) == heard.pop(0)
    listening.close()


def test_a_script_that_was_never_loaded_is_refused_by_both(real: Any) -> None:
    real.script_flush()
    with pytest.raises(NoScriptError):
        real.evalsha("0" * 40, 0)
    with pytest.raises(NoScriptError):
        RedisServer().evalsha("0" * 40, [], [])
