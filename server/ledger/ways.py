"""What leads back to a writer's history besides the browsers in which they are signed in."""

from sqlalchemy import ColumnElement, exists, or_

from server.ledger.tables import identities, passkeys, recovery_codes


def keeps_an_account(writer: int) -> ColumnElement[bool]:
    """Whether they can sign in whenever they want. Whoever cannot is a guest."""
    return or_(exists().where(passkeys.c.writer == writer), exists().where(identities.c.writer == writer))


def way_back(
    writer: int, issuer: str | None, but_passkey: str = "", but_identity: tuple[str, str] = ("", "")
) -> ColumnElement[bool]:
    """Whether there is one: a passkey, an unused recovery code, an account at the provider; of what has an id, another
    than this. `issuer`: the provider that can be asked; None: there is none."""
    codes, of = recovery_codes.c, identities.c
    at, subject = but_identity
    return or_(
        exists().where(passkeys.c.writer == writer, passkeys.c.id != but_passkey),
        exists().where(codes.writer == writer, codes.used_at.is_(None)),
        exists().where(of.writer == writer, of.issuer == issuer, or_(of.issuer != at, of.subject != subject)),
    )
