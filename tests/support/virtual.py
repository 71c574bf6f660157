"""Chromium's own virtual authenticator, for passkeys in the browser; and what happens once a sign-in is old."""

import re
import sqlite3
from typing import Any

from playwright.async_api import CDPSession

from server.ledger.engine import SQLITE_FILE
from tests.support.browser import Person
from tests.support.server import ServerProcess

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
REFUSED = re.compile("status of 40[34]")
"""What a browser complains of where a sign-in is asked for anew."""


class VirtualAuthenticator:
    """Of one tab."""

    def __init__(self, line: CDPSession, id: str) -> None:
        self._line, self._id = line, id

    @classmethod
    async def of(cls, person: Person) -> "VirtualAuthenticator":
        line = await person.devtools()
        await line.send("WebAuthn.enable")
        made = await line.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
        return cls(line, made["authenticatorId"])

    async def passkeys(self) -> list[dict[str, Any]]:
        found = await self._line.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(found["credentials"])

    async def take(self, passkey: dict[str, Any]) -> None:
        """As a password manager brings it along to another device."""
        await self._line.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": passkey})


def by_name(house: ServerProcess) -> str:
    """No passkey is bound to a bare address."""
    return f"http://localhost:{house.port}"


def age_sessions(house: ServerProcess) -> None:
    """As if all had signed in an hour ago."""
    with sqlite3.connect(f"{house.settings['data']}/{SQLITE_FILE}", timeout=5) as connection:
        connection.execute("UPDATE auth_sessions SET fresh_at = fresh_at - 3600000")
    connection.close()
