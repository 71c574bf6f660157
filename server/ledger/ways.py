"""What leads back to a writer's history besides the browsers in which they are signed in."""

from sqlalchemy import ColumnElement, exists, or_

from server.ledger.tables import identities, passkeys, recovery_codes


def keeps_an_account(writer: int, issuer: str | None) -> ColumnElement[bool]:
    """Whether the writer can sign in whenever they like, and so is no guest: recovery codes are too few for that.
    `issuer`: the provider that can be asked; None: there is none. Who is only known to a former one is a guest again.
    """
    of = identities.c
    at_provider = exists().where(of.writer == writer, of.issuer == issuer)
    return or_(exists().where(passkeys.c.writer == writer), at_provider)


def way_back(
    writer: int, issuer: str | None, but_passkey: str = "", but_identity: tuple[str, str] = ("", "")
) -> ColumnElement[bool]:
    """Whether there is one: a passkey, an unused recovery code, an account at the provider; of what has an id, another
    than this. `issuer`: as in keeps_an_account."""
    codes, of = recovery_codes.c, identities.c
    at, subject = but_identity
    return or_(
        exists().where(passkeys.c.writer == writer, passkeys.c.id != but_passkey),
        exists().where(codes.writer == writer, codes.used_at.is_(None)),
        exists().where(of.writer == writer, of.issuer == issuer, or_(of.issuer != at, of.subject != subject)),
    )
