"""What a clerk reads who has looked up as many numbers as an hour has."""

from __future__ import annotations

from datetime import datetime

from services.intake.pages.refusals import sentence
from shared.errors import Refused
from shared.web.language import Words
from shared.web.words import clock


def too_many(no: Refused, _: Words) -> str:
    """That it is too often, and from when on it goes again. Any other refusal rises."""
    if no.code != "too_many_look_ups":
        raise no
    again = datetime.fromisoformat(str(no.more["again_at"]))
    when = _("Tra cứu lại được từ %(at)s.", at=clock(again))
    return f"{sentence(no, _)} {when}"
