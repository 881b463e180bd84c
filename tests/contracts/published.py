"""What each release published of its events: a JSON Schema a type, and the code that wrote and read them.

A folder a release under `published/`, made once by `python -m tests.contracts publish RELEASE` and never edited:
subscribers and stored events hold to it. `SHA256SUMS` says whether somebody did (`sha256sum -c` reads it too).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import shared
from deploy.schemas import schema_of, text_of
from shared.events import every_event

FOLDER = Path(__file__).parent / "published"
SUMS = "SHA256SUMS"
CODE = "events.tar.gz"
PEER = Path(__file__).parent / "peer.py"


def releases(folder: Path = FOLDER) -> list[str]:
    """The releases that published events, oldest first."""
    return sorted((path.name for path in folder.iterdir() if path.is_dir()), key=_numbers)


def schemas(release: str, folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """The schemas of a release, by type."""
    return {path.stem: json.loads(path.read_bytes()) for path in sorted((folder / release).glob("motcua.*.json"))}


def publish(release: str, folder: Path = FOLDER) -> Path:
    """Add what this code would publish as `release`; returns its folder.

    Raises ValueError for a number that is none or not above the last, and FileExistsError.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", release):
        raise ValueError(f"{release} is no release: 0.2.0 is one")
    made, known = folder / release, releases(folder) if folder.exists() else []
    if release in known:
        raise FileExistsError(f"{release} is published, and what is published stays")
    if known and _numbers(release) < _numbers(known[-1]):
        raise ValueError(f"{release} comes before {known[-1]}, which is published")
    files = {f"{kind.event_type()}.json": text_of(schema_of(kind)).encode() for kind in every_event()}
    files[CODE] = _code()
    files[SUMS] = "".join(f"{_sum(files[name])}  {name}\n" for name in sorted(files)).encode()
    made.mkdir(parents=True)
    for name, content in files.items():
        (made / name).write_bytes(content)
    return made


def edited(folder: Path = FOLDER) -> list[str]:
    """What is no longer as it was published, in words."""
    found = []
    for release in releases(folder):
        lines = (folder / release / SUMS).read_text().splitlines()
        said = {name: digest for digest, name in (line.split("  ") for line in lines)}
        there = {path.name: _sum(path.read_bytes()) for path in (folder / release).iterdir() if path.name != SUMS}
        found += [
            f"{release}/{name}: edited after it was published; take it back from git"
            for name in sorted(said.keys() | there.keys())
            if said.get(name) != there.get(name)
        ]
    return found


def unpack(release: str, into: Path, folder: Path = FOLDER) -> Path:
    """The code of a release as files, fit for PYTHONPATH; returns its `peer.py`."""
    with tarfile.open(folder / release / CODE) as archive:
        archive.extractall(into, filter="data")
    return into / PEER.name


def _code() -> bytes:
    """`shared.events`, which imports nothing else of ours, and the peer that speaks for it: the same bytes always."""
    root = Path(str(shared.__file__)).parent
    paths = {f"shared/{path.relative_to(root)}": path for path in [root / "__init__.py", *root.glob("events/*.py")]}
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, path in sorted((paths | {PEER.name: PEER}).items()):
            entry = tarfile.TarInfo(name)  # without times and owners
            entry.size = path.stat().st_size
            archive.addfile(entry, io.BytesIO(path.read_bytes()))
    return gzip.compress(raw.getvalue(), mtime=0)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
