"""The one file of interest in a zip, TrackBear's or an archive of our own, read within bounds: it may unpack to
anything."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

from server.porting.problem import FileError
from server.porting.readme import EVERYTHING, SESSIONS

TALLIES = "tallies/all-tallies.csv"
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
MOST_DIRECTORY_BYTES = 1024 * 1024
"""A zip lists its files at its end, and Python keeps the list in memory: some 10,000 files."""
_PIECE = 64 * 1024
_SPREADSHEETS = ("xl/workbook.xml", "content.xml", "word/document.xml")
_AGAIN = "export it again and choose the new one"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What zipfile raises for damaged ones, in all its depths."""


def is_zip(data: bytes) -> bool:
    return data.startswith((ZIP, EMPTY_ZIP))


def table_in(data: bytes, most_bytes: int) -> bytes:
    """The CSV of all tallies, or of all sessions. FileError for what is damaged, encrypted, too large, or neither's."""
    _bound_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, most_bytes)
    except FileError:
        raise
    except _UNREADABLE:
        raise FileError(f"is a damaged zip: {_AGAIN}") from None


def _bound_directory(data: bytes) -> None:
    """The record at the end of a zip tells how long the list before it is."""
    end = data.rfind(EMPTY_ZIP, max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        raise FileError(f"is a damaged zip: {_AGAIN}")
    (length,) = struct.unpack_from("<I", data, end + 12)
    if length > MOST_DIRECTORY_BYTES or b"PK\x06\x07" in data[max(0, end - 20) : end]:
        raise FileError("is a zip with too many files in it: choose the zip that TrackBear exports")


def _read(archive: zipfile.ZipFile, most_bytes: int) -> bytes:
    names = archive.namelist()
    found = [name for name in names if name == TALLIES or name.endswith(f"/{TALLIES}")] or _sessions(names)
    if not found:
        if any(name in names for name in _SPREADSHEETS):
            raise FileError("is a document, not a table: save the sheet with your counts as CSV and choose that")
        raise FileError(f"is a zip without {TALLIES} in it: choose the zip that TrackBear exports, or Wordtide")
    info = archive.getinfo(found[0])
    if info.flag_bits & 1:
        raise FileError("is an encrypted zip: export it without a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileError(f"is packed in a way that neither TrackBear nor Wordtide uses: {_AGAIN}")
    unpacked = bytearray()
    with archive.open(info) as file:
        while piece := file.read(_PIECE):
            unpacked += piece
            if len(unpacked) > most_bytes:
                raise FileError(f"unpacks to more than {most_bytes // 2**20} MB: import it in parts, as CSV")
    return bytes(unpacked)


def _sessions(names: Sequence[str]) -> list[str]:
    """Of an archive of our own, which may have been packed anew, in a folder."""
    folders = [name.removesuffix(EVERYTHING) for name in names if name == EVERYTHING or name.endswith(f"/{EVERYTHING}")]
    return [name for folder in folders if (name := f"{folder}{SESSIONS}.csv") in names]
