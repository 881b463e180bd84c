"""Intake's API, a router a kind of case."""

from services.intake.routes import declarations, dossiers, filings, visits

__all__ = ["declarations", "dossiers", "filings", "visits"]
