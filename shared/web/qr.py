"""QR codes, drawn here: nothing is asked of anybody."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup, escape


def qr_image(text: str) -> str:
    """A whole SVG document, for a form that is printed."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, border=2, xmldecl=False)
    return out.getvalue().decode()


def qr_svg(text: str, label: str = "QR") -> Markup:
    """An inline SVG for a page, without a style attribute; `label` tells a blind reader where it leads."""
    code = segno.make(text, error="m", micro=False)
    size = code.symbol_size(border=2)[0]
    steps = "".join(
        f"M{x + 2} {y + 2}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark
    )
    return Markup(
        f'<svg class="qr" role="img" aria-label="{escape(label)}" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><path d="{steps}"/></svg>'
    )
