"""Where writers are signed in: a session for each browser, which the server keeps."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import SigningIn
from server.ledger.people import begin_session
from server.ledger.tables import auth_sessions


async def sign_in(connection: AsyncConnection, writer: int, signing: SigningIn, now: int) -> None:
    """Within the write that found out who it is. `now`: Unix ms.

    The token is a new one each time: whoever knew the one before has nothing of it.
    """
    if signing.instead_of is not None:
        mine = auth_sessions.c.writer == writer
        await connection.execute(delete(auth_sessions).where(auth_sessions.c.id == signing.instead_of, mine))
    await begin_session(connection, writer, signing.token, signing.device, now)
