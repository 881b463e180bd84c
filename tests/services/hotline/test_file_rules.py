"""What a file is, told by its bytes, and what is left of it."""

from __future__ import annotations

import io
import wave
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.pages.file_words import FILE_KINDS
from services.hotline.rulebook.files import FilesRule, load
from services.hotline.rules.files import CLEANERS, MEDIA, check_count, cleaned, said_of
from services.hotline.tables.files import ComplaintFile
from shared.changes import table_of
from shared.errors import Refused
from shared.events.files import FileKind
from tests.services.hotline import handed


def rule() -> FilesRule:
    found = load().rule(date(2026, 6, 5))
    assert found is not None
    return found


def refused(content: bytes) -> str:
    with pytest.raises(Refused) as no:
        cleaned(content, rule())
    assert no.value.status == 422 and no.value.detail.endswith(".")
    return no.value.code


@pytest.mark.parametrize("kind", handed.BY_KIND)
def test_a_file_is_known_by_its_bytes_and_keeps_nothing_of_who_made_it(kind: str) -> None:
    found, kept = cleaned(handed.BY_KIND[kind](), rule())
    assert found == kind and handed.SECRET not in kept
    assert cleaned(kept, rule()) == (kind, kept), "cleaned once, it is what it is"


@pytest.mark.parametrize("kind", [kind for kind in handed.BY_KIND if kind != "mp3"])
def test_a_file_that_is_cut_off_is_none(kind: str) -> None:
    _, kept = cleaned(handed.BY_KIND[kind](), rule())
    whole = kept.rstrip() if kind == "pdf" else kept
    for length in range(1, len(whole)):
        assert refused(whole[:length]) == "file_kind_unknown", length


def test_every_kind_has_what_it_takes() -> None:
    """Whoever adds one to the contract finds here what else there is to write."""
    kinds = set(get_args(FileKind))
    assert set(CLEANERS) == set(MEDIA) == set(FILE_KINDS) == set(handed.BY_KIND) == kinds
    assert {kind for row in load().rows for kind in row.kinds} <= kinds
    width = table_of(ComplaintFile).c.kind.type.length
    assert all(len(kind) <= width for kind in kinds), "its column holds it on a database that counts"


def test_what_fills_up_before_a_marker_is_no_part_of_a_picture() -> None:
    whole = handed.a_jpeg()
    for filled in (whole[:-2] + b"\xff\xff\xff\xd9", whole[:2] + b"\xff\xff" + whole[2:]):
        assert cleaned(filled, rule()) == cleaned(whole, rule())


def test_what_a_sound_says_behind_its_own_end_is_not_of_it() -> None:
    """A chunk that is longer than the file says it is would take along what stands behind."""
    made = handed.riff(b"WAVE", (b"fmt ", bytes(16)), (b"data", b"sound!"))
    longer = made[:-10] + (6 + len(handed.A_ZIP)).to_bytes(4, "little") + b"sound!" + handed.A_ZIP
    assert refused(longer) == "file_kind_unknown" and cleaned(made + handed.A_ZIP, rule()) == ("wav", made)


def test_each_picture_of_a_moving_one_keeps_what_it_is_drawn_by() -> None:
    drawn, said = handed.riff(b"", (b"VP8 ", b"drawn!"))[8:], handed.riff(b"", (b"EXIF", handed.SECRET))[8:]
    head = (b"VP8X", b"\x0e" + bytes(9)), (b"ANIM", bytes(6))
    sent = handed.riff(b"WEBP", *head, (b"ANMF", bytes(16) + drawn + said))
    assert handed.SECRET in sent
    kind, kept = cleaned(sent, rule())
    assert kind == "webp" and handed.SECRET not in kept and drawn in kept and cleaned(kept, rule())[1] == kept


def test_which_side_of_a_picture_is_up_is_kept() -> None:
    _, kept = cleaned(handed.a_jpeg(), rule())
    assert b"Exif\0\0MM\0*" in kept and kept.count(b"Exif") == 1
    assert kept[kept.index(b"MM\0*") :][18:20] == b"\0\6"
    assert b"ICC_PROFILE" in kept and b"MPF" not in kept and kept.endswith(b"\x2a\x11\xff\xd9")


def test_the_sound_of_a_wav_is_what_it_was() -> None:
    _, kept = cleaned(handed.a_wav(), rule())
    with wave.open(io.BytesIO(kept)) as sound:
        assert (sound.getframerate(), sound.readframes(800)) == (8000, bytes(1600))


def test_what_is_said_of_a_sound_is_blanked_where_it_stands() -> None:
    for kind in ("m4a", "ogg"):
        sent = handed.BY_KIND[kind]()
        _, kept = cleaned(sent, rule())
        assert len(kept) == len(sent) - (len(handed.SECRET) if kind == "ogg" else 0) and b"sound" in kept


@pytest.mark.parametrize(
    "content",
    [
        handed.A_ZIP,
        handed.A_HEIC,
        handed.A_PAGE,
        handed.A_PAGE + handed.a_jpeg(),
        handed.an_m4a(b"vide"),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0",
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
        b"%PDF-1.7",
        b"ID3\4\0\0\x7f\x7f\x7f\x7f",
        b"\x7fELF" + bytes(100),
        b"MZ" + bytes(100),
    ],
)
def test_what_is_of_no_kind_is_refused(content: bytes) -> None:
    assert refused(content) == "file_kind_unknown"


@pytest.mark.parametrize("remark", [b"<script>alert(1)</script>", b"PK\3\4"])
def test_what_hides_in_a_picture_or_behind_it_is_gone(remark: bytes) -> None:
    _, kept = cleaned(handed.a_jpeg(remark=remark, after=remark + handed.A_ZIP), rule())
    assert remark not in kept and b"PK" not in kept


def test_an_empty_file_and_a_large_one_are_refused() -> None:
    assert refused(b"") == "file_empty"
    assert refused(bytes(10_000_001)) == "file_too_large"
    with pytest.raises(Refused, match="too_many_files"):
        check_count([None] * 6, rule())
    check_count([None] * 5, rule())


@given(st.binary(max_size=300), st.sampled_from(sorted(handed.BY_KIND)), st.integers(0, 400), st.binary(max_size=8))
def test_nothing_that_anybody_sends_is_an_error_of_ours(noise: bytes, kind: str, at: int, change: bytes) -> None:
    sent = handed.BY_KIND[kind]()
    for content in (noise, sent[:12] + noise, sent[:at] + change + sent[at + len(change) :]):
        for cleaner in CLEANERS.values():
            kept = cleaner(content)
            assert kept is None or cleaner(kept) == kept


def test_nobody_finds_a_picture_by_what_an_event_says_of_it() -> None:
    assert said_of(b"picture", "00" * 16) != said_of(b"picture", "01" * 16)
