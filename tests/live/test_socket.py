"""The socket's door and its manners, against a running server: who is let in, and which fault closes how."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import msgpack
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from protocol.codec import encode
from protocol.codes import CloseCode, ErrorCode
from protocol.messages import (
    SUBPROTOCOL,
    Ack,
    AckKind,
    Bye,
    Cheered,
    Command,
    Count,
    ErrorMessage,
    GiveCheer,
    Hello,
    Op,
    Ping,
    Role,
)
from tests.support.group import another_device, group
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter


@asynccontextmanager
async def line(
    server: ServerProcess, subprotocol: str = SUBPROTOCOL, origin: str | None = ""
) -> AsyncIterator[ClientConnection]:
    """A socket without a session. `origin` "": the server's own."""
    async with connect(
        f"ws://127.0.0.1:{server.port}/ws",
        subprotocols=[subprotocol] if subprotocol else None,  # type: ignore[list-item]
        origin=server.url if origin == "" else origin,  # type: ignore[arg-type]
        compression=None,
        proxy=None,
        close_timeout=1,
    ) as opened:
        yield opened


async def closed_with(opened: ClientConnection) -> int | None:
    """The server's close code, whatever is said before."""
    async with asyncio.timeout(5):
        await opened.wait_closed()
    return opened.close_code


async def refusal(writer: SocketWriter, ref: int) -> ErrorMessage:
    return await writer.wait(lambda: next((each for each in writer.errors if each.ref == ref), None))


def answers(writer: SocketWriter) -> dict[int, int]:
    """Code by command."""
    done = {each.id: each.code for each in writer.said(Ack) if each.kind == AckKind.COMMAND}
    return done | {each.ref: each.code for each in writer.errors}


# The door -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1:{port}.evil.example",
        "http://127.0.0.1:{port}0",
        "http://localhost:{port}",
        "ftp://127.0.0.1:{port}",
    ],
)
async def test_another_origin_is_refused_before_the_handshake(shared_server: ServerProcess, origin: str | None) -> None:
    wrong = None if origin is None else origin.format(port=shared_server.port)
    with pytest.raises(InvalidStatus) as refused:
        async with line(shared_server, origin=wrong):
            pass
    assert refused.value.response.status_code == 403


async def test_another_version_is_told_so_in_its_own_words(shared_server: ServerProcess) -> None:
    async with line(shared_server, subprotocol="wordtide.v9.msgpack") as opened:
        assert opened.subprotocol == "wordtide.v9.msgpack"  # else a browser would see 1006, and try for ever
        assert await closed_with(opened) == CloseCode.VERSION
    async with line(shared_server, subprotocol="") as opened:
        assert await closed_with(opened) == CloseCode.VERSION


async def test_who_has_no_session_may_watch_and_not_write(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,), SocketWriter(shared_server.url, "Nobody") as nobody:
        async with line(shared_server) as opened:
            await opened.send(encode(Hello(ada.room)))
            assert await closed_with(opened) == CloseCode.NOT_SIGNED_IN
        await ada.start(60)
        assert (await nobody.join(ada.room, view_only=True)).role == Role.VIEWER
        await nobody.say(Count(ada.sprint, ada.now(), 5))
        assert (await refusal(nobody, ada.sprint)).code == ErrorCode.NOT_ALLOWED
        for op in Op.JOIN, Op.LEAVE:
            answer = await nobody.command(op)
            assert isinstance(answer, ErrorMessage)
            assert answer.code == ErrorCode.NOT_SIGNED_IN


async def test_who_has_no_name_learns_of_no_private_room(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada", visibility="private") as (ada,):
        for capabilities in 0, 1:
            async with line(shared_server) as opened:
                await opened.send(encode(Hello(ada.room, capabilities=capabilities)))
                assert await closed_with(opened) == CloseCode.NO_SUCH_ROOM


async def test_a_session_that_is_unknown_is_none(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,), SocketWriter(shared_server.url, "Eve") as eve:
        eve.me = {"id": ada.me["id"]}
        eve.http.cookies.set("wordtide", "x" * 43)
        with pytest.raises(ConnectionClosed):
            await eve.join(ada.room)
        assert eve.close_code == CloseCode.NOT_SIGNED_IN


@pytest.mark.parametrize("slug", ["no-such-room", "x" * 64, "\x00", "a\nb", "\u202e", "../..", "ＲＯＯＭ"])
async def test_a_room_that_is_none_is_closed_as_such(shared_server: ServerProcess, slug: str) -> None:
    async with line(shared_server) as opened:
        await opened.send(encode(Hello(slug, capabilities=1)))
        assert await closed_with(opened) == CloseCode.NO_SUCH_ROOM


async def test_a_writer_s_sixth_socket_closes_the_oldest(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada", "Ben") as (ada, ben), AsyncExitStack() as stack:
        tabs = [ada]
        for _ in range(5):
            tabs.append(await stack.enter_async_context(another_device(ada)))
            await tabs[-1].rejoin()
        assert await ada.closed() == CloseCode.TOO_MANY_SOCKETS
        await ben.ping()
        for tab in tabs[1:]:
            await tab.ping()


# Manners --------------------------------------------------------------------------------------------------------------


async def test_before_hello_one_may_ask_for_the_time_and_nothing_else(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,), another_device(ada) as phone:
        await phone.open()
        pong = await phone.ping()
        assert abs(pong.s2 - ada.now()) < 1_000
        for early in Count(5, ada.now(), 1), Command(5, Op.LEAVE):
            await phone.say(early)
            refused = await phone.wait(lambda: phone.errors.pop() if phone.errors else None)
            assert (refused.ref, refused.code, bool(refused.rule)) == (5, ErrorCode.BAD_REQUEST, True)
            phone.messages.clear()
        await phone.say(Hello(ada.room))
        await phone.wait(lambda: phone.welcome)


async def test_hello_is_said_once(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,):
        await ada.say(Hello(ada.room))
        refused = await refusal(ada, 0)
        assert (refused.code, bool(refused.rule)) == (ErrorCode.BAD_REQUEST, True)
        await ada.ping()


async def test_bye_closes_in_order(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,):
        await ada.say(Bye())
        assert await ada.closed() == 1000


async def test_what_a_later_version_says_is_passed_over(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,):
        for unknown in [99], [99, "what", 3.5, None], [0], [-1], [65, 1, 2, 1, 1], [3]:
            await ada.say_bytes(msgpack.packb(unknown))
        await ada.ping()
        assert ada.errors == []


async def test_fields_that_a_later_version_appends_are_passed_over(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,):
        await ada.start(60)
        seq = ada.now()
        await ada.say_bytes(msgpack.packb([2, ada.sprint, seq, 17, 0, 0, "more", None, [1]]))
        await ada.wait_until(lambda: ada.acked.get(ada.sprint) == seq)
        await ada.wait_for_standing({"Ada": 17})


@pytest.mark.parametrize("data", [msgpack.packb([2, 5, 5, 5])[:-1], "hello"], ids=["cut short", "a frame of text"])
async def test_what_is_no_message_closes_the_connection(shared_server: ServerProcess, data: bytes | str) -> None:
    """Which bytes are none, the codec's tests say."""
    async with group(shared_server.url, "Ada") as (ada,):
        await ada.say_bytes(data)
        assert await ada.closed() == CloseCode.MALFORMED
    async with line(shared_server) as opened:
        await opened.send(data)
        assert await closed_with(opened) == CloseCode.MALFORMED


async def test_a_message_far_over_the_limit_is_cut_by_the_frame(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,):
        await ada.say_bytes(b"x" * 1_000_000)
        assert await ada.closed() in (1009, 1006)


async def test_a_flood_is_answered_then_closed_and_harms_no_one_else(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Flood", "Ben") as (flood, ben):
        for n in range(900):
            try:
                await flood.say(Ping(n))
            except ConnectionClosed:
                break
        assert await flood.closed() == CloseCode.RATE_LIMITED
        refused = flood.errors
        assert refused
        assert all((each.code, each.temporary) == (ErrorCode.TOO_FAST, True) for each in refused)
        assert all(each.retry_ms > 0 for each in refused)
        await ben.ping()
        await flood.rejoin()  # it may come back


async def test_a_flood_before_hello_is_closed_too(shared_server: ServerProcess) -> None:
    async with line(shared_server) as opened:
        with suppress(ConnectionClosed):
            for n in range(5_000):
                await opened.send(encode(Ping(n)))
            while True:
                await opened.recv()
        assert await closed_with(opened) == CloseCode.RATE_LIMITED


async def test_cheers_come_one_by_one(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada", "Ben") as (ada, ben):
        for id in range(1, 21):
            await ada.say(Command(id, Op.CHEER, GiveCheer(0)))
            await ada.wait_until(lambda id=id: id in answers(ada))  # type: ignore[misc]
        codes = list(answers(ada).values())
        assert codes[:5] == [ErrorCode.OK] * 5
        assert ErrorCode.TOO_FAST in codes
        await ben.wait_until(lambda: len(ben.said(Cheered)) == codes.count(ErrorCode.OK))


async def test_commands_of_one_socket_are_obeyed_in_their_order(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada", "Ben") as (ada, ben):
        for turn in range(5):
            await ben.say(Command(2 * turn + 1, Op.LEAVE))
            await ben.say(Command(2 * turn + 2, Op.JOIN))
            await ben.wait_until(lambda: len(answers(ben)) == 2 * turn + 2)  # noqa: B023
            assert set(answers(ben).values()) == {ErrorCode.OK}
            assert ben.welcome is not None
            assert ben.welcome.slot is not None
        await ada.wait_until(lambda: sorted(ada.names.values()) == ["Ada", "Ben"])


async def test_counts_that_come_too_fast_are_merged_all_the_same(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada", "Ben") as (ada, ben):
        await ada.start(60)
        for words in range(1, 401):
            last = await ada.count(words)
        await ada.wait_for_ack(last)
        await ben.wait_for_standing({"Ada": 400, "Ben": 0})
        assert ada.errors == []


async def test_more_commands_at_once_than_are_worked_on_are_refused_for_now(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada", "Ben") as (ada, ben):
        ids = range(1, 41)
        for id in ids:
            await ben.say(Command(id, Op.LEAVE))
        await ben.wait_until(lambda: len(answers(ben)) == len(ids))
        assert set(answers(ben).values()) <= {ErrorCode.OK, ErrorCode.TOO_FAST}
        assert ErrorCode.OK in answers(ben).values()
        assert (await ben.become_a_writer()).slot is not None
        await ada.ping()


async def test_half_a_handshake_harms_nobody(shared_server: ServerProcess) -> None:
    async with group(shared_server.url, "Ada") as (ada,):
        with socket.create_connection(("127.0.0.1", shared_server.port)) as half:
            half.sendall(b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n")
            await ada.ping()
        assert "Traceback" not in shared_server.log
