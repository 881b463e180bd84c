"""What is known of whoever stands at the counter, told to the clerk before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TypeVar

from sqlmodel import Session

from services.intake.commands.filings import accept_filing
from services.intake.commands.look_ups import check_look_up, may_look_up, note_look_up
from services.intake.models import AtCounter, Duplicate, Earlier, NewDossier, PaperHint, Receipt, SeenAcceptance
from services.intake.rulebook import Procedure
from services.intake.rules import day_of, earlier, procedure_for
from services.intake.settings import Policy
from services.intake.tables import Filing
from services.intake.tables.earlier import MOST_SAME, dossiers_of, events_of, filings_of, unfinished_of
from shared import private
from shared.errors import found
from shared.events.reading import LookUpPurpose
from shared.worktime import VN

AT_COUNTER: LookUpPurpose = "at_counter"
Brought = TypeVar("Brought", bound=NewDossier)


def known_of(session: Session, body: AtCounter, reader: str, policy: Policy, now: datetime) -> Earlier:
    """What may be the same case, and papers that lie here already. That the number was looked up is recorded, also
    where nothing is known. Raises Refused `unknown_procedure` (404), `too_many_look_ups` (429)."""
    procedure = procedure_for(policy.catalogue, body.procedure, day_of(now))
    return _known(session, body.citizen_id, procedure, reader, policy, now)


def known_of_filer(session: Session, filing_id: str, reader: str, policy: Policy, now: datetime) -> Earlier:
    """The same of whoever filed this online, without the filing itself; nothing, and no look-up, where their number is
    kept no longer. Raises Refused `filing_not_found`, `unknown_procedure` (404), `too_many_look_ups` (429)."""
    filing = found(session.get(Filing, filing_id), "filing")
    version = date.fromisoformat(filing.procedure_version)
    procedure = procedure_for(policy.catalogue, filing.procedure, version, day_of(now))
    number = _number_of(session, filing)
    if number is None:
        return Earlier(duplicates=[], hints=[])
    return _known(session, number, procedure, reader, policy, now, but=filing_id)


def _known(
    session: Session, number: str, procedure: Procedure, reader: str, policy: Policy, now: datetime, but: str = ""
) -> Earlier:
    check_look_up(session, reader, policy, now)
    same = _same(session, number, procedure.code, but)
    papers = _papers(session, number, procedure, policy, now)
    read = [each.applicant_ref for each in same] + [each.applicant_ref for each in papers]
    note_look_up(session, read, AT_COUNTER, reader, policy, now)
    return Earlier(duplicates=[_duplicate(each) for each in same], hints=[_hint(each) for each in papers])


def receive_seen(
    session: Session,
    receive: Callable[[Session, Brought, str, Policy, datetime], Receipt],
    seen: Collection[str],
    body: Brought,
    official: str,
    policy: Policy,
    now: datetime,
) -> Receipt:
    """Receive it, if the clerk has seen all that may be the same case, by id; nothing is said of anybody, so no reading
    is recorded; nor is it asked once the clerk may look up nobody for now, as the page says. Raises what `receive`
    raises, or Refused `possible_duplicate`."""
    receipt = receive(session, body, official, policy, now)
    if not may_look_up(session, official, policy, now):
        return receipt
    # desks wait for each other at the number of a dossier: only now is known what another one received meanwhile
    same = _same(session, body.applicant.citizen_id, body.procedure)
    earlier.check_seen(same, {*seen, receipt.dossier_id})
    return receipt


def accept_seen(
    session: Session, filing_id: str, body: SeenAcceptance, official: str, policy: Policy, now: datetime
) -> Receipt:
    """The same of what was filed online. Raises what `accept_filing` raises, or Refused `possible_duplicate`."""
    receipt = accept_filing(session, filing_id, body, official, policy, now)
    filing = session.get_one(Filing, filing_id)
    number = _number_of(session, filing)
    if number is None or not may_look_up(session, official, policy, now):
        return receipt
    earlier.check_seen(_same(session, number, filing.procedure), {*body.seen, receipt.dossier_id})
    return receipt


def _number_of(session: Session, filing: Filing) -> str | None:
    """It is compared, and shown to nobody."""
    return private.look(session, filing.applicant_ref, ("citizen_id",)).get("citizen_id")


def _same(session: Session, citizen_id: str, procedure: str, but: str = "") -> list[earlier.Before]:
    before = [*unfinished_of(session, citizen_id, procedure), *filings_of(session, citizen_id, procedure)]
    return earlier.duplicates(procedure, [each for each in before if each.id != but])[:MOST_SAME]


def _papers(
    session: Session, citizen_id: str, procedure: Procedure, policy: Policy, now: datetime
) -> list[earlier.Hint]:
    reuse = policy.reuses.on(day_of(now))
    if reuse is None or not earlier.lasting(procedure, reuse):
        return []
    dossiers = dossiers_of(session, citizen_id, earlier.sharing(procedure, policy.catalogue, reuse))
    facts = events_of(session, [each.id for each in dossiers]) if dossiers else {}
    before = [(each, facts.get(each.id, [])) for each in dossiers]
    return earlier.hints(procedure, before, policy.catalogue, reuse, now)


def _duplicate(each: earlier.Before) -> Duplicate:
    return Duplicate(
        kind=each.kind,
        id=each.id,
        number=each.number,
        status_code=each.status,
        received_at=each.at.astimezone(VN),
        due_at=each.due_at.astimezone(VN),
        leads_to=each.leads_to.astimezone(VN),
    )


def _hint(each: earlier.Hint) -> PaperHint:
    return PaperHint(paper=each.paper, dossier_id=each.dossier_id, number=each.number, day=each.day)
