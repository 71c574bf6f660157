"""What can be guessed may be tried five times a minute from one place."""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from protocol.codes import ErrorCode
from server.web.call import Call
from server.web.ports import Services
from server.web.problems import ProblemError


@asynccontextmanager
async def a_guess(services: Services, call: Call, what: str) -> AsyncIterator[None]:
    """Around looking up a secret that somebody brought: `what` names the kind. Counted before it is looked up, so that
    many at once are no way around it, and given back where nothing is raised: people in one house share an address.

    Raises ProblemError TOO_FAST.
    """
    tried = f"{what} {network(call.address)}"
    wait_ms = await services.ledger.tries.count(tried, call.now)
    if wait_ms:
        raise too_often("code", wait_ms)
    yield
    await services.ledger.tries.give_back(tried, call.now)


def too_often(field: str, wait_ms: int) -> ProblemError:
    wait_s = -(-wait_ms // 1_000)
    rule = f"was wrong too often from here: try again in {wait_s} seconds"
    return ProblemError(ErrorCode.TOO_FAST, field, rule, retry_s=wait_s)


def network(address: str) -> str:
    """What one person has of the net: an address of IPv4, 64 bits of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
    return str(found)
