"""The text of a file that does not say how it is encoded."""

import codecs
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from server.porting.problem import FileError
from server.porting.remembered import remembered

SLICE = 64 * 1024
"""Bytes or characters that one step looks at: longer steps would hold the interpreter, and with it the event loop."""
MOST_LINE = 1024 * 1024
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_KNOWN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "packed with gzip",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "a text document",
    b"SQLite format 3": "a database",
}
"""How files begin that people take for tables."""


class Text(NamedTuple):
    """Bytes with the encoding that fits them."""

    data: bytes
    encoding: str

    def lines(self) -> Iterator[str]:
        """With their ends as they stand, decoded as they are asked for."""
        file = io.TextIOWrapper(io.BytesIO(self.data), self.encoding, newline="")
        while line := file.readline(MOST_LINE):
            if len(line) == MOST_LINE:
                raise FileError("has a line too long for a table of days: save your counts as CSV and choose that")
            yield line


def text_of(data: bytes) -> Text:
    """UTF-8 or UTF-16 as its mark says; else UTF-8 if that fits, else Windows' Latin-1. FileError: it is no text."""
    if not data.strip():
        raise FileError("is empty: choose one with a row for each day you wrote")
    for begins, what in _KNOWN.items():
        if data.startswith(begins):
            raise FileError(f"is {what}, not a table: save your counts as CSV and choose that")
    for encoding in _candidates(data):
        if _fits(data, encoding):
            return Text(data, encoding)
    raise FileError("is not text: save your counts as CSV and choose that")


def _candidates(data: bytes) -> list[str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return [encoding]
    nuls = data[:200].count(0)
    if nuls > len(data[:200]) // 4:  # every other byte of plain letters in UTF-16
        return ["utf-16-be" if data[0] == 0 else "utf-16-le"]
    return ["utf-8", "cp1252", "latin-1"]


def _fits(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for begin in range(0, len(data), SLICE):
            part = decoder.decode(data[begin : begin + SLICE], final=begin + SLICE >= len(data))
            if _NOT_TEXT.search(part):
                return False
    except UnicodeError:
        return False
    return True


@remembered(1_024)
def one_line(text: str) -> str:
    """Without characters that cannot be seen, and with single blanks."""
    seen = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in text)
    return " ".join(seen.split())
