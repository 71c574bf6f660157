"""The socket's part of the authorization matrix: each message and command, said by everybody whom the house knows."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import get_args
from uuid import uuid4

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from protocol.codec import decode_server, encode
from protocol.codes import CloseCode, ErrorCode
from protocol.messages import (
    CLIENT_MESSAGES,
    SUBPROTOCOL,
    Ack,
    AckKind,
    Baseline,
    Bye,
    Command,
    CommandArgs,
    Count,
    ErrorMessage,
    Extend,
    GiveCheer,
    GoAway,
    Hello,
    Nothing,
    OfSprint,
    Op,
    Ping,
    Pong,
    Remove,
    Role,
    ServerMessage,
    Start,
    Welcome,
)
from protocol.tokens import Scope
from server.ledger.tries import MOST
from server.people.sessions import new_personal
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

OF_ALL = ("Ping", "Bye")
OF_WRITERS = ("Count", "JOIN", "BASELINE", "CHEER")
OF_HOSTS = ("START", "EXTEND", "CANCEL", "END", "REMOVE")
LAST = ("LEAVE",)
"""Writers may, too. Whoever did may do no more."""
MAY_NOT: tuple[int, ...] = (ErrorCode.NOT_ALLOWED, ErrorCode.NOT_SIGNED_IN)
Headers = dict[str, str]


def test_every_message_and_command_has_its_place_in_the_matrix() -> None:
    said = {each.__name__ for each in CLIENT_MESSAGES.values()} - {"Command"} | {op.name for op in Op}
    assert said == {"Hello", *OF_ALL, *OF_WRITERS, *OF_HOSTS, *LAST}


async def test_everybody_may_say_what_their_place_in_the_room_allows(shared_server: ServerProcess) -> None:
    """The room is private."""
    writer, host = {*OF_ALL, *OF_WRITERS, *LAST}, {*OF_ALL, *OF_WRITERS, *OF_HOSTS, *LAST}
    async with AsyncExitStack() as stack:
        people = [
            await stack.enter_async_context(SocketWriter(shared_server.url, name))
            for name in ("Ann", "Ben", "Cy", "Di")
        ]
        for each in people:
            await each.sign_in()
        ann, ben, cy, revoked = people
        gone = cookie(revoked)
        await revoked.post("/api/session/end")
        own = shared_server.url
        expected: list[tuple[str, Headers, str, int, set[str]]] = [
            ("nobody", {}, own, CloseCode.NO_SUCH_ROOM, set()),
            ("a revoked session", gone, own, CloseCode.NO_SUCH_ROOM, set()),
            ("another writer", cookie(cy), own, CloseCode.NO_SUCH_ROOM, set()),
            ("a page elsewhere", cookie(ann), "https://elsewhere.example", 403, set()),
            ("a member", cookie(ben), own, Role.WRITER, writer),
            ("the host", cookie(ann), own, Role.HOST, host),
            ("a token for all", await token(ann), own, Role.HOST, host),
            ("a token without rooms:write", await token(ann, "rooms:write"), own, Role.VIEWER, {*OF_ALL}),
            ("a token without rooms:read", await token(ann, "rooms:read"), own, CloseCode.NOT_SIGNED_IN, set()),
        ]
        for who, headers, origin, hello, may in expected:
            room, sprint = await private_sprint(ann, ben)
            assert await tried(shared_server, headers, origin, room, sprint) == (hello, may), who


async def test_a_token_that_is_revoked_takes_its_sockets_along(shared_server: ServerProcess) -> None:
    async with SocketWriter(shared_server.url, "Ann") as ann:
        await ann.sign_in()
        await ann.join(await ann.make_room())
        headers = await token(ann)
        (made,) = (await ann.get("/api/me/tokens"))["tokens"]
        async with door(shared_server, headers, origin=None) as companion:
            await companion.send(encode(Hello(ann.room)))
            await companion.recv(decode=False)
            await ann.ask("DELETE", f"/api/me/tokens/{made['id']}")
            async with asyncio.timeout(2):
                await companion.wait_closed()
            assert companion.close_code == CloseCode.NOT_SIGNED_IN
        assert ann.close_code is None


async def test_guessed_tokens_are_told_when_to_come_back_and_right_ones_are_let_in() -> None:
    """A server of its own, behind a proxy that says from where they come."""
    async with ServerProcess(trusted_proxies="127.0.0.0/8") as server, SocketWriter(server.url, "Ann") as ann:
        await ann.sign_in()
        room, right = await ann.make_room(), await token(ann)

        async def answer(headers: Headers, place: str) -> tuple[ServerMessage | None, int | None]:
            """What is said first, and how it is closed; None: not at all."""
            async with door(server, headers | {"X-Forwarded-For": place}, origin=None) as line:
                with suppress(ConnectionClosed):  # who is refused may be so before
                    await line.send(encode(Hello(room)))
                try:
                    said = decode_server(await line.recv(decode=False))
                except ConnectionClosed:
                    said = None
                if isinstance(said, Welcome):
                    return said, None
                await line.wait_closed()
                return said, line.close_code

        def guess() -> Headers:
            return {"Authorization": f"Bearer {new_personal()}"}

        school, cafe = "198.51.100.7", "203.0.113.9"
        assert [await answer(guess(), school) for _ in range(MOST)] == [(None, CloseCode.NOT_SIGNED_IN)] * MOST
        for place in school, f"{cafe}, {school}":  # whoever they say that they are, the proxy knows better
            leave, code = await answer(guess(), place)
            assert code == CloseCode.RATE_LIMITED
            assert isinstance(leave, GoAway)
            assert 0 < leave.retry_ms <= 120_000
        assert await answer(guess(), cafe) == (None, CloseCode.NOT_SIGNED_IN)
        assert isinstance((await answer(right, school))[0], Welcome)


# What is tried ------------------------------------------------------------------------------------------------------


def cookie(writer: SocketWriter) -> Headers:
    return {"Cookie": f"wordtide={writer.http.cookies['wordtide']}"}


async def token(of: SocketWriter, *lacking: Scope) -> Headers:
    scopes = [each for each in get_args(Scope) if each not in lacking]
    made = await of.post("/api/me/tokens", {"id": str(uuid4()), "name": "a", "scopes": scopes})
    return {"Authorization": f"Bearer {made['secret']}"}


async def private_sprint(host: SocketWriter, member: SocketWriter) -> tuple[str, int]:
    """The room's slug, and its sprint, which runs."""
    room = await host.post("/api/rooms", {"title": "Us", "visibility": "private"})
    await member.post(f"/api/rooms/{room['slug']}/join", {"invite": room["url"].partition("invite=")[2]})
    sprint = await host.post(f"/api/rooms/{room['slug']}/sprints", {"minutes": 10, "delay_s": 0})
    return room["slug"], sprint["id"]


def door(server: ServerProcess, headers: Headers, origin: str | None) -> connect:
    return connect(
        f"ws://127.0.0.1:{server.port}/ws",
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
        origin=origin,  # type: ignore[arg-type]
        additional_headers=headers,
        compression=None,
        proxy=None,
        close_timeout=1,
    )


def args(op: Op, sprint: int) -> CommandArgs:
    """As is right for a sprint that runs; but the slot is nobody's, so that who may remove somebody removes nobody."""
    of: dict[Op, CommandArgs] = {
        Op.START: Start(600),
        Op.EXTEND: Extend(sprint, 60),
        Op.CANCEL: OfSprint(sprint),
        Op.END: OfSprint(sprint),
        Op.REMOVE: Remove(2**20),
        Op.BASELINE: Baseline(sprint, 100),
        Op.CHEER: GiveCheer(0),
    }
    return of.get(op, Nothing())


async def tried(server: ServerProcess, headers: Headers, origin: str, room: str, sprint: int) -> tuple[int, set[str]]:
    """What HELLO is answered with, the role or why not, and what may be said after it, each message once."""
    may: set[str] = set()
    try:
        async with door(server, headers, origin) as line:

            async def told(found: Callable[[object], int | None]) -> int:
                while True:
                    code = found(decode_server(await line.recv(decode=False)))
                    if code is not None:
                        return code

            await line.send(encode(Hello(room)))
            role = await told(lambda each: each.role if isinstance(each, Welcome) else None)
            await line.send(encode(Ping(1)))
            may |= {"Ping"} if await told(lambda each: 0 if isinstance(each, Pong) else None) == 0 else set()
            await line.send(encode(Count(sprint, 1, 10)))
            if await told(lambda each: answered(each, AckKind.COUNT, sprint)) not in MAY_NOT:
                may.add("Count")
            for name in [*OF_WRITERS, *OF_HOSTS, *LAST]:
                if name in Op.__members__:
                    id = 10**12 + Op[name]
                    await line.send(encode(Command(id, Op[name], args(Op[name], sprint))))
                    if await told(lambda each, id=id: answered(each, AckKind.COMMAND, id)) not in MAY_NOT:  # type: ignore[misc]
                        may.add(name)
            await line.send(encode(Bye()))
            await line.wait_closed()
            return role, may | ({"Bye"} if line.close_code == 1000 else set())
    except InvalidStatus as error:
        return error.response.status_code, may
    except ConnectionClosed as error:
        return error.rcvd.code if error.rcvd is not None else 0, may


def answered(message: object, kind: AckKind, ref: int) -> int | None:
    """The code of the answer to this, if it is one."""
    if isinstance(message, ErrorMessage) and message.ref == ref:
        return message.code
    return message.code if isinstance(message, Ack) and (message.kind, message.id) == (kind, ref) else None
