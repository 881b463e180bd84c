"""`--profile NAME`: our side once, and where its time goes."""

from __future__ import annotations

from pathlib import Path

from tests.bench import accept
from tests.bench.bench import Bench, one_side
from tests.bench.sizes import Sizes
from tests.bench.watch import Measured, look


async def profile(bench: Bench, sizes: Sizes, place: Path) -> str:
    """The report, thread by thread."""
    report = place / "samples"

    async def served(folder: Path, sizes: Sizes) -> Measured:
        return await accept.ours(folder, sizes, report)  # a process of its own, which looks at itself

    async with bench.around(place, sizes, print):
        if bench.ours is accept.ours:
            found = await one_side(served, sizes, place)
            text = report.read_text()
        else:
            samples = look()
            found = await one_side(bench.ours, sizes, place)
            text = samples.report()
    return f"{bench.name}: {found.per_second:,.0f}/s while looked at; {text}"
