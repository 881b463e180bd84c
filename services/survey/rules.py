"""The rules of survey: values and `now` in, events or Refused out; and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Literal, assert_never

from services.survey.rulebook import SlipRule
from shared.errors import Refused
from shared.events.intake import DossierStopped, DossierWithdrawn, ResultHandedOver
from shared.events.survey import Level, RatingSubmitted, SlipIssued
from shared.worktime import VN

POINTS: dict[str, int] = {"very_satisfied": 3, "satisfied": 2, "dissatisfied": 1}
Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: a 95 % interval has two sides."""
Score = Literal[0, 1, 2]
Channel = Literal["web", "kiosk", "paper"]


@dataclass(frozen=True)
class Paper:
    """What the rules need to know of a slip."""

    slip_id: str
    department: str
    procedure: str
    expires_at: datetime
    used: bool


@dataclass(frozen=True)
class Tally:
    """What was counted of one department: ratings, satisfied or better, points of 1 to 3, ready on the day."""

    department: str
    n: int
    satisfied: int
    points: int
    ready: int


@dataclass(frozen=True)
class Figure:
    """What is shown of one department. Shares are parts of 1; all are None below the minimum sample."""

    department: str
    n: int
    satisfied: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    ready_on_the_day: float | None = None
    reason: Literal["under_minimum"] | None = None


Ended = ResultHandedOver | DossierStopped | DossierWithdrawn
"""However a dossier ends."""


def ended_at(end: Ended) -> datetime:
    """When it ended."""
    match end:
        case ResultHandedOver(handed_over_at=at) | DossierStopped(stopped_at=at) | DossierWithdrawn(withdrawn_at=at):
            return at
        case _:
            assert_never(end)


def issue(slip_id: str, end: Ended, rule: SlipRule) -> SlipIssued:
    """A slip for every closed dossier, chosen by nobody, whether it came to a result or not.

    `slip_id` is random: a rating names its slip in an open event, and nothing open may lead from there to the dossier.
    """
    at = ended_at(end).astimezone(VN)
    return SlipIssued(
        slip_id=slip_id,
        dossier_id=end.dossier_id,
        procedure=end.procedure,
        department=end.department,
        code_sha256=end.slip_code_sha256,
        issued_at=at,
        expires_at=at + timedelta(days=rule.expires_days),
    )


def usable(paper: Paper | None, now: datetime) -> Paper:
    """The slip, if it can be used now. Raises Refused `slip_unknown` (404), `slip_used`, `slip_expired`."""
    if paper is None:
        raise Refused(
            "slip_unknown", "No slip has this code: look at the paper handed over with the result.", status=404
        )
    if paper.used:
        raise Refused("slip_used", "This slip was used: each one counts once.")
    if now > paper.expires_at:
        raise Refused("slip_expired", "This slip is no longer valid.", expired_at=paper.expires_at.isoformat())
    return paper


def rate(
    paper: Paper | None,
    *,
    rating_id: str,
    overall: Level,
    attitude: Score,
    convenience: Score,
    ready_on_the_day: bool,
    channel: Channel,
    comment_ref: str | None,
    now: datetime,
) -> RatingSubmitted:
    """A slip is used, once. Raises what `usable` raises."""
    slip = usable(paper, now)
    return RatingSubmitted(
        rating_id=rating_id,
        slip_id=slip.slip_id,
        department=slip.department,
        procedure=slip.procedure,
        overall=overall,
        attitude=attitude,
        convenience=convenience,
        ready_on_the_day=ready_on_the_day,
        channel=channel,
        comment_ref=comment_ref,
    )


def figure(tally: Tally, minimum: int) -> Figure:
    """What may be shown of a department: nothing but the count below the minimum sample."""
    if tally.n < minimum or tally.n == 0:
        return Figure(tally.department, tally.n, reason="under_minimum")
    low, high = wilson(tally.satisfied, tally.n)
    return Figure(
        tally.department,
        tally.n,
        satisfied=tally.satisfied / tally.n,
        low=low,
        high=high,
        mean=tally.points / tally.n,
        ready_on_the_day=tally.ready / tally.n,
    )


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score, within 0 and 1. Raises ValueError for what is no share."""
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole} is no share")
    share, square = part / whole, Z * Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    low = 0.0 if part == 0 else max(0.0, middle - reach)
    return low, 1.0 if part == whole else min(1.0, middle + reach)
