"""The desk: the queue by date, a call written down, and one report with what may be done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from services.hotline import commands, rules
from services.hotline.models import Answer, Attribution, ComplaintText, Moved, Purpose, Receipt, Triage, Verification
from services.hotline.pages import words as said
from services.hotline.pages.citizens import receipt_page
from services.hotline.pages.doors import Rules, notice, options, report_of, wrong_fields
from services.hotline.settings import Policy
from services.hotline.tables import Complaint, complaint_seen_by, complaints_seen_by, officials_by_name
from shared.doors import Door
from shared.errors import Refused, found
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import DESK_NAV, SignedInAs, Web, once
from shared.web.forms import TRIED, Form, blank, filled, read_form
from shared.web.language import Words
from shared.web.pages import Pages, see_other
from shared.worktime import because_of

router = APIRouter()
DESK = "/hotline/desk"
ROLES = {
    "triage": ("operator",),
    "attribute": ("operator", "leader"),
    "answer": ("head", "leader"),
    "verify": ("leader",),
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "triage": {"kind": "kind", "category": "category", "severity": "severity"},
    "attribute": {"official_id": "official_id", "conduct": "conduct"},
    "answer": {"text": "answer_text"},
    "verify": {"finding": "finding", "conduct": "verified_conduct", "evidence": "evidence"},
}
"""Of each form: the field of the command's model → its name on the page, where every form stands at once."""
Anyone = Annotated[Official, SignedInAs("operator", "head", "leader")]
Operator = Annotated[Official, SignedInAs("operator")]


@dataclass(frozen=True)
class Desk:
    """This request at the desk."""

    request: Request
    web: Pages
    service: Service
    policy: Policy

    @property
    def words(self) -> Words:
        """The reader's language."""
        return self.web.words(self.request)

    def render(self, template: str, **values: Any) -> Response:
        """A page for officials, under their own menu."""
        return self.web.render(self.request, template, **{"nav": DESK_NAV, "here": DESK, **values})

    async def case(
        self,
        who: Official,
        complaint_id: str,
        *,
        forms: Mapping[str, Form] | None = None,
        text: ComplaintText | None = None,
        accused: str = "",
        refusal: str = "",
        status: int = 200,
    ) -> Response:
        """One report and what this official may do to it."""
        complaint, people = await self.service.db.read(_opened, complaint_id, who.id)
        _, now = self.words, self.service.clock.now()
        again = blank()
        given = dict(forms or ({again[TRIED]: again} if again[TRIED] else {}))
        return self.render(
            "case.html",
            status=status,
            c=complaint,
            due_state=_state(complaint, self.service, self.policy),
            because=because_of(complaint.due_arithmetic, _.language),
            acts=acts_of(who, complaint),
            forms={name: filled() for name in (*FIELDS, "read")} | _done(complaint) | given,
            typed=given.keys(),
            form=next((form for form in given.values() if form.errors), filled()),
            text=text,
            accused=dict(people).get(accused, accused),
            refusal=_(said.REFUSALS[refusal]) if refusal else "",
            people=people,
            notices=[notice(self.policy, code, now, _) for code in ("denunciation", "khieu_nai")],
            choices={name: options(labels, _) for name, labels in _CHOICES.items()},
        )

    async def step(
        self, who: Official, complaint_id: str, act: str, model: type[BaseModel], command: Callable[..., Moved]
    ) -> Response:
        """Do one of the acts; refused or wrong, the page comes back with what was typed."""
        form, names = await read_form(self.request), FIELDS[act]
        try:
            body = model.model_validate({field: form[name] for field, name in names.items() if form[name]})
        except ValidationError as error:
            refused = form.refused(wrong_fields(error, form, self.words, names))
            return await self.case(who, complaint_id, forms={act: refused}, status=422)
        now = self.service.clock.now()
        try:
            await once(
                self.service, self.request, form, who.id, Moved, command, complaint_id, body, who.id, self.policy, now
            )
        except Unavailable:  # the form comes back whole, with the same key
            return self.web.resend(self.request, form)
        except Refused as no:
            if no.code not in said.REFUSALS or no.status == 404:
                raise
            return await self.case(who, complaint_id, forms={act: form}, refusal=no.code, status=no.status)
        return see_other(f"{DESK}/{complaint_id}")


_CHOICES = {
    "kind": said.KINDS,
    "category": said.CATEGORIES,
    "severity": said.SEVERITIES,
    "conduct": said.CONDUCTS,
    "finding": said.FINDINGS,
    "purpose": said.PURPOSES,
    "status": said.STATUSES,
    "channel": said.CHANNELS,
}


async def desk_of(request: Request, web: Web, service: Door, policy: Rules) -> Desk:
    """The desk that this request came to."""
    return Desk(request, web, service, policy)


At = Annotated[Desk, Depends(desk_of)]


@router.get("/desk")
async def queue(desk: At, who: Anyone) -> Response:
    """What waits, the nearest date first."""
    complaints = await desk.service.db.read(complaints_seen_by, who.id)
    rows = [_row(each, desk) for each in complaints]
    return desk.render("queue.html", rows=rows, may_call=who.may("operator"))


@router.get("/desk/call")
async def call(desk: At, who: Operator) -> Response:
    """Write a call down."""
    return _call_form(desk, blank(who="named"))


@router.post("/desk/call")
async def called(desk: At, who: Operator) -> Response:
    """The number and code to read out to the caller; or the form again."""
    form = await read_form(desk.request)
    body, errors = report_of(form, "phone", desk.words)
    if body is None:
        return _call_form(desk, form.refused(errors), status=422)
    now = desk.service.clock.now()
    try:
        receipt = await once(
            desk.service, desk.request, form, who.id, Receipt, commands.file_complaint, body, who.id, desk.policy, now
        )
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    more = {"nav": DESK_NAV, "here": DESK, "call": True}
    return await receipt_page(desk.request, desk.web, desk.service, desk.policy, receipt, **more)


@router.get("/desk/{complaint_id}")
async def case(complaint_id: Code, desk: At, who: Anyone) -> Response:
    """A report without its text: reading it is an act of its own."""
    return await desk.case(who, complaint_id)


@router.post("/desk/{complaint_id}/text")
async def text(complaint_id: Code, desk: At, who: Anyone) -> Response:
    """The report with its text; the reading is recorded with its purpose."""
    form = await read_form(desk.request)
    try:
        purpose = _Reading.model_validate(form.data()).purpose
    except ValidationError as error:
        refused = form.refused(wrong_fields(error, form, desk.words))
        return await desk.case(who, complaint_id, forms={"read": refused}, status=422)
    now = desk.service.clock.now()
    found_text = await desk.service.db.write(commands.read_text, complaint_id, purpose, who.id, now)
    return await desk.case(who, complaint_id, text=found_text)


@router.post("/desk/{complaint_id}/attribution")
async def attribution(complaint_id: Code, desk: At, who: Annotated[Official, SignedInAs("leader")]) -> Response:
    """The report with the name of whom it is about; the reading is recorded."""
    await read_form(desk.request)
    now = desk.service.clock.now()
    try:
        about = await desk.service.db.write(commands.read_attribution, complaint_id, who.id, now)
    except Refused as no:
        if no.code not in said.REFUSALS or no.code == "complaint_not_found":
            raise
        return await desk.case(who, complaint_id, refusal=no.code, status=no.status)
    return await desk.case(who, complaint_id, accused=about.official_id)


@router.post("/desk/{complaint_id}/triage")
async def triage(complaint_id: Code, desk: At, who: Operator) -> Response:
    """Say what a report is."""
    return await desk.step(who, complaint_id, "triage", Triage, commands.triage)


@router.post("/desk/{complaint_id}/attribute")
async def attribute(
    complaint_id: Code, desk: At, who: Annotated[Official, SignedInAs("operator", "leader")]
) -> Response:
    """Say whose conduct it is about."""
    return await desk.step(who, complaint_id, "attribute", Attribution, commands.attribute)


@router.post("/desk/{complaint_id}/answer")
async def answer(complaint_id: Code, desk: At, who: Annotated[Official, SignedInAs("head", "leader")]) -> Response:
    """Answer the citizen."""
    return await desk.step(who, complaint_id, "answer", Answer, commands.answer)


@router.post("/desk/{complaint_id}/verify")
async def verify(complaint_id: Code, desk: At, who: Annotated[Official, SignedInAs("leader")]) -> Response:
    """Say what the check found."""
    return await desk.step(who, complaint_id, "verify", Verification, commands.verify)


class _Reading(BaseModel):
    purpose: Purpose


def acts_of(who: Official, complaint: Complaint) -> set[str]:
    """The forms that make sense now, for this official; the rules decide when one is sent."""
    about_conduct = complaint.category == "conduct"
    sensible = {
        "triage": complaint.status != rules.Status.ANSWERED,
        "attribute": about_conduct and complaint.finding is None,
        "answer": complaint.status == rules.Status.TRIAGED,
        "verify": about_conduct and complaint.attribution_ref is not None and who.id not in complaint.brought_by,
    }
    return {act for act, roles in ROLES.items() if sensible[act] and who.may(*roles)}


def _done(complaint: Complaint) -> dict[str, Form]:
    """What was said already, to be changed; whom it is about is read on its own."""
    return {
        "triage": filled(kind=complaint.kind, category=complaint.category, severity=complaint.severity),
        "verify": filled(finding=complaint.finding, verified_conduct=complaint.conduct),
    }


def _opened(session: Session, complaint_id: str, official: str) -> tuple[Complaint, list[tuple[str, str]]]:
    complaint = found(complaint_seen_by(session, complaint_id, official), "complaint")
    people = [(each.official_id, f"{each.name} · {each.post}") for each in officials_by_name(session)]
    return complaint, people


def _row(complaint: Complaint, desk: Desk) -> dict[str, object]:
    _, status = desk.words, complaint.status
    what = [_(said.CATEGORIES[complaint.category])] if complaint.category else []
    if complaint.severity in ("urgent", "danger"):
        what.append(_(said.SEVERITIES[complaint.severity]))
    state = "done" if status == rules.Status.ANSWERED else _state(complaint, desk.service, desk.policy)
    if complaint.severity == "danger" and not state:
        state = "near"
    return {
        "what": complaint.number,
        "href": f"{DESK}/{complaint.complaint_id}",
        "who": " · ".join(what),
        "due": complaint.due_at,
        "state": state,
        "status": _(said.STATUSES[status]),
    }


def _state(complaint: Complaint, service: Service, policy: Policy) -> str:
    if complaint.answered_at is not None:
        return ""
    now = service.clock.now()
    near = rules.clock(policy.rulebook, "pakn_answer", now).near_percent
    return rules.pressing(complaint.filed_at, complaint.due_at, now, near)


def _call_form(desk: Desk, form: Form, *, status: int = 200) -> Response:
    denunciation = notice(desk.policy, "denunciation", desk.service.clock.now(), desk.words)
    return desk.render("report.html", status=status, form=form, denunciation=denunciation, call=True)
