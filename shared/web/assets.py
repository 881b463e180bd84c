"""Styles, scripts and fonts: cut, hashed and compressed into an ignored directory, then served from memory for ever.

`python -m shared.web.assets [directory]` builds by hand; `build_assets()` does nothing when nothing changed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2"}
KINDS[".svg"] = "image/svg+xml"
_PUNCTUATION = "–—‘’“”•…₫−×≤≥"
_VIETNAMESE = "ĂăĐđĨĩŨũƠơƯư\u0300\u0301\u0303\u0309\u0323"
LETTERS = (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x1EA0, 0x1EFA), *map(ord, _PUNCTUATION + _VIETNAMESE))
DIGITS = tuple(range(0x30, 0x3A))
WEIGHTS = {400: "Regular", 600: "SemiBold"}


@dataclass(frozen=True)
class Assets:
    """What was built: `url("motcua.css")` is the address to print into a page."""

    directory: Path
    names: dict[str, str]
    prefix: str = "/static"

    def url(self, name: str) -> str:
        """The hashed address of a source file; KeyError for one that does not exist."""
        return f"{self.prefix}/{self.names[name]}"


def build_assets(directory: Path | None = None, prefix: str = "/static") -> Assets:
    """Builds what changed (under a second) or nothing, and says where it is. Same sources, same bytes."""
    out = directory or default_directory()
    wanted = _sources_hash()
    known = _read_manifest(out)
    if known is not None and known["sources"] == wanted and all((out / n).exists() for n in known["files"].values()):
        return Assets(out, known["files"], prefix)
    out.mkdir(parents=True, exist_ok=True)
    names = {name: _save(out, name, content) for name, content in _fonts()}
    for source in _text_sources():
        names[source.name] = _save(out, source.name, _with_hashed_names(source.read_text("utf-8"), names).encode())
    _write(out / "manifest.json", json.dumps({"files": names, "sources": wanted}, indent=1).encode())
    _prune(out, set(names.values()))
    return Assets(out, names, prefix)


def default_directory() -> Path:
    """`build/web` of a checkout that can be written, else the user's cache, else a new temporary directory."""
    root = Path(__file__).parents[2]
    if (root / "pyproject.toml").is_file() and os.access(root, os.W_OK):
        return root / "build" / "web"
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "motcua" / "web"
        cache.mkdir(parents=True, exist_ok=True)
        return cache
    except (OSError, RuntimeError):  # no home, or nothing may be written there
        return Path(tempfile.mkdtemp(prefix="motcua-web-"))


def _text_sources() -> list[Path]:
    return sorted(STATIC.glob("*.svg")) + sorted(STATIC.glob("*.css")) + sorted(STATIC.glob("*.js"))


@cache
def _sources_hash() -> str:
    tools = " ".join(f"{p}={version(p)}" for p in ("fontpkg-be-vietnam-pro", "fonttools", "brotli"))
    digest = hashlib.sha256(tools.encode())
    for source in [*_text_sources(), Path(__file__)]:
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()


def _read_manifest(out: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((out / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"files", "sources"} <= found.keys() else None


def _with_hashed_names(text: str, names: dict[str, str]) -> str:
    return re.sub(r"url\(([\w.-]+)\)", lambda found: f"url({names[found[1]]})", text)


def _save(out: Path, name: str, content: bytes) -> str:
    """Writes one file under its hashed name, with `.br` and `.gz` beside what is worth compressing."""
    stem, kind = name.rsplit(".", 1)
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{kind}"
    _write(out / hashed, content)
    if kind != "woff2":
        import brotli  # type: ignore[import-untyped]  # ships no hints; only a build needs it

        _write(out / f"{hashed}.br", brotli.compress(content, quality=11))
        _write(out / f"{hashed}.gz", gzip.compress(content, 9, mtime=0))
    return hashed


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, since several services may build at once."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def _prune(out: Path, kept: set[str]) -> None:
    for file in out.iterdir():
        if file.name.removesuffix(".br").removesuffix(".gz") not in kept | {"manifest.json"} and file.name[0] != ".":
            file.unlink(missing_ok=True)


def _fonts() -> Iterator[tuple[str, bytes]]:
    import fontpkg_be_vietnam_pro  # type: ignore[import-untyped]  # ships no hints

    files = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
    for weight, face in WEIGHTS.items():
        source = files / f"BeVietnamPro-{face}.ttf"
        yield f"text-{weight}.woff2", _woff2(_cut(source, LETTERS))
        yield f"digits-{weight}.woff2", _woff2(_tabular(_cut(source, DIGITS)))


def _cut(source: Path, codes: tuple[int, ...]) -> Any:
    from fontTools import subset  # type: ignore[import-untyped]  # ships no hints
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # ships no hints

    font = TTFont(source, recalcTimestamp=False)  # otherwise every build has other bytes
    options = subset.Options(
        layout_features=["kern", "mark", "mkmk", "ccmp", "locl", "case"], hinting=False, name_IDs=[1, 2, 4, 6, 13, 14]
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    return font


def _tabular(font: Any, width: int = 620) -> Any:
    """Be Vietnam Pro has no `tnum`: every digit gets one width, so that clocks and columns line up."""
    glyphs, metrics, names = font["glyf"], font["hmtx"], font.getBestCmap()
    for code in DIGITS:
        name = names[code]
        advance, left = metrics[name]
        shift = round((width - advance) / 2)
        glyphs[name].coordinates.translate((shift, 0))
        glyphs[name].recalcBounds(glyphs)
        metrics[name] = (width, left + shift)
    return font


def _woff2(font: Any) -> bytes:
    import io

    out = io.BytesIO()
    font.flavor = "woff2"
    font.save(out)
    return out.getvalue()


def static_app(assets: Assets) -> ASGIApp:
    """Serves the built files from memory, compressed as asked for, to be kept a year: a hashed name never changes."""
    names = [n for hashed in assets.names.values() for n in (hashed, f"{hashed}.br", f"{hashed}.gz")]
    files = {n: (assets.directory / n).read_bytes() for n in names if (assets.directory / n).exists()}

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        name = str(scope.get("path", "")).rsplit("/", 1)[-1]
        if scope["type"] != "http" or name not in assets.names.values() or scope["method"] not in ("GET", "HEAD"):
            await Response("Not found", 404, media_type="text/plain")(scope, receive, send)
            return
        coding = _coding(Headers(scope=scope).get("accept-encoding", ""), name, files)
        await _file(name, files[f"{name}{coding}"], coding)(scope, receive, send)

    return serve


def _coding(accepted: str, name: str, files: dict[str, bytes]) -> str:
    offered = {word.split(";")[0].strip() for word in accepted.split(",")}
    for word, ending in (("br", ".br"), ("gzip", ".gz")):
        if word in offered and f"{name}{ending}" in files:
            return ending
    return ""


def _file(name: str, content: bytes, coding: str) -> Response:
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if coding:
        headers["Content-Encoding"] = {".br": "br", ".gz": "gzip"}[coding]
    return Response(content, media_type=KINDS[Path(name).suffix], headers=headers)


if __name__ == "__main__":
    built = build_assets(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    print(built.directory, *sorted(built.names.values()), sep="\n")
