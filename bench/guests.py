"""Thousands of guests with sessions, written straight into PostgreSQL: over HTTP 10,000 would take minutes.

What is written is what POST /api/session writes: a writer, a zone, a session.
"""

import asyncio
import hashlib
import time

import asyncpg

from server.people import sessions

DAY_MS = 86_400_000


def new_guests(url: str, count: int) -> list[str]:
    """The tokens of their sessions, in the order of the writers' ids."""
    tokens = [sessions.new_token() for _ in range(count)]
    asyncio.run(_write(url, [hashlib.sha256(token.encode()).hexdigest() for token in tokens]))
    return tokens


async def _write(url: str, digests: list[str]) -> None:
    now = time.time_ns() // 1_000_000
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            rows = await connection.fetch(
                "INSERT INTO writers (name, streak_hidden, created_at)"
                " SELECT 'Writer ' || n, false, $1 FROM generate_series(1, $2) AS n RETURNING id",
                now,
                len(digests),
            )
            ids = sorted(row["id"] for row in rows)
            await connection.execute(
                "INSERT INTO writer_zones (writer, held_from, zone)"
                " SELECT writer, $2, 'UTC' FROM unnest($1::bigint[]) AS made (writer)",
                ids,
                now,
            )
            await connection.execute(
                "INSERT INTO auth_sessions (token_sha256, id, writer, created_at, seen_at, fresh_at, expires_at)"
                " SELECT digest, gen_random_uuid()::text, writer, $3, $3, $3, $4"
                " FROM unnest($1::text[], $2::bigint[]) AS made (digest, writer)",
                digests,
                ids,
                now,
                now + DAY_MS,
            )
    finally:
        await connection.close()
