"""Sound in MP3 and M4A without what a recorder wrote beside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain, islice

from services.hotline.rules.files.images import MOST_PIECES

_KBITS_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")
_FEWEST_FRAMES, _MOST_TAGS = 3, 10
_M4A_KEPT = frozenset((b"ftyp", b"moov", b"mdat"))
_M4A_INSIDE = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf"))
_M4A_SAID = frozenset((b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"))
_M4A_DATED = frozenset((b"mvhd", b"tkhd", b"mdhd"))
_SOUND, _DEEPEST = b"soun", 8


def mp3(content: bytes) -> bytes | None:
    """The frames of an MP3."""
    at = start = _after_tags(content)
    frames = 0
    while size := _frame(content[at : at + 4]):
        if at + size > len(content):
            break
        at, frames = at + size, frames + 1
    rest = content[at:]
    over = not rest or rest.startswith(_TAGS) or len(rest) < _frame(rest[:4])
    return content[start:at] if frames >= _FEWEST_FRAMES and over else None


def _after_tags(content: bytes) -> int:
    at = 0
    for _ in range(_MOST_TAGS):
        if content[at : at + 3] != b"ID3" or at + 10 > len(content):
            break
        size = 0
        for each in content[at + 6 : at + 10]:
            size = size << 7 | each & 0x7F
        at += 10 + size + (10 if content[at + 5] & 0x10 else 0)
    return at


def _frame(head: bytes) -> int:
    """The bytes of the frame that begins so (layer III); 0 for what is none."""
    return _size(head[1], head[2]) if len(head) == 4 and head[0] == 0xFF else 0


@cache
def _size(second: int, third: int) -> int:
    version, rate, hertz = second >> 3 & 3, third >> 4, third >> 2 & 3
    if second & 0xE6 != 0xE2 or version == 1 or not 1 <= rate <= 14 or hertz == 3:
        return 0
    kbits, slots = (_KBITS_1, 144) if version == 3 else (_KBITS_2, 72)
    return slots * kbits[rate - 1] * 1000 // _HERTZ[version][hertz] + (third >> 1 & 1)


def m4a(content: bytes) -> bytes | None:
    """An MP4 that holds sound alone. What is said of it is blanked where it stands, since the rest is found by its
    place."""
    if content[4:8] != b"ftyp":
        return None
    top = list(islice(_boxes(content, 0, len(content)), MOST_PIECES))
    names = {name for name, _, _ in top}
    inside = _inside(content, top)
    handlers = [content[start + 8 : start + 12] for name, start, _ in inside or () if name == b"hdlr"]
    known = _M4A_KEPT <= names <= _M4A_KEPT | _M4A_SAID
    if inside is None or not known or top[-1][2] != len(content) or set(handlers) != {_SOUND}:
        return None
    out = bytearray(content)
    _undate(out, inside)
    _blank(out, [box for box in (*top, *inside) if box[0] in _M4A_SAID])
    return bytes(out)


Box = tuple[bytes, int, int]
"""The name of a box, where what it holds begins, and its end."""


def _boxes(content: bytes, at: int, end: int) -> Iterator[Box]:
    """The boxes between two places, up to one that is not whole."""
    while at + 8 <= end:
        size, head = int.from_bytes(content[at : at + 4]), 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16]), 16
        size = size or end - at
        if size < head or at + size > end:
            return
        yield content[at + 4 : at + 8], at + head, at + size
        at += size


def _inside(content: bytes, boxes: list[Box]) -> list[Box] | None:
    """All that these boxes hold; none where that is too much, or lies deeper than in any recording."""
    found: list[Box] = []
    for _ in range(_DEEPEST):
        held = (_boxes(content, start, end) for name, start, end in boxes if name in _M4A_INSIDE)
        boxes = list(islice(chain.from_iterable(held), MOST_PIECES))
        found += boxes
    return found if len(found) < MOST_PIECES and not boxes else None


def _undate(out: bytearray, boxes: list[Box]) -> None:
    """When it was recorded, and when it was changed last: a head, and two moments of 4 or 8 bytes each."""
    for _, start, end in (box for box in boxes if box[0] in _M4A_DATED):
        until = min(end, start + (20 if out[start : start + 1] == b"\1" else 12))
        out[start + 4 : until] = bytes(max(0, until - start - 4))


def _blank(out: bytearray, boxes: list[Box]) -> None:
    for name, start, end in boxes:
        name_at = out.rindex(name, 0, start)
        out[name_at : name_at + 4] = b"free"
        out[start:end] = bytes(end - start)
