"""What is known of whoever stands at the counter: what may be the same case twice, and papers that lie here already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.intake.rulebook import Catalogue, Paper, Procedure
from services.intake.rulebook.earlier import Reuse
from services.intake.rulebook.states import FilingStatus, Status
from services.intake.rules.states import OPEN
from shared.errors import Refused
from shared.events import Event
from shared.events.intake import (
    DossierReceived,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierWithdrawn,
)
from shared.worktime import VN

Kind = Literal["dossier", "filing"]
UNFINISHED = (*OPEN, Status.COMPLETED)
"""While the citizen has still to get the result."""
UNANSWERED = (FilingStatus.REGISTERED, FilingStatus.SUPPLEMENT_AWAITED)
"""While what was filed online is neither a dossier nor ended."""
_LIVE: dict[Kind, Collection[int]] = {"dossier": UNFINISHED, "filing": UNANSWERED}


@dataclass(frozen=True)
class Before:
    """What the same person brought before: a dossier, or a filing online."""

    kind: Kind
    id: str
    number: str
    procedure: str
    version: str
    status: int
    at: datetime
    """When it was received, or filed."""
    due_at: datetime
    """What was promised; of a filing, until when the office answers."""
    leads_to: datetime
    """Until when something is to come by now, or when it came to its end."""
    applicant_ref: str


@dataclass(frozen=True)
class Hint:
    """A paper that the office has, from which dossier and since which day."""

    paper: str
    dossier_id: str
    number: str
    day: date
    applicant_ref: str


def duplicates(procedure: str, before: Iterable[Before]) -> list[Before]:
    """What may be the same case: of this procedure and not over yet, the newest first. It refuses nothing: somebody may
    need two certified copies."""
    found = [each for each in before if each.procedure == procedure and each.status in _LIVE[each.kind]]
    return newest_first(found)


def newest_first(before: Iterable[Before]) -> list[Before]:
    """By when it was received or filed; of one moment, the higher number first."""
    return sorted(before, key=lambda each: (each.at, each.number), reverse=True)


def check_seen(same: Iterable[Before], seen: Collection[str]) -> None:
    """Whether all that may be the same case has been looked at. Raises Refused `possible_duplicate`, which is no more
    than a question: it is received all the same once all of it is among what was seen."""
    if any(each.id not in seen for each in same):
        detail = "What may be the same case, of this person, is not over: look at it, then receive all the same."
        raise Refused("possible_duplicate", detail)


def looks_back_to(paper: Paper, reuse: Reuse, now: datetime) -> datetime:
    """From when on a paper is pointed at: its own months, or the years of all. They are counted long, a month of 31
    days, a year as a leap year, as what is kept."""
    if paper.reuse_months is not None:
        return now - timedelta(days=31 * paper.reuse_months)
    return now - timedelta(days=366 * reuse.years)


def lasting(procedure: Procedure, reuse: Reuse) -> list[Paper]:
    """Those of its papers that a dossier before may have brought, in its order: with months of their own, or listed."""
    return [each for each in procedure.papers if each.reuse_months is not None or each.code in reuse.lasting]


def sharing(procedure: Procedure, catalogue: Catalogue, reuse: Reuse) -> set[str]:
    """The codes of the procedures that ask for one of these papers, in any of their versions."""
    wanted = lasting(procedure, reuse)
    return {each.code for each in catalogue.procedures if any(_asks_for(each, procedure, paper) for paper in wanted)}


def hints(
    procedure: Procedure,
    before: Iterable[tuple[Before, Sequence[Event]]],
    catalogue: Catalogue,
    reuse: Reuse,
    now: datetime,
) -> list[Hint]:
    """Of each paper of a procedure the newest that lies here, in the order of the procedure; of those that last,
    and no other. `before` are dossiers, each with what happened to it."""
    papers, newest = {each.code: each for each in lasting(procedure, reuse)}, dict[str, Hint]()
    since = {code: looks_back_to(each, reuse, now) for code, each in papers.items()}
    lying = [(at, dossier, code) for dossier, facts in before for code, at in papers_in(facts).items()]
    good = [each for each in lying if each[2] in papers and each[0] >= since[each[2]]]
    for at, dossier, code in sorted(good, key=lambda each: (each[0], each[1].number)):
        theirs = catalogue.in_force(dossier.procedure, date.fromisoformat(dossier.version))
        if theirs and _asks_for(theirs, procedure, papers[code]):
            newest[code] = Hint(code, dossier.id, dossier.number, at.astimezone(VN).date(), dossier.applicant_ref)
    return [newest[code] for code in papers if code in newest]


def papers_in(facts: Iterable[Event]) -> dict[str, datetime]:
    """The papers of a dossier that lie here, and when each was handed in. What was asked for again is no good as it is,
    what was taken back is with the citizen, and of a dossier of the province's nobody here saw any."""
    held: dict[str, datetime] = {}
    for fact in facts:
        match fact:
            case DossierReceived(papers=papers, received_at=at, taken_over=False):
                held |= dict.fromkeys(papers, at)
            case DossierSupplemented(papers=papers, supplemented_at=at):
                held |= dict.fromkeys(papers, at)
            case DossierSupplementRequested(papers=papers):
                held = {code: at for code, at in held.items() if code not in papers}
            case DossierWithdrawn():
                held = {}
    return held


def _asks_for(theirs: Procedure, ours: Procedure, paper: Paper) -> bool:
    """Whether a procedure asks for the very same paper: another one may use the code for something else."""
    return any(
        each.code == paper.code and (theirs.code == ours.code or each.name == paper.name) for each in theirs.papers
    )
