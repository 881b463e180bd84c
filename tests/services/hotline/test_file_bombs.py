"""Files that are made to keep us busy, or to have us keep what a usual one has taken out of it."""

from __future__ import annotations

import time
from datetime import date

import pytest

from services.hotline.rulebook.files import load
from services.hotline.rules.files import cleaned
from shared.errors import Refused
from tests.services.hotline import handed

SIZE = 4_000_000
BUSY_SECONDS = 5.0
"""Of the processor, for the worst that has this size: a walker that goes byte by byte takes three times as long."""


def _cleaned(content: bytes) -> tuple[str, bytes]:
    rule = load().rule(date(2026, 6, 5))
    assert rule is not None
    return cleaned(content, rule)


def _many(form: bytes, name: bytes) -> bytes:
    return handed.riff(form, *[(name, b"")] * (SIZE // 8))


def _deep(leaves: bytes, levels: int) -> bytes:
    heads = ((len(leaves) + 8 * (levels - each)).to_bytes(4) + b"moov" for each in range(levels))
    return handed.box(b"ftyp", b"M4A ") + b"".join(heads) + leaves + handed.box(b"mdat")


BOMBS = {
    "segments": b"\xff\xd8" + b"\xff\xdb\0\2" * (SIZE // 4),
    "fill": b"\xff\xd8" + b"\xff" * SIZE,
    "chunks": handed.a_png()[:8] + handed.chunk(b"IDAT", b"") * (SIZE // 12),
    "pictures": _many(b"WEBP", b"VP8 "),
    "sounds": _many(b"WAVE", b"data"),
    "tags": b"ID3\4\0\0\0\0\0\0" * (SIZE // 10),
    "levels": _deep(b"", 2000),
    "leaves": _deep(b"\0\0\0\x08free" * (SIZE // 8), 500),
    "boxes": _deep(b"\0\0\0\x08free" * (SIZE // 8), 1),
}


@pytest.mark.parametrize("made", BOMBS)
def test_a_file_of_more_pieces_than_anybody_writes_is_refused_before_they_are_counted(made: str) -> None:
    began = time.process_time()
    with pytest.raises(Refused, match="file_kind_unknown"):
        _cleaned(BOMBS[made])
    assert time.process_time() - began < BUSY_SECONDS


def test_a_remark_of_megabytes_in_a_sound_is_blanked_in_no_time() -> None:
    head = b"OggS\0" + bytes(21) + b"\xff" * 256  # a page of 65,025 bytes, whose last packet goes on
    more = head + b"x" * 65_025
    said = head + b"OpusTags" + b"x" * 65_017 + more * (SIZE // len(more)) + handed.page(4, 2, b"x")
    sent = handed.page(2, 0, b"OpusHead\1\1" + bytes(9)) + said
    began = time.process_time()
    kind, kept = _cleaned(sent)
    assert kind == "ogg" and b"xx" not in kept
    assert time.process_time() - began < BUSY_SECONDS


@pytest.mark.parametrize("marker", [0x42, 0xE0, 0xE1, 0xE3, 0xED, 0xEE, 0xF0, 0xFD])
def test_what_begins_like_the_mark_of_a_program_brings_nothing_along(marker: int) -> None:
    mark = b"Adobe\0\x64\0\0\0\0\1"
    for said in (mark + handed.SECRET, b"Adobe_Photoshop2.5:" + handed.SECRET, b"Adobe_CM" + handed.SECRET):
        sent = handed.a_jpeg()
        _, kept = _cleaned(sent[:2] + handed.segment(marker, said) + sent[2:])
        assert handed.SECRET[12:] not in kept
    assert (mark in _cleaned(sent[:2] + handed.segment(marker, mark) + sent[2:])[1]) is (marker == 0xEE)


@pytest.mark.parametrize(("version", "size"), [(0, 4), (1, 8)])
def test_a_sound_does_not_say_when_it_was_recorded(version: int, size: int) -> None:
    moment = b"\xe2" * size * 2
    dated = bytes((version, 0, 0, 0)) + moment + b"\0\0\3\xe8"
    inside = handed.box(b"mdia", handed.box(b"hdlr", bytes(8) + b"soun" + bytes(12)), handed.box(b"mdhd", dated))
    moov = handed.box(b"moov", handed.box(b"mvhd", dated), handed.box(b"trak", handed.box(b"tkhd", dated), inside))
    sent = handed.box(b"ftyp", b"M4A \0\0\0\0isom") + moov + handed.box(b"mdat", b"sound")
    assert _cleaned(sent) == ("m4a", sent.replace(moment, bytes(size * 2)))
