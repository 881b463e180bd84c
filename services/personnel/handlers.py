"""The facts that personnel follows: none. It speaks first; the others count, sign in and notify with what it says."""

from __future__ import annotations

from shared.inbox import Follows

FOLLOWS: Follows = {}
