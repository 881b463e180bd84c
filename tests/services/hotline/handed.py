"""Files by example, as people hand them in: each says where it was made, and by whom."""

from __future__ import annotations

import io
import struct
import wave
from zlib import compress, crc32

SECRET = b"Q-GPS-21.5943-105.8481-Nguyen-Van-Buoi"
"""What stands beside the picture or the sound, and must not be kept."""


def segment(marker: int, said: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(said) + 2) + said


def exif(side: int = 6) -> bytes:
    """What a camera says: which side is up, and more."""
    entries = struct.pack("<HHII", 0x0112, 3, 1, side) + struct.pack("<HHII", 0x010F, 2, len(SECRET), 38)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entries + bytes(4) + SECRET


def a_jpeg(picture: bytes = b"\x2a\x11", remark: bytes = SECRET, after: bytes = b"") -> bytes:
    """A picture with all that a telephone puts around it."""
    around = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1" + SECRET) + segment(0xE1, exif())
    around += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET) + segment(0xFE, remark)
    around += segment(0xE2, b"MPF\0" + SECRET) + segment(0xE2, b"ICC_PROFILE\0\1\1colours") + segment(0xED, SECRET)
    drawn = segment(0xDB, bytes(65)) + segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0") + segment(0xC4, bytes(20))
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + picture + b"\xff\0\xff\xd0" + picture
    return b"\xff\xd8" + around + drawn + scan + b"\xff\xd9" + after


def chunk(name: bytes, said: bytes) -> bytes:
    return len(said).to_bytes(4) + name + said + crc32(name + said).to_bytes(4)


def a_png() -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    said = chunk(b"eXIf", exif()) + chunk(b"tEXt", b"Author\0" + SECRET) + chunk(b"gAMA", bytes(4))
    return b"\x89PNG\r\n\x1a\n" + head + said + chunk(b"IDAT", compress(b"\0\0")) + chunk(b"IEND", b"") + SECRET


def riff(form: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    body = form + b"".join(
        name + len(said).to_bytes(4, "little") + said + b"\0" * (len(said) % 2) for name, said in chunks
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def a_webp() -> bytes:
    drawn = (b"VP8X", b"\x0c" + bytes(9)), (b"VP8 ", b"drawn"), (b"EXIF", exif()), (b"XMP ", SECRET)
    return riff(b"WEBP", *drawn) + SECRET


def a_wav() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    body = made.getvalue()[8:] + b"LIST" + len(SECRET).to_bytes(4, "little") + SECRET
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def an_mp3(frames: int = 5) -> bytes:
    size = len(SECRET)
    tag = b"ID3\4\0\0" + bytes((0, 0, size >> 7, size & 0x7F)) + SECRET
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames + (b"TAG" + SECRET).ljust(128, b"\0")


def box(name: bytes, *held: bytes) -> bytes:
    return (8 + sum(map(len, held))).to_bytes(4) + name + b"".join(held)


def an_m4a(handler: bytes = b"soun") -> bytes:
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12))), box(b"udta", SECRET))
    said = box(b"udta", box(b"\xa9xyz", SECRET), box(b"meta", SECRET))
    return box(b"ftyp", b"M4A \0\0\0\0isom") + box(b"moov", track, said) + box(b"free", SECRET) + box(b"mdat", b"sound")


def page(flags: int, nth: int, *packets: bytes) -> bytes:
    sizes = b"".join(b"\xff" * (len(each) // 255) + bytes((len(each) % 255,)) for each in packets)
    head = b"OggS\0" + bytes((flags,)) + bytes(8) + struct.pack("<III", 7, nth, 0) + bytes((len(sizes),))
    return head + sizes + b"".join(packets)


def an_ogg() -> bytes:
    maker = b"OpusTags" + (5).to_bytes(4, "little") + b"maker" + (1).to_bytes(4, "little")
    said = maker + len(SECRET).to_bytes(4, "little") + SECRET + bytes(300)
    return page(2, 0, b"OpusHead\1\1" + bytes(9)) + page(0, 1, said) + page(4, 2, b"sound") + SECRET


def a_pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


BY_KIND = {
    "jpeg": a_jpeg,
    "png": a_png,
    "webp": a_webp,
    "pdf": a_pdf,
    "mp3": an_mp3,
    "m4a": an_m4a,
    "ogg": an_ogg,
    "wav": a_wav,
}
A_ZIP = b"PK\3\4\x14\0\0\0\0\0" + bytes(40) + b"PK\5\6" + bytes(18)
A_HEIC = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(20)) + box(b"mdat", bytes(20))
A_PAGE = b"<!doctype html><script>alert(1)</script>"
