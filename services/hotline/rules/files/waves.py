"""Sound in WAV and Ogg without what programs wrote beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from services.hotline.rules.files.images import riff, riff_of

_WAV_KEPT = frozenset((b"fmt ", b"fact", b"data"))
_HEADS = {b"OpusHead": b"OpusTags", b"\x01vorbis": b"\x03vorbis"}
"""How the first packet of a sound begins, and the second, which holds what is said of it."""
_FIRST = 2
_MIRRORED = bytes(int(f"{each:08b}"[::-1], 2) for each in range(256))


def wav(content: bytes) -> bytes | None:
    """A WAV of its form and its sound."""
    kept = [(name, said) for name, said in riff(content, b"WAVE") if name in _WAV_KEPT]
    names = {name for name, _ in kept}
    return riff_of(b"WAVE", kept) if {b"fmt ", b"data"} <= names else None


@dataclass(frozen=True)
class Page:
    """A page of an Ogg file: where it stands, where what it holds begins, and the sizes of its segments."""

    at: int
    body: int
    end: int
    flags: int
    sizes: bytes


def ogg(content: bytes) -> bytes | None:
    """An Ogg file of one sound (Opus or Vorbis), with nothing said of it."""
    pages = list(_pages(content))
    if len(pages) < 3 or not pages[0].flags & _FIRST or any(page.flags & _FIRST for page in pages[1:]):
        return None
    second = next((then for head, then in _HEADS.items() if content.startswith(head, pages[0].body)), None)
    spans = _second_packet(pages)
    said = b"".join(content[start:end] for _, start, end in spans)
    if second is None or not said.startswith(second) or len(said) < len(second) + 9:
        return None
    nothing = iter(_nothing_said(second, len(said)))
    out = bytearray(content[: pages[-1].end])
    for page, start, end in spans:
        out[start:end] = bytes(next(nothing) for _ in range(end - start))
        out[page.at + 22 : page.at + 26] = bytes(4)
        out[page.at + 22 : page.at + 26] = _checksum(out[page.at : page.end]).to_bytes(4, "little")
    return bytes(out)


def _pages(content: bytes) -> Iterator[Page]:
    at = 0
    while content[at : at + 5] == b"OggS\0" and at + 27 <= len(content):
        body = at + 27 + content[at + 26]
        sizes = content[at + 27 : body]
        end = body + sum(sizes)
        if end > len(content):
            return
        yield Page(at, body, end, content[at + 5], sizes)
        at = end


def _second_packet(pages: list[Page]) -> list[tuple[Page, int, int]]:
    """The pieces (page, from, to) of the packet that begins on the second page."""
    spans: list[tuple[Page, int, int]] = []
    for page in pages[1:]:
        size = 0
        for segment in page.sizes:
            size += segment
            if segment < 255:
                return [*spans, (page, page.body, page.body + size)]
        spans.append((page, page.body, page.end))
    return []


def _nothing_said(second: bytes, size: int) -> bytes:
    """A packet of this size with a maker of blanks and no remark."""
    maker = size - len(second) - 9
    return second + maker.to_bytes(4, "little") + b" " * maker + bytes(4) + b"\x01"


def _checksum(page: bytes | bytearray) -> int:
    """CRC-32 as Ogg has it, not mirrored and from 0, by the one that is and is not."""
    mirrored = crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRRORED))
