"""Matters to clarify: the list, and one with its way so far and the form of its next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session, col, select

from services.notifier.commands import flags as commands
from services.notifier.commands import reading
from services.notifier.models import Decision, Explanation, FlagMoved, FlagRead, FlagView, Ground, Review
from services.notifier.pages import words as said
from services.notifier.pages.doors import Rules, Someone, page_router
from services.notifier.rulebook import FlagRule
from services.notifier.rules.flags import State
from services.notifier.settings import Policy
from services.notifier.tables import Complaint
from services.notifier.tables.people import names
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import DESK_NAV, SignedInAs, Web, once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages, see_other
from shared.web.words import plain_day

router = page_router()
HOME = "/notifier/flags"
Leader = Annotated[Official, SignedInAs("leader")]


@dataclass(frozen=True)
class Desk:
    """This request, and what answers it."""

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
        return self.web.render(self.request, template, nav=DESK_NAV, here="/notifier/", **values)

    async def flag(
        self, who: Official, flag_id: str, *, form: Form | None = None, refusal: str = "", status: int = 200
    ) -> Response:
        """One flag, and what this official may do about it."""
        now, _ = self.service.clock.now(), self.words
        flag = await self.service.db.write(reading.read_flag, flag_id, who.id, who.may("leader"), now)
        known = await self.service.db.read(_around, flag)
        own = flag.official_id == who.id
        return self.render(
            "flag.html",
            status=status,
            flag=flag,
            own=own,
            act=act_of(flag, own),
            state=_(said.STATES[flag.state]),
            rule=rule_of(self.policy.rulebook.flag_rule(flag.rule), _) or flag.rule,
            finding=_(said.FINDINGS[flag.finding]) if flag.finding else "",
            way=way_of(flag, known, _),
            who=known.get(flag.official_id, flag.official_id),
            evidence=evidence_of(flag, known, _),
            findings=[
                {"value": value, "label": _(label), "why": _(said.FINDINGS_WHY[value])}
                for value, label in said.FINDINGS.items()
            ],
            form=form or blank(evidence=[each for each in flag.evidence if each in flag.standing]),
            refusal=_(said.REFUSALS[refusal]) if refusal else "",
        )

    async def step(
        self, who: Official, flag_id: str, model: type[BaseModel] | None, command: Callable[..., FlagMoved], *lists: str
    ) -> Response:
        """Do one step; refused or wrong, the page comes back with what was typed."""
        form = await read_form(self.request)
        try:
            body = () if model is None else (model.model_validate(form.data(*lists)),)
        except ValidationError as error:
            refused = form.refused(field_errors(error, self.words, said.LABELS))
            return await self.flag(who, flag_id, form=refused, status=422)
        now = self.service.clock.now()
        try:
            await once(
                self.service, self.request, form, who.id, FlagMoved, command, flag_id, *body, who.id, self.policy, now
            )
        except Refused as no:
            if no.code not in said.REFUSALS or no.status in (403, 404):
                raise
            return await self.flag(who, flag_id, form=form, refusal=no.code, status=no.status)
        return see_other(f"{HOME}/{flag_id}")


async def desk_of(request: Request, web: Web, service: Door, policy: Rules) -> Desk:
    """The desk that this request came to."""
    return Desk(request, web, service, policy)


At = Annotated[Desk, Depends(desk_of)]


@router.get("/flags")
async def flags(desk: At, who: Someone) -> Response:
    """The matters that somebody may know of: their own, and as an impartial leader the office's."""
    views, known = await desk.service.db.read(_seen, who)
    _ = desk.words
    rows = [
        {
            "what": view.number,
            "href": f"{HOME}/{view.flag_id}",
            "who": known.get(view.official_id, view.official_id),
            "status": _(said.STATES[view.state]),
            "state": "done" if view.decided_at or view.state == State.DROPPED else "",
            "since": view.raised_at,
        }
        for view in views
    ]
    return desk.render("flags.html", rows=rows)


@router.get("/flags/{flag_id}")
async def flag(flag_id: Code, desk: At, who: Someone) -> Response:
    """One matter with its texts, whose reading is recorded."""
    return await desk.flag(who, flag_id)


@router.post("/flags/{flag_id}/review")
async def review(flag_id: Code, desk: At, who: Leader) -> Response:
    """Look at the facts."""
    return await desk.step(who, flag_id, Review, commands.review)


@router.post("/flags/{flag_id}/inform")
async def inform(flag_id: Code, desk: At, who: Leader) -> Response:
    """Tell the official."""
    return await desk.step(who, flag_id, None, commands.inform)


@router.post("/flags/{flag_id}/explain")
async def explain(flag_id: Code, desk: At, who: Someone) -> Response:
    """Explain, as the official concerned."""
    return await desk.step(who, flag_id, Explanation, commands.explain)


@router.post("/flags/{flag_id}/decide")
async def decide(flag_id: Code, desk: At, who: Leader) -> Response:
    """Decide, with reasons."""
    return await desk.step(who, flag_id, Decision, commands.decide, "evidence")


def act_of(flag: FlagView, own: bool) -> str:
    """The form that makes sense now; the rules decide when it is sent."""
    if own:
        return "explain" if flag.state is State.INFORMED else ""
    return {
        State.RAISED: "review",
        State.REVIEWED: "inform",
        State.EXPLAINED: "decide",
        State.LAPSED: "decide",
    }.get(flag.state, "")


def rule_of(rule: FlagRule | None, _: Words) -> str:
    """The rule in words."""
    if rule is None:
        return ""
    return _(
        N_("%(n)s phản ánh đúng trong %(days)s ngày về: %(conduct)s (quy tắc từ %(since)s)"),
        n=rule.reports,
        days=rule.within_days,
        conduct="; ".join(_(said.CONDUCTS[each]) for each in sorted(rule.conduct)),
        since=plain_day(rule.valid_from, _.language),
    )


def way_of(flag: FlagRead, known: Mapping[str, str], _: Words) -> list[dict[str, Any]]:
    """The steps taken, with who took them."""
    steps = [
        (N_("Đã nêu ra từ các phản ánh đã kiểm tra là đúng"), flag.raised_at, None),
        (N_("Đã được một người xem xét"), flag.reviewed_at, flag.reviewer),
        (N_("Đã báo cho người liên quan"), flag.informed_at, flag.informed_by),
        (N_("Người liên quan đã giải trình"), flag.explained_at, None),
        (N_("Hết thời hạn giải trình"), flag.lapsed_at, None),
        (N_("Đã kết luận"), flag.decided_at, flag.decided_by),
        (N_("Hết giá trị"), flag.expired_at, None),
    ]
    return [
        {"what": _(what), "at": at, "who": known.get(who or "", who or ""), "state": ""}
        for what, at, who in steps
        if at
    ]


def evidence_of(flag: FlagRead, known: Mapping[str, str], _: Words) -> list[dict[str, Any]]:
    """What the matter rests on: of each report what it is about, when it was last checked and what was found."""
    rows = zip(flag.evidence, flag.complaints, flag.grounds, strict=True)
    return [
        _ground(event, known.get(complaint, complaint), ground, event in flag.standing, _)
        for event, complaint, ground in rows
    ]


def _ground(event: str, number: str, ground: Ground, stands: bool, _: Words) -> dict[str, Any]:
    conduct = _(said.CONDUCTS[ground.conduct])
    finding = _(said.FOUND_TRUE if stands else said.TAKEN_BACK)
    day = plain_day(ground.checked_on, _.language)
    return {
        "value": event,
        "label": _(N_("Phản ánh %(number)s: %(conduct)s"), number=number, conduct=conduct),
        "why": _(N_("%(finding)s, kiểm tra ngày %(day)s"), finding=finding, day=day),
    }


def _seen(session: Session, who: Official) -> tuple[list[FlagView], dict[str, str]]:
    return reading.flags_seen_by(session, who.id, leads=who.may("leader")), names(session)


def _around(session: Session, flag: FlagRead) -> dict[str, str]:
    query = select(col(Complaint.complaint_id), col(Complaint.number))
    numbers = dict(session.exec(query.where(col(Complaint.complaint_id).in_(flag.complaints))).all())
    return names(session) | numbers
