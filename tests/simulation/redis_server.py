"""A Redis in this process: the few commands that the relay uses, and its own script, run by Lua 5.1 as in Redis.

`tests/simulation/test_redis_server.py` plays the same calls to it and to a real server.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from lupa import lua51
from redis.exceptions import NoScriptError

Deliver = Callable[[bytes, bytes], None]
"""Takes a message: its channel and its data."""
Scanned = tuple[int, dict[bytes, bytes]]
"""Where to go on, 0 at the end; and the fields of this part."""
SCANNED = 4
"""Fewer than a world has writers. How many are asked for is a hint, which a real server need not follow either."""


class RedisServer:
    """Keys are hashes. Time for expiry is not simulated: what expires here does so after half an hour."""

    def __init__(self) -> None:
        self.hashes: dict[bytes, dict[bytes, bytes]] = {}
        self._scripts: dict[str, bytes] = {}
        self._subscribers: dict[bytes, dict[Deliver, None]] = {}

    def flush(self) -> None:
        """FLUSHALL: connections, subscriptions and scripts stay."""
        self.hashes = {}

    def copy(self) -> dict[bytes, dict[bytes, bytes]]:
        """What a replica would hold if it were cut off now."""
        return {key: dict(fields) for key, fields in self.hashes.items()}

    # Commands -------------------------------------------------------------------------------------------------------

    def script_load(self, script: bytes) -> str:
        digest = hashlib.sha1(script).hexdigest()
        self._scripts[digest] = script
        return digest

    def evalsha(self, digest: str, keys: Sequence[bytes], argv: Sequence[bytes]) -> int:
        if digest not in self._scripts:
            raise NoScriptError("No matching script.")
        return _script(self._scripts[digest])(self._call, keys, argv)

    def hscan(self, key: bytes, cursor: int = 0) -> Scanned:
        """Fields are never taken out of a hash, so a cursor can be a place in it. Where it is another hash by now,
        whoever scans gets less than it has, as of a real server.
        """
        part = list(self.hashes.get(key, {}).items())[cursor : cursor + SCANNED]
        return (cursor + SCANNED if len(part) == SCANNED else 0), dict(part)

    def hmget(self, key: bytes, fields: Sequence[bytes]) -> list[bytes | None]:
        held = self.hashes.get(key, {})
        return [held.get(field) for field in fields]

    def spublish(self, channel: bytes, data: bytes) -> int:
        heard = list(self._subscribers.get(channel, ()))
        for deliver in heard:
            deliver(channel, data)
        return len(heard)

    def ssubscribe(self, channel: bytes, deliver: Deliver) -> None:
        self._subscribers.setdefault(channel, {})[deliver] = None

    def sunsubscribe(self, channel: bytes, deliver: Deliver) -> None:
        self._subscribers.get(channel, {}).pop(deliver, None)

    def drop(self, deliver: Deliver) -> None:
        """A connection is gone."""
        for subscribers in self._subscribers.values():
            subscribers.pop(deliver, None)

    # What scripts call ----------------------------------------------------------------------------------------------

    def _call(self, command: bytes, key: bytes, *given: bytes | float) -> Any:
        args = [_text(each) for each in given]
        match command:
            case b"HMGET":
                return self.hmget(key, args)
            case b"HGET":
                return self.hashes.get(key, {}).get(args[0])
            case b"HSETNX":
                held = self.hashes.setdefault(key, {})
                return 0 if args[0] in held else self._set(held, args)
            case b"HSET":
                return self._set(self.hashes.setdefault(key, {}), args)
            case b"HINCRBY":
                held = self.hashes.setdefault(key, {})
                value = int(held.get(args[0], b"0")) + int(args[1])
                held[args[0]] = b"%d" % value
                return value
            case b"SPUBLISH":
                return self.spublish(key, args[0])
            case b"PEXPIRE":
                return int(key in self.hashes)
        raise NotImplementedError(command)

    def _set(self, held: dict[bytes, bytes], args: Sequence[bytes]) -> int:
        fresh = sum(field not in held for field in args[::2])
        held.update(zip(args[::2], args[1::2], strict=True))
        return fresh


def _text(value: bytes | float) -> bytes:
    """Lua has one kind of number; Redis takes it as text, 17 digits at most."""
    return value if isinstance(value, bytes) else b"%.17g" % value


Script = Callable[[Callable[..., Any], Sequence[bytes], Sequence[bytes]], int]


@cache
def _script(source: bytes) -> Script:
    """The script as a function of what redis.call does, KEYS and ARGV; with Redis's way of turning replies into Lua."""
    lua = lua51.LuaRuntime(encoding=None, unpack_returned_tuples=False)
    body = lua.execute(b"return function(redis, KEYS, ARGV) " + source + b"\nend")
    table = lua.table_from

    def run(call: Callable[..., Any], keys: Sequence[bytes], argv: Sequence[bytes]) -> int:
        def called(*args: Any) -> Any:
            reply = call(*args)
            if isinstance(reply, list):
                return table([False if each is None else each for each in reply])
            return False if reply is None else reply

        return int(body(table({b"call": called}), table(keys), table(argv)) or 0)

    return run
