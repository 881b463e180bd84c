"""`python -m deploy.healthcheck intake`: ends with 0 when the service on this host says that it is ready."""

from __future__ import annotations

import http.client
import sys


def ready(service: str, port: int = 8000) -> bool:
    """Whether `/SERVICE/readyz` answers 200 within three seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", f"/{service}/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if ready(sys.argv[1]) else 1)
