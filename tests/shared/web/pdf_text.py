"""What a reader finds on the pages of a PDF of ours: the letters, by the map from glyphs that each font carries."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\nendstream", re.DOTALL)
_WORD = re.compile(rb"/[^\s/<>\[\]()]*|<<|>>|<[0-9A-Fa-f]*>|[^\s/<>\[\]()]+|[\[\]]")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page in the order of reading, without any blank: lines break where the layout wants it."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type ?/Page\b(?!s)", body)]
    order = [int(n) for kids in re.findall(rb"/Kids ?\[(.*?)\]", pdf) for n in re.findall(rb"(\d+) 0 R", kids)]
    listed = [objects[n] for n in order if objects[n] in pages]
    assert listed and len(listed) == len(pages)
    return ["".join(_page(objects, page).split()) for page in listed]


def text_of_pdf(pdf: bytes) -> str:
    """All of it, without any blank."""
    return "".join(pages_of(pdf))


def squeezed(text: str) -> str:
    """A text as `pages_of` has it."""
    return "".join(text.split())


def _page(objects: dict[int, bytes], page: bytes) -> str:
    fonts = {
        name: _glyphs(objects, int(number))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", objects[_reference(page, rb"Resources")])
    }
    return _read(_inflated(objects[_reference(page, rb"Contents")]), fonts)


def _read(content: bytes, fonts: dict[bytes, dict[bytes, str]]) -> str:
    """What is shown; where the page says what is meant by it (ActualText), that."""
    said: list[str] = []
    depth, actual_at, font, before = 0, 0, b"", b""
    pending: bytes | None = None
    for token in _tokens(content):
        if before == b"/ActualText":
            pending = token
        elif token in (b"BDC", b"BMC"):
            depth += 1
            if pending is not None and not actual_at:
                said.append(_unescaped(pending).decode("utf-16"))
                actual_at = depth
            pending = None
        elif token == b"EMC":
            actual_at = 0 if depth == actual_at else actual_at
            depth -= 1
        elif token[1:] in fonts and token.startswith(b"/f"):
            font = token[1:]
        elif token[:1] in (b"(", b"<") and token != b"<<" and font and not actual_at:
            codes = _unescaped(token)
            said.extend(fonts[font].get(codes[i : i + 2], "") for i in range(0, len(codes), 2))
        before = token
    return "".join(said)


def _tokens(content: bytes) -> Iterator[bytes]:
    """Names, operators and strings; a string in brackets may hold others, as long as they close."""
    at = 0
    while at < len(content):
        if content[at : at + 1] == b"(":
            end = _closed(content, at)
        elif (word := _WORD.match(content, at)) is not None:
            end = word.end()
        else:
            at += 1
            continue
        yield content[at:end]
        at = end


def _closed(content: bytes, at: int) -> int:
    """Where a string that begins here ends."""
    depth = 0
    for found in re.compile(rb"\\.|[()]", re.DOTALL).finditer(content, at):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    raise AssertionError("a string without end")


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, f"no {name!r} in {body[:200]!r}"
    return int(found[1])


def _inflated(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompress(found[1])


def _glyphs(objects: dict[int, bytes], number: int) -> dict[bytes, str]:
    """What each glyph of a font stands for."""
    table = _inflated(objects[_reference(objects[number], rb"ToUnicode")])
    found: dict[bytes, str] = {}
    for chars in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", chars):
            found[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    assert b"beginbfrange" not in table, "a range of glyphs: this reader has not met one"
    return found


def _unescaped(token: bytes) -> bytes:
    if token.startswith(b"<"):
        return bytes.fromhex(token[1:-1].decode())
    return re.sub(rb"\\([0-7]{1,3}|\r?\n|.)", _meant, token[1:-1], flags=re.DOTALL)


def _meant(escape: re.Match[bytes]) -> bytes:
    """The byte that an escape in a string stands for; none for the end of a line."""
    told = escape[1]
    return bytes([int(told, 8)]) if told.isdigit() else _ESCAPES.get(told, told.strip(b"\r\n"))
