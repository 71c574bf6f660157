"""The way to another device: a short code that signs in there, once and soon."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from protocol import devices as shapes
from server.core.instants import iso
from server.people import codes, sessions
from server.web.call import Call
from server.web.ports import Services

SIGNS = 8
"""40 bits, of which somebody who guesses sees five a minute."""
HOLDS_MS = 5 * 60_000


async def make(services: Services, call: Call, said: None) -> shapes.DeviceLink:
    """The writer's only one from now on."""
    code, until = codes.new(SIGNS), call.now + HOLDS_MS
    await services.ledger.links.make(call.writer.id, code, call.now, until, call.device)
    url = sessions.link(call.base_url, code)
    return shapes.DeviceLink(codes.grouped(code), url, iso(until), HOLDS_MS // 1_000, _qr(url))


def short(typed: str) -> str | None:
    """The code that somebody typed; None: it is a link's long one."""
    code = codes.plain(typed)
    return code if len(code) == SIGNS else None


def _qr(text: str) -> shapes.QrCode:
    import segno  # not at the start of every server: few are asked for it

    matrix = segno.make_qr(text, error="m").matrix
    return shapes.QrCode(len(matrix), "".join(_runs(matrix)))


def _runs(matrix: Sequence[Sequence[int]]) -> Iterator[str]:
    """Each row's runs of dark squares, as subpaths."""
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row):
            length = sum(1 for _ in run)
            if dark:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length
