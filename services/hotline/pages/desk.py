"""The desk: the queue by date, a call written down, and one report with what may be done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from services.hotline import commands, rules
from services.hotline.commands import triaging
from services.hotline.commands.drafts import drafts_of
from services.hotline.commands.files import view_of
from services.hotline.models import ComplaintText, Moved, Purpose, Triage
from services.hotline.models.files import MovedWithFiles
from services.hotline.pages import words as said
from services.hotline.pages.acts import CHOICES, FIELDS, acts_of, done
from services.hotline.pages.at_desk import line_at_desk
from services.hotline.pages.attached import Sent, attached, form_with_files
from services.hotline.pages.beside import beside
from services.hotline.pages.clocks import clock_row, state_of, used_words
from services.hotline.pages.doors import (
    Rules,
    accused_kinds,
    issuers,
    notice,
    options,
    wrong_fields,
)
from services.hotline.pages.erased_words import erased_rows
from services.hotline.pages.file_words import file_rows
from services.hotline.pages.ladder import told_row
from services.hotline.pages.opened import opened
from services.hotline.rules.life import DESK as DESK_ROLES
from services.hotline.rules.life import HANDS, HEADS, OPEN
from services.hotline.settings import Policy
from services.hotline.tables import (
    Complaint,
    ComplaintClock,
    Escalation,
    complaints_seen_by,
)
from services.hotline.tables.clocks import clocks_of
from services.hotline.tables.dangers import escalations_of
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import DESK_NAV, SignedInAs, Web, once
from shared.web.forms import TRIED, Form, blank, filled, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages, see_other
from shared.worktime import because_of

router = APIRouter()
DESK = "/hotline/desk"
Anyone = Annotated[Official, SignedInAs(*HANDS)]
"""An officer sees what is in their hands."""
AtDesk = Annotated[Official, SignedInAs(*DESK_ROLES)]
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
        seen = await self.service.db.read(opened, complaint_id, who.id, who.may(*DESK_ROLES), accused)
        complaint, clocks, names = seen.complaint, seen.clocks, dict(seen.everybody)
        near = await self.service.db.read(beside, complaint_id, who.may(*DESK_ROLES))
        _, now = self.words, self.service.clock.now()
        again = blank()
        given = dict(forms or ({again[TRIED]: again} if again[TRIED] else {}))
        return self.render(
            "case.html",
            status=status,
            c=complaint,
            beside=near,
            due_state=state_of(clocks, self.policy.rulebook, now),
            because=because_of(complaint.due_arithmetic, _.language),
            may_publish=complaint.answer_ref is not None and who.may(*HEADS),
            acts=acts_of(who, complaint, clocks, self.policy, now) | {name for name in given if FIELDS.get(name)},
            forms={name: filled() for name in (*FIELDS, "read", "file")} | done(complaint) | given,
            typed=given.keys(),
            form=next((form for form in given.values() if form.errors), filled()),
            text=text,
            accused=names.get(accused, accused),
            refusal=_(said.REFUSALS[refusal]) if refusal else "",
            people=seen.everybody,
            takers=seen.takers,
            parts=seen.parts,
            lead=seen.lead,
            merged=seen.merged,
            files=file_rows([view_of(each) for each in seen.files], _),
            erased=erased_rows(seen.erased, _),
            reporter_erased="reporter" in seen.erased,
            attach=attached(self.policy, now, _),
            holder=names.get(complaint.assignee or "", complaint.assignee),
            told=told_row(seen.told, names, _),
            clocks=[clock_row(each, self.policy.rulebook, now, _) for each in clocks],
            notices=[notice(self.policy, code, now, _) for code in ("denunciation", "khieu_nai")],
            choices={name: options(labels, _) for name, labels in CHOICES.items()}
            | {"issuer": issuers(now, _), "accused": accused_kinds(self.policy, now, _)},
        )

    async def step(
        self,
        who: Official,
        complaint_id: str,
        act: str,
        model: type[BaseModel] | None,
        command: Callable[..., Moved],
        by: object = None,
        conflicted: Callable[..., None] | None = None,
        files: bool = False,
    ) -> Response:
        """Do one of the acts, as this official or as `by`; refused or wrong, the page comes back with what was
        typed. `conflicted` is done where they have a stake in it. With `files` some may come with it."""
        sent = await self.sent(files)
        form, names = sent.form, FIELDS[act]
        try:
            typed = {field: form[name] for field, name in names.items() if form[name]}
            body = [model.model_validate(typed)] if model else []
        except ValidationError as error:
            wrong = wrong_fields(error, form, self.words, names)
            return await self.case(who, complaint_id, forms={act: sent.with_errors(wrong, self.words)}, status=422)
        if sent.refused:
            return await self.case(who, complaint_id, forms={act: sent.with_errors({}, self.words)}, status=422)
        handed = [sent.files] if files else []
        asked = (complaint_id, *body, *handed, by or who.id, self.policy, self.service.clock.now())
        try:
            keyed = sent.keyed if files else form
            act_of: Callable[..., Any] = command  # it answers with what became of files, where it takes any
            moved = await once(self.service, self.request, keyed, who.id, MovedWithFiles, act_of, *asked)
        except Unavailable:  # the form comes back whole, with the same key
            return self.web.resend(self.request, form)
        except Refused as no:
            if no.code not in said.REFUSALS or no.status == 404:
                raise
            said_no = await self._kept(conflicted, asked, no) if conflicted else no
            given = {act: sent.again(self.words)}
            return await self.case(who, complaint_id, forms=given, refusal=said_no.code, status=said_no.status)
        if moved.files_over:
            return await self.case(who, complaint_id, refusal=f"files_over_{moved.files_over}")
        return see_other(f"{DESK}/{complaint_id}")

    async def sent(self, files: bool = True) -> Sent:
        """The posted form, with its files where some may come with it."""
        if not files:
            return Sent(await read_form(self.request))
        return await form_with_files(self.request, self.policy, self.service.clock.now(), by_anybody=False)

    async def _kept(self, conflicted: Callable[..., None], asked: tuple[Any, ...], no: Refused) -> Refused:
        """What is answered, once it is kept what somebody meant who has a stake in it."""
        try:
            if no.code == "conflict_of_interest":
                await self.service.db.write(conflicted, *asked)
        except Refused as other:
            return other
        return no


async def desk_of(request: Request, web: Web, service: Door, policy: Rules) -> Desk:
    """The desk that this request came to."""
    return Desk(request, web, service, policy)


At = Annotated[Desk, Depends(desk_of)]


@router.get("/desk")
async def queue(desk: At, who: Anyone) -> Response:
    """What waits, the one with the most of its clock used up first; at the desk how the telephone stands, too."""
    at_desk = who.may(*DESK_ROLES)
    seen = (who.id, desk.service.clock.now(), 100, at_desk)
    complaints = await desk.service.db.read(_queued, *seen)
    rows = [_row(*each, desk) for each in complaints]
    line = await desk.service.db.read(line_at_desk, desk.policy) if at_desk else None
    drafts = await desk.service.db.read(drafts_of, who.id, seen[1]) if who.may("operator") else []
    may = {
        "may_call": who.may("operator"),
        "may_publish": who.may(*HEADS),
        "holds_key": desk.policy.denunciations.opens(who.id),
    }
    return desk.render("queue.html", rows=rows, line=line, drafts=drafts, **may)


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
    read = (complaint_id, purpose, who.id, now, who.may(*DESK_ROLES))
    found_text = await desk.service.db.write(commands.read_text, *read)
    return await desk.case(who, complaint_id, text=found_text)


@router.post("/desk/{complaint_id}/triage")
async def triage(complaint_id: Code, desk: At, who: Operator) -> Response:
    """Say what a report is."""
    return await desk.step(who, complaint_id, "triage", Triage, triaging.triage)


class _Reading(BaseModel):
    purpose: Purpose


def _queued(
    session: Session, official: str, now: datetime, limit: int, desk: bool
) -> list[tuple[Complaint, list[ComplaintClock], Escalation | None]]:
    complaints = complaints_seen_by(session, official, now, limit, desk)
    ids = [each.complaint_id for each in complaints]
    clocks, told = clocks_of(session, ids), escalations_of(session, ids)
    return [(each, clocks[each.complaint_id], told.get(each.complaint_id)) for each in complaints]


def _row(complaint: Complaint, clocks: list[ComplaintClock], told: Escalation | None, desk: Desk) -> dict[str, object]:
    _, status, now = desk.words, complaint.status, desk.service.clock.now()
    what = [_(said.CATEGORIES[complaint.category])] if complaint.category else []
    if complaint.severity in ("urgent", "danger"):
        what.append(_(said.SEVERITIES[complaint.severity]))
    if complaint.assignee is None and status in (rules.Status.TRIAGED, rules.Status.REOPENED):
        what.append(_(N_("chưa giao ai")))
    if told is not None:
        what.append(_(N_("đã báo lên %(n)s lần, chưa ai nhận"), n=told.times))
    state = state_of(clocks, desk.policy.rulebook, now)
    if status not in OPEN:
        state = "done"
    elif complaint.severity == "danger" and not state:
        state = "near"
    return {
        "what": complaint.number,
        "href": f"{DESK}/{complaint.complaint_id}",
        "who": " · ".join(filter(None, [*what, used_words(clocks, now, _) if status in OPEN else ""])),
        "due": complaint.due_at,
        "state": state,
        "status": _(said.STATUSES[status]),
    }
