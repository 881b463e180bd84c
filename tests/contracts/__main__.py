"""`python -m tests.contracts`: keep a golden sample of each event version that has none yet. What is kept stays.

With `--anew` all are made anew: only while no event of a version has been published anywhere.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from deploy.schemas import sample_of, text_of
from shared.events import every_event

FOLDER = Path(__file__).parent


def keep(folder: Path, *, anew: bool) -> list[Path]:
    """Write what is missing; returns it."""
    if anew:
        for old in folder.glob("motcua.*.json"):
            old.unlink()
    missing = [kind for kind in every_event() if not (folder / f"{kind.event_type()}.json").exists()]
    for kind in missing:
        (folder / f"{kind.event_type()}.json").write_text(text_of(json.loads(sample_of(kind))))
    return [folder / f"{kind.event_type()}.json" for kind in missing]


if __name__ == "__main__":
    for path in keep(FOLDER, anew="--anew" in sys.argv[1:]):
        print(path.name)
