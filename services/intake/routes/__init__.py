"""Intake's API, a router a kind of case."""

from services.intake.routes import bookings, declarations, dossiers, earlier, emergencies, filings, lost, visits

__all__ = ["bookings", "declarations", "dossiers", "earlier", "emergencies", "filings", "lost", "visits"]
