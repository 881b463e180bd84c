"""Pictures without what a camera wrote beside them: where, when, with which device, a smaller one, another file."""

from __future__ import annotations

import re
import struct
from zlib import crc32

JPEG, PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_EOI, _SOS = 0xD9, 0xDA
_DRAWN_BY = range(0xC0, 0xE0)
"""Of the segments of a JPEG; in the others programs write, or nobody that a standard knows."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FILL = re.compile(b"\xff+")
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_ORIENTATION = 0x0112
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs acTL fcTL fdAT".split()  # what a picture is drawn by
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_PICTURE = frozenset((b"VP8 ", b"VP8L"))
_WEBP_DRAWN = _WEBP_PICTURE | {b"ANMF"}
_EXIF_AND_XMP = 0x08 | 0x04
_FRAME, _MOST_OF_A_FRAME = 16, 16
"""Bytes before the chunks of one picture of a moving WebP, and how many chunks of it there are at most."""
MOST_PIECES = 20_000
"""Of one file: no camera and no program writes more, and whoever does wants us to count them."""


def jpeg(content: bytes) -> bytes | None:
    """A JPEG up to its end: of what programs wrote into it, colours and which side is up."""
    if content[:3] != JPEG + b"\xff":
        return None
    out, at = bytearray(JPEG), 2
    drawn: set[int | str] = set()
    for _ in range(MOST_PIECES):
        if (fill := _FILL.match(content, at)) is None or fill.end() == len(content):
            return None
        at = fill.end() - 1  # as many as a program likes stand before a marker
        marker = content[at + 1]
        if marker == _EOI:
            return bytes(out) + bytes((0xFF, _EOI)) if {"frame", _SOS} <= drawn else None
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if end < at + 4 or end > len(content):
            return None
        out += _segment(marker, content[at + 4 : end])
        drawn.add("frame" if marker in _FRAMES else marker)
        if marker == _SOS:
            scan, end = end, _end_of_scan(content, end)
            out += content[scan:end]
        at = end
    return None


def _segment(marker: int, said: bytes) -> bytes:
    """The same segment, or what is kept of it."""
    if marker == 0xE0 and said.startswith(b"JFIF\0") and len(said) >= 14:
        said = said[:12] + b"\0\0"
    elif marker == 0xEE and said.startswith(b"Adobe") and len(said) >= 12:
        said = said[:12]
    elif marker == 0xE1 and said.startswith(b"Exif\0\0"):
        side = _orientation(said[6:])
        if side is None:
            return b""
        said = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, side, 0, 0)
    elif marker not in _DRAWN_BY and not (marker == 0xE2 and said.startswith(b"ICC_PROFILE\0")):
        return b""
    return bytes((0xFF, marker)) + struct.pack(">H", len(said) + 2) + said


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands; the end of all, where there is none."""
    after = _AFTER_SCAN.search(content, at)
    return after.start() if after else len(content)


def _orientation(tiff: bytes) -> int | None:
    """Which side is up, 2 to 8; none where it is the usual one or cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return None
    at = struct.unpack(f"{order}I", tiff[4:8])[0]
    count = struct.unpack(f"{order}H", tiff[at : at + 2])[0] if at + 2 <= len(tiff) else 0
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, _, _, side = struct.unpack(f"{order}HHIH", tiff[entry : entry + 10])
        if tag == _ORIENTATION:
            return side if 2 <= side <= 8 else None
    return None


def png(content: bytes) -> bytes | None:
    """A PNG of the chunks that it is drawn by."""
    if not content.startswith(PNG):
        return None
    out, at = bytearray(PNG), len(PNG)
    seen: list[bytes] = []
    while at + 12 <= len(content) and len(seen) < MOST_PIECES:
        size, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(content) or crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            return None
        seen.append(name)
        if name in _PNG_KEPT:
            out += content[at:end]
        if name == b"IEND":
            return bytes(out) if seen[0] == b"IHDR" and b"IDAT" in seen else None
        at = end
    return None


def webp(content: bytes) -> bytes | None:
    """A WebP of the chunks that it is drawn by, those of each picture of a moving one among them."""
    chunks = list(riff(content, b"WEBP"))
    if not {name for name, _ in chunks} & _WEBP_DRAWN:
        return None
    kept = []
    for name, said in chunks:
        if name == b"VP8X" and said:
            said = bytes((said[0] & ~_EXIF_AND_XMP,)) + said[1:]
        if name == b"ANMF":
            drawn = _chunks(said, _FRAME, len(said), _MOST_OF_A_FRAME)
            if not {each for each, _ in drawn} & _WEBP_PICTURE:
                return None
            said = said[:_FRAME] + _joined([each for each in drawn if each[0] in _WEBP_KEPT])
        if name in _WEBP_KEPT:
            kept.append((name, said))
    return riff_of(b"WEBP", kept)


def riff(content: bytes, form: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a RIFF file of this form; none where it is another one, is cut off or has too many."""
    whole = 8 + int.from_bytes(content[4:8], "little")
    if content[:4] != b"RIFF" or content[8:12] != form or whole > len(content):
        return []
    return _chunks(content, 12, whole, MOST_PIECES)


def _chunks(content: bytes, at: int, end: int, most: int) -> list[tuple[bytes, bytes]]:
    """The chunks between two places; none where one reaches beyond or there are too many."""
    found: list[tuple[bytes, bytes]] = []
    while at + 8 <= end:
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        if at + 8 + size > end or len(found) == most:
            return []
        found.append((content[at : at + 4], content[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return found


def riff_of(form: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A RIFF file of these chunks."""
    body = form + _joined(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _joined(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(name + len(said).to_bytes(4, "little") + said + b"\0" * (len(said) % 2) for name, said in chunks)
