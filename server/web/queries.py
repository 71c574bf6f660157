"""What query strings may say, declared as the bodies in protocol/http.py are."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct, field


class Invited(Struct, frozen=True):
    """`invite`: what the link of a private room carries; members need none."""

    invite: Annotated[str, Meta(max_length=64)] = ""


class Days(Struct, frozen=True):
    """Local days, both included; what is not said is not bounded."""

    first: date | None = field(default=None, name="from")
    last: date | None = field(default=None, name="to")
