"""Files that come with a report: what they are is told by their bytes, and what names who made them is taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from services.hotline.rulebook.files import FilesRule
from services.hotline.rules.files.images import jpeg, png, webp
from services.hotline.rules.files.papers import pdf
from services.hotline.rules.files.recordings import m4a, mp3
from services.hotline.rules.files.waves import ogg, wav
from shared.errors import Refused
from shared.events.files import FileKind

Cleaner = Callable[[bytes], bytes | None]
CLEANERS: Mapping[FileKind, Cleaner] = {
    "jpeg": jpeg,
    "png": png,
    "webp": webp,
    "pdf": pdf,
    "mp3": mp3,
    "m4a": m4a,
    "ogg": ogg,
    "wav": wav,
}
"""Each gives the file without what stands beside picture or sound; none for what is not whole, or not of its kind."""
MEDIA: Mapping[FileKind, tuple[str, str]] = {
    "jpeg": ("image/jpeg", "jpg"),
    "png": ("image/png", "png"),
    "webp": ("image/webp", "webp"),
    "pdf": ("application/pdf", "pdf"),
    "mp3": ("audio/mpeg", "mp3"),
    "m4a": ("audio/mp4", "m4a"),
    "ogg": ("audio/ogg", "ogg"),
    "wav": ("audio/wav", "wav"),
}
"""What a kind is called on the way to a browser, and at the end of a name."""


def cleaned(content: bytes, rule: FilesRule) -> tuple[FileKind, bytes]:
    """What a file is by its bytes, and the file as it is kept. Its name and what was said of it are not looked at.

    Raises Refused `file_empty`, `file_too_large`, `file_kind_unknown`, all 422.
    """
    if not content:
        raise Refused("file_empty", "One of the files is empty: choose it again.", status=422)
    check_size(len(content), rule)
    for kind in rule.kinds:
        kept = CLEANERS[kind](content)
        if kept is not None:
            return kind, kept
    detail = f"One of the files is not whole, or none of these: {', '.join(rule.kinds)}."
    raise Refused("file_kind_unknown", detail, status=422)


def check_size(size: int, rule: FilesRule) -> None:
    """Raises Refused `file_too_large` (422)."""
    if size > rule.bytes:
        detail = f"A file may have {rule.bytes} bytes: send a smaller one."
        raise Refused("file_too_large", detail, status=422, most=rule.bytes)


def check_count(files: Sequence[object], rule: FilesRule) -> None:
    """Raises Refused `too_many_files` (422)."""
    if len(files) > rule.files:
        detail = f"At most {rule.files} files come with one report."
        raise Refused("too_many_files", detail, status=422, most=rule.files)


def said_of(content: bytes, salt: str) -> str:
    """What an event says of a file. Whoever holds the same picture learns nothing by it without the salt, which is
    private and goes with the file."""
    return sha256(bytes.fromhex(salt) + content).hexdigest()
