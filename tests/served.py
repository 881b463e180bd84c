"""An application behind a real socket, for clients that know no other way: browsers, and libraries of others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from tests.support import free_port


@contextmanager
def served(app: ASGIApp, port: int | None = None, lifespan: Literal["auto", "off"] = "off") -> Iterator[str]:
    """The address where an app answers, without its background work unless told, on a port of 127.0.0.1."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", lifespan=lifespan))
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        assert serving.is_alive(), "the server has ended before it listened"
        time.sleep(0.02)  # uvicorn says in no other way that it listens
    try:
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        serving.join(10)
