"""The built client, held in memory: every file with its gzip, its type and how long a browser may keep it."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

HASHED = "assets/"
"""Files under here have a hash in their names: what one of them says never changes."""
_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}
_MIN_GZIP_BYTES = 512
_CARD = re.compile(rb"<!-- card:.*<!-- /card -->", re.DOTALL)
_PAGES_KEPT = 256


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    zipped: bytes | None
    media_type: str
    etag: str
    cache: str

    def response(self, request: Request, status: int = 200) -> Response:
        headers = {"ETag": self.etag, "Cache-Control": self.cache, "Vary": "Accept-Encoding"}
        if status == 200 and request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        if self.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(self.zipped, status, headers, self.media_type)
        return Response(self.body, status, headers, self.media_type)


class Site:
    """The files of a folder by their paths in it, read again when its index.html was built anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built: int | None = None
        self._files: dict[str, File] = {}

    def file(self, path: str) -> File | None:
        self._refresh()
        return self._files.get(path)

    def page(self, head: str) -> File | None:
        """The one page, with these tags in the place that it has for them."""
        index = self.file("index.html")
        return None if index is None else _with(index.body, head)

    def _refresh(self) -> None:
        try:
            built = (self._folder / "index.html").stat().st_mtime_ns
        except OSError:
            built = None
        if built != self._built:
            self._files = {} if built is None else _read(self._folder)
            self._built = built


@lru_cache(_PAGES_KEPT)
def _with(index: bytes, head: str) -> File:
    return _file("index.html", _CARD.sub(lambda _: head.encode(), index))


def _read(folder: Path) -> dict[str, File]:
    files = (each for each in sorted(folder.rglob("*")) if each.is_file())
    return {(path := each.relative_to(folder).as_posix()): _file(path, each.read_bytes()) for each in files}


def _file(path: str, body: bytes) -> File:
    suffix = Path(path).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    is_text = media_type.startswith("text/") or media_type.endswith(("json", "xml"))
    if path.startswith(HASHED):
        cache = "public, max-age=31536000, immutable"
    else:
        cache = "no-cache" if suffix == ".html" else "public, max-age=3600"
    zipped = gzip.compress(body, mtime=0) if is_text and len(body) >= _MIN_GZIP_BYTES else None
    return File(body, zipped, media_type, f'W/"{hashlib.sha256(body).hexdigest()[:20]}"', cache)
