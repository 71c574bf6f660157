"""The files of a built client, made small."""

from pathlib import Path

FONT = b"wOF2" + bytes(2_000)
PAGE = "<!doctype html><title>Wordtide</title>" + "<p>" * 600


def build_client(folder: Path, page: str = PAGE) -> None:
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(page)
    (folder / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "assets" / "index-abc123.js").write_text("export {};\n" * 200)
    (folder / "assets" / "face-abc123.woff2").write_bytes(FONT)
