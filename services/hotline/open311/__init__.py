"""Hotline's door for apps: Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2), in JSON."""

from __future__ import annotations

from services.hotline.open311.routes import BASE, router

__all__ = ["BASE", "router"]
