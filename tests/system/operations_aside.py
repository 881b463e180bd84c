"""Operations that are asked in a form of their own, by somebody without a sign-in."""

from __future__ import annotations

from tests.system.operations import Operation

OPEN311 = tuple(
    Operation("hotline", method, f"/open311/v2/{path}")
    for method, path in (
        ("GET", "discovery.json"),
        ("GET", "services.json"),
        ("GET", "services/{service_code}.json"),
        ("GET", "requests.json"),
        ("POST", "requests.json"),
        ("GET", "requests/{service_request_id}.json"),
        ("GET", "servicerequestupdates.json"),
        ("GET", "tokens/{token}.json"),
    )
)
"""What speaks as GeoReport v2 says: forms in, and refusals in its own form. See test_open311.py."""
SIGNED = (Operation("hotline", "POST", "/channels/{channel}/messages"),)
"""What a key of a channel signs. See tests/services/hotline/test_messages.py."""
