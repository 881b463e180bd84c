"""Asking the office of this machine over plain HTTP."""

from __future__ import annotations

import ssl
from typing import Any

import httpx

DIRECTLY: dict[str, Any] = {"trust_env": False, "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)}
"""For httpx: past the proxy that the environment names, which cannot reach 127.0.0.1 here; and without reading the
certificates of a hundred authorities, a twentieth of a second a client, of whom none is trusted."""


def client(url: str, timeout: float, **values: Any) -> httpx.AsyncClient:
    """A client of the office at `url`; `timeout` in seconds. The caller closes it."""
    return httpx.AsyncClient(base_url=url, timeout=timeout, **DIRECTLY, **values)
