"""Intake's API: procedures, and the life of a dossier."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime
from sqlmodel import Session

from services.intake import commands, rules
from services.intake.models import (
    Assignment,
    Clocks,
    ControlRow,
    Correction,
    DossierView,
    FeeRequest,
    FeeView,
    HandOver,
    LawView,
    Moved,
    NewDossier,
    OneSitting,
    Payment,
    Postponement,
    ProcedureView,
    Promised,
    PublicStatus,
    Receipt,
    ResultView,
    Stop,
    Supplement,
    SupplementRequest,
    TakenOver,
    Way,
)
from services.intake.routes.doors import (
    Anyone,
    AsksFee,
    AsksSupplement,
    Assigns,
    Clerk,
    Completes,
    Corrects,
    HandsOver,
    Once,
    Reschedules,
    Rules,
    Stops,
    Supplements,
    TakesFee,
    TakesUp,
    Withdraws,
    local,
    own_office,
    own_unit,
)
from services.intake.rulebook import Catalogue, Law, Paper, Procedure
from services.intake.rulebook.search import matching
from services.intake.rules import HEADS
from services.intake.settings import Policy
from services.intake.tables import Dossier, counting_calendar, facts_of, newest_dossiers, working_calendar
from shared.doors import PROBLEMS, Door, Limited
from shared.errors import found
from shared.texts import Code
from shared.worktime import VN, because_of

router = APIRouter(responses=PROBLEMS)


@router.get("/procedures")
async def procedures(
    service: Door,
    policy: Rules,
    q: Annotated[str, Query(max_length=100, description="A few words, marks or not; the likeliest come first.")] = "",
) -> list[ProcedureView]:
    """The procedures in force today."""
    held = policy.catalogue.all_in_force(service.clock.now().astimezone(VN).date())
    return [_procedure(each, policy.catalogue) for each in matching(held, q)]


@router.get("/procedures/{code}/promise", dependencies=[Limited("120/minute")])
async def promise(
    code: Code,
    service: Door,
    policy: Rules,
    received_at: Annotated[AwareDatetime | None, Query(description="RFC 3339; now, when left out.")] = None,
    variant: Annotated[Code | None, Query(description="A kind of case with a time of its own.")] = None,
) -> Promised:
    """What would be promised for a complete dossier received at this moment, and why. Public."""
    return await service.db.read(_promised, code, received_at or service.clock.now(), policy, variant)


@router.post("/dossiers", status_code=201, response_model=Receipt)
async def receive(body: NewDossier, who: Clerk, once: Once) -> Response:
    """Receive a complete dossier: its number, its date and why."""
    own_office(who, once.policy)
    return await once(commands.receive_dossier, body, who.id, once.policy, once.now())


@router.post("/dossiers/at-one-sitting", status_code=201, response_model=Receipt)
async def receive_and_return(body: OneSitting, who: Clerk, once: Once) -> Response:
    """Receive what is done while the citizen waits, with what was paid, and hand it over; with the code of the slip."""
    own_office(who, once.policy)
    return await once(commands.receive_and_return, body, who.id, once.policy, once.now())


@router.post("/dossiers/taken-over", status_code=201, response_model=Receipt)
async def take_over(body: TakenOver, who: Clerk, once: Once) -> Response:
    """Take over a dossier that the province's system received: number and day stay, where both say the same."""
    own_office(who, once.policy)
    return await once(commands.take_over, body, who.id, once.policy, once.now())


@router.get("/dossiers")
async def dossiers(service: Door, policy: Rules, who: Anyone) -> list[DossierView]:
    """The dossiers written down last, newest first (50)."""
    own_office(who, policy)
    return await service.db.read(_newest)


@router.get("/dossiers/{dossier_id}")
async def dossier(dossier_id: Code, service: Door, policy: Rules, who: Anyone) -> DossierView:
    """A dossier, without its applicant's data."""
    own_unit(who, policy)
    return await service.db.read(_dossier, dossier_id)


@router.get("/dossiers/{dossier_id}/way")
async def way(dossier_id: Code, service: Door, policy: Rules, who: Anyone) -> Way:
    """The control slip of a dossier (M06), a row a fact, and its three clocks."""
    own_unit(who, policy)
    return await service.db.read(_way, dossier_id, service.clock.now())


@router.post("/dossiers/{dossier_id}/take-up", status_code=201, response_model=Moved)
async def take_up(dossier_id: Code, who: TakesUp, once: Once) -> Response:
    """Take a received dossier up: from now on it is yours."""
    return await once(commands.take_up, dossier_id, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/complete", status_code=201, response_model=Moved)
async def complete(dossier_id: Code, who: Completes, once: Once) -> Response:
    """The result is ready at the counter: so says whoever took it up, or a head or leader."""
    heads, own = who.may(*HEADS), own_unit(who, once.policy)
    return await once(commands.complete, dossier_id, who.id, heads, own, once.now())


@router.post("/dossiers/{dossier_id}/hand-over", status_code=201, response_model=Moved)
async def hand_over(dossier_id: Code, who: HandsOver, once: Once, body: HandOver | None = None) -> Response:
    """Give the result to the citizen, or to whoever takes it for them, with the code of the satisfaction slip."""
    to = body or HandOver()
    return await once(commands.hand_over, dossier_id, to, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/reschedule", status_code=201, response_model=Moved)
async def reschedule(dossier_id: Code, body: Postponement, who: Reschedules, once: Once) -> Response:
    """Apologise and give a new date, before the old one has passed, once."""
    return await once(commands.reschedule, dossier_id, body, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/assign", status_code=201, response_model=Moved)
async def assign(dossier_id: Code, body: Assignment, who: Assigns, once: Once) -> Response:
    """Tell an official to do the work; only taking it up makes it theirs."""
    return await once(commands.assign, dossier_id, body, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/ask-supplement", status_code=201, response_model=Moved)
async def ask_supplement(dossier_id: Code, body: SupplementRequest, who: AsksSupplement, once: Once) -> Response:
    """Ask in writing for all that is missing (M02): as often as the procedure allows, which is once."""
    heads, own = who.may(*HEADS), own_unit(who, once.policy)
    return await once(commands.ask_supplement, dossier_id, body, who.id, heads, own, once.now())


@router.post("/dossiers/{dossier_id}/supplement", status_code=201, response_model=Moved)
async def supplement(dossier_id: Code, body: Supplement, who: Supplements, once: Once) -> Response:
    """What was asked for is there: the date is carried forward, and says how."""
    return await once(commands.supplement, dossier_id, body, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/ask-fee", status_code=201, response_model=Moved)
async def ask_fee(dossier_id: Code, body: FeeRequest, who: AsksFee, once: Once) -> Response:
    """Ask for a payment before the work goes on."""
    heads, own = who.may(*HEADS), own_unit(who, once.policy)
    return await once(commands.ask_fee, dossier_id, body, who.id, heads, own, once.now())


@router.post("/dossiers/{dossier_id}/pay-fee", status_code=201, response_model=Moved)
async def pay_fee(dossier_id: Code, body: Payment, who: TakesFee, once: Once) -> Response:
    """What was asked for was paid, to the dong."""
    return await once(commands.pay_fee, dossier_id, body, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/correct", status_code=201, response_model=Moved)
async def correct(dossier_id: Code, body: Correction, who: Corrects, once: Once) -> Response:
    """Put right what was written down wrong, as a fact that says what, why and by whom."""
    own = own_unit(who, once.policy)
    return await once.guarded(commands.correct, dossier_id, body, who.id, own, once.now())


@router.post("/dossiers/{dossier_id}/withdraw", status_code=201, response_model=Moved)
async def withdraw(dossier_id: Code, who: Withdraws, once: Once) -> Response:
    """The citizen takes the dossier back, before there is a result; with the code of the satisfaction slip."""
    return await once(commands.withdraw, dossier_id, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/stop", status_code=201, response_model=Moved)
async def stop(dossier_id: Code, body: Stop, who: Stops, once: Once) -> Response:
    """End the work without a result, in writing and with its legal basis (M05); with the code of the slip."""
    return await once(commands.stop, dossier_id, body, who.id, own_unit(who, once.policy), once.now())


@router.get("/status/{number}", dependencies=[Limited("30/minute")])
async def status(
    number: Code,
    service: Door,
    code: Annotated[str, Query(min_length=1, max_length=40, description="From the receipt.")],
) -> PublicStatus:
    """Where a dossier is, for whoever holds its number and code. Public; nothing personal."""
    return await service.db.read(commands.public_status, number, code)


def _promised(session: Session, code: str, received_at: datetime, policy: Policy, variant: str | None) -> Promised:
    procedure = rules.procedure_for(policy.catalogue, code, rules.day_of(received_at))
    due = rules.promised(procedure, received_at, counting_calendar(session, code), variant)
    return Promised(
        procedure=procedure.code,
        name=procedure.name,
        version=procedure.version,
        received_at=received_at.astimezone(VN),
        due_at=due.due_at,
        due_because=due.because("vi"),
    )


def _newest(session: Session) -> list[DossierView]:
    return [_view(row) for row in newest_dossiers(session)]


def _dossier(session: Session, dossier_id: str) -> DossierView:
    return _view(found(session.get(Dossier, dossier_id), "dossier"))


def _way(session: Session, dossier_id: str, now: datetime) -> Way:
    dossier, facts = found(session.get(Dossier, dossier_id), "dossier"), facts_of(session, dossier_id)
    calendars = working_calendar(session), counting_calendar(session, dossier.procedure)
    elapsed = rules.clocks_of(dossier.received_at, facts, now, *calendars)
    return Way(
        rows=[ControlRow(**local(vars(row))) for row in rules.rows_of(facts)],
        clocks=Clocks(
            due_at=dossier.due_at.astimezone(VN), citizen_minutes=elapsed.citizen, office_minutes=elapsed.office
        ),
    )


def _view(row: Dossier) -> DossierView:
    values = {name: getattr(row, name) for name in DossierView.model_fields if hasattr(row, name)}
    return DossierView(**local(values), status_code=row.status, due_because=because_of(row.due_arithmetic))


def _procedure(each: Procedure, catalogue: Catalogue) -> ProcedureView:
    shown = {name: getattr(each, name) for name in ProcedureView.model_fields if hasattr(each, name)}
    shown |= {"channels": sorted(each.channels), "limit": each.limit.as_data()}
    own = each.own_limit(None)
    shown |= {"own_limit": own.as_data() if own else None}
    shown |= {"papers": [_paper(paper) for paper in each.papers]}
    shown |= {"variants": [asdict(variant) | {"limit": variant.limit.as_data()} for variant in each.variants]}
    shown |= {"fees": [FeeView(**{name: getattr(fee, name) for name in FeeView.model_fields}) for fee in each.fees]}
    shown |= {"legal": [_law(law) for law in catalogue.laws_of(each)]}
    return ProcedureView(**shown, result=_result(each))


def _paper(paper: Paper) -> dict[str, str | bool]:
    """What whoever brings it has to know."""
    return {name: value for name, value in asdict(paper).items() if name != "reuse_months"}


def _law(law: Law) -> LawView:
    return LawView(**{name: getattr(law, name) for name in LawView.model_fields})


def _result(each: Procedure) -> ResultView | None:
    if not each.result_code:
        return None
    return ResultView(code=each.result_code, name=each.result_name, name_en=each.result_name_en)
