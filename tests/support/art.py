"""`./dev draw`: the icons, and the pictures that links show of themselves, from their drawings into client/public/.

A real Chromium renders them, so that a server needs neither it nor a font. Each PNG carries the checksum of what it was
drawn from: a test finds one that was not drawn anew, on any machine, whatever fonts that has.
"""

import asyncio
import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from string import Template

from server.web.cards import HEIGHT, WIDTH
from tests.support.browser import Chromium
from tests.support.server import ROOT

PUBLIC = ROOT / "client/public"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_IHDR_BYTES = 25
_DRAWN_FROM = b"Drawn-From\0"


@dataclass(frozen=True)
class Drawing:
    """A PNG in client/public: `size` in px, and the SVG that it is drawn from."""

    file: str
    size: tuple[int, int]
    svg: str

    @property
    def checksum(self) -> bytes:
        return hashlib.sha256(f"{self.size} {self.svg}".encode()).hexdigest().encode()


def drawings() -> list[Drawing]:
    icon = (PUBLIC / "icon.svg").read_text(encoding="utf-8")
    # Systems that cut icons to a shape of their own get the whole tile; what matters is well within their circle.
    square = icon.replace('rx="14"', "")
    assert square != icon, "icon.svg has no round corners to take away"
    card = Template((ROOT / "client/art/card.svg").read_text(encoding="utf-8"))
    return [
        Drawing("icon-192.png", (192, 192), icon),
        Drawing("icon-512.png", (512, 512), icon),
        Drawing("icon-maskable.png", (512, 512), square),
        Drawing("icon-apple.png", (180, 180), square),
        Drawing("card.png", (WIDTH, HEIGHT), card.substitute(rise=0, line="Timed writing sprints, together.")),
        Drawing(
            "card-results.png", (WIDTH, HEIGHT), card.substitute(rise=-64, line="The high-water mark of a sprint.")
        ),
    ]


def signed(png: bytes, checksum: bytes) -> bytes:
    """The picture with the checksum of its drawing in a text chunk, which every reader of PNG skips."""
    chunk = b"tEXt" + _DRAWN_FROM + checksum
    framed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    head = len(_SIGNATURE) + _IHDR_BYTES
    return png[:head] + framed + png[head:]


def is_of(png: bytes, drawing: Drawing) -> bool:
    """Whether the picture was drawn from this, in this size."""
    return struct.unpack(">II", png[16:24]) == drawing.size and signed(b"", drawing.checksum) in png


async def draw_all(folder: Path) -> None:
    async with Chromium() as chromium:
        artist = await chromium.person("Artist", "http://127.0.0.1")
        for each in drawings():
            width, height = each.size
            await artist.page.set_viewport_size({"width": width, "height": height})
            await artist.page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{each.svg}")
            png = await artist.page.screenshot(omit_background=True)
            (folder / each.file).write_bytes(signed(png, each.checksum))
            print(folder / each.file, flush=True)


if __name__ == "__main__":
    asyncio.run(draw_all(PUBLIC))
