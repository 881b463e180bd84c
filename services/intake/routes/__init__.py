"""Intake's API, a router a kind of case."""

from services.intake.routes import declarations, dossiers, filings

__all__ = ["declarations", "dossiers", "filings"]
