"""What somebody sent us, given out again: to be saved, and run by nobody."""

from __future__ import annotations

from starlette.responses import Response

ALONE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Whatever is in a file, no page of ours runs it, and no browser takes it for another kind."""


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """A file to be saved under a name of ours: letters, digits, hyphens and a point."""
    if not name.replace("-", "").replace(".", "").isalnum() or not name.isascii():
        raise ValueError(f"no name for a file: {name!r}")
    return Response(
        content, media_type=media_type, headers=ALONE | {"Content-Disposition": f'attachment; filename="{name}"'}
    )
