"""A socket as a frozen tab leaves it: it is in a room, and neither reads nor answers a close."""

import socket
from urllib.parse import urlsplit

from protocol.codec import encode
from protocol.messages import CAN_VIEW_ONLY, SUBPROTOCOL, Hello
from tests.support.frames import masked


def never_reads(url: str, room: str, buffer_bytes: int = 0) -> socket.socket:
    """`buffer_bytes`: what the kernel takes in for it, as little as it allows; 0: as it likes."""
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    line = socket.socket()
    if buffer_bytes:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    line.connect((address.hostname, address.port))
    line.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: {url}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
    )
    assert line.recv(12) == b"HTTP/1.1 101"
    line.sendall(masked(2, encode(Hello(room, capabilities=CAN_VIEW_ONLY))))
    return line
