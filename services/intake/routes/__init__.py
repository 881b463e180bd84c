"""Intake's API, a router a kind of case."""

from services.intake.routes import dossiers, filings

__all__ = ["dossiers", "filings"]
