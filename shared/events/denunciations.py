"""Events of denunciations (tố cáo). Owner: services/hotline.

They say as little as can be said: no place, no office, no text, no recipient, no hour, and not how many there were.
"""

from __future__ import annotations

from datetime import date

from shared.events.base import Event, Privacy, fact


class RestrictedReportReceived(
    Event, service="hotline", about="report_id", privacy=Privacy.RESTRICTED, begins=True, coarse=True
):
    """An envelope was given out to whoever holds keys. Some are empty and look like any other, so nobody learns from
    their number or day whether somebody denounced anybody."""

    report_id: str = fact("The envelope's report.", example="01997e3c-5a00-7000-8000-00000000000d")
    envelope_ref: str = fact("Reference to the envelope in hotline's private table.", example="env_3f")
    since: date = fact("What is in it was sealed on this day or later.", example="2026-06-05")
    released_on: date = fact("The day on which it was given out, with others.", example="2026-06-08")
    rule: str = fact("The dated row that says how often and how many.", example="release@2019-01-01")
