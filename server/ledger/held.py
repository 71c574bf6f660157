"""What is kept of a writer, table by table: where it is in what they take along, or why it is not there.

A table that has a column of writers' ids and is not here fails tests/contract/test_ledger_deletion.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """`field`: of protocol.data.Export."""

    field: str


@dataclass(frozen=True, slots=True)
class Untold:
    why: str


HELD: Mapping[str, Told | Untold] = {
    "writers": Told("writer"),
    "writer_zones": Told("zones"),
    "writer_settings": Told("settings"),
    "rests": Told("rests"),
    "projects": Told("projects"),
    "goals": Told("goals"),
    "imports": Told("imports"),
    "writing_sessions": Told("sessions"),
    "rooms": Told("rooms"),
    "members": Told("rooms"),
    "sprints": Told("sprints"),
    "auth_sessions": Told("devices"),
    "passkeys": Told("passkeys"),
    "identities": Told("identities"),
    "recovery_codes": Told("recovery_codes"),
    "personal_tokens": Told("tokens"),
    "sign_in_links": Told("links"),
    "calendars": Told("calendars"),
    "merges": Told("merges"),
    "audit": Told("audit"),
    "challenges": Untold("random numbers that are of use for some minutes"),
    "commands": Untold("answers of the last two days, in case a browser asks again; what they did is in the rest"),
}
