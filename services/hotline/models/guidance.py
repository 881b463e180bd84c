"""What is asked about a khiếu nại and the body that is competent for it."""

from __future__ import annotations

from datetime import date

from services.hotline.models import Asked
from services.hotline.rulebook.guidance import Issuer
from services.hotline.rules.guidance import Course
from shared.texts import Line, Paragraph


class Guidance(Asked):
    """Who issued the decision or did the act, and what the reporter is told beside whose it is."""

    issuer: Issuer
    told: Paragraph | None = None


class Admission(Asked):
    """When the body took it up, how long its law gives it, and its letter."""

    admitted_on: date
    course: Course
    letter: Line | None = None
