"""The rating: the code of the slip, a few questions in the official words, and thanks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from services.survey import commands
from services.survey.models import NewRating, Thanks
from services.survey.settings import Policy
from shared.doors import Door, Limited, RateLimit, policy_of
from shared.errors import Refused
from shared.unavailable import Unavailable
from shared.web.door import Web, once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages

router = APIRouter(include_in_schema=False)
_public = RateLimit("60/minute")
RATE = "/survey/rate"
LABELS = {
    "slip_code": N_("mã trên phiếu"),
    "overall": N_("mức độ hài lòng chung"),
    "attitude": N_("thái độ"),
    "convenience": N_("sự thuận tiện"),
    "ready_on_the_day": N_("có kết quả đúng ngày hẹn hay không"),
    "comment": N_("góp ý"),
}
CHOSEN = ("overall", "attitude", "convenience", "ready_on_the_day")
OVERALL = {
    "very_satisfied": N_("Rất hài lòng"),
    "satisfied": N_("Hài lòng"),
    "dissatisfied": N_("Không hài lòng"),
}
SCORES = {"2": N_("Tốt"), "1": N_("Được"), "0": N_("Chưa tốt")}
READY = {"true": N_("Có, đúng ngày hẹn hoặc sớm hơn"), "false": N_("Không, trễ hẹn")}
REFUSALS = {
    "slip_unknown": N_("Không có phiếu nào mang mã này. Hãy xem lại tờ giấy nhận cùng kết quả."),
    "slip_used": N_("Phiếu này đã được dùng. Mỗi phiếu chỉ tính một lần."),
    "slip_expired": N_("Phiếu này đã quá hạn."),
}


Rules = Annotated[Policy, Depends(policy_of)]


@router.get("/")
async def start(request: Request, web: Web) -> Response:
    """Which slip?"""
    return web.render(request, "start.html", form=blank())


@router.post("/", dependencies=[Limited("30/minute")])
async def begin(request: Request, web: Web, service: Door) -> Response:
    """The questions, when the slip can still be used."""
    form, _ = await read_form(request), web.words(request)
    if not form["slip_code"]:
        refused = form.refused({"slip_code": _(N_("Hãy nhập mã trên phiếu."))})
        return web.render(request, "start.html", status=422, form=refused)
    return await _questions(request, web, service, blank(slip_code=form["slip_code"]))


@router.get("/rate", dependencies=[Limited("60/minute")])
async def rate(request: Request, web: Web, service: Door, code: str = "") -> Response:
    """The questions, from the link or the QR code on the slip."""
    form = blank(slip_code=code.strip()[:40])
    if not form["slip_code"]:
        return web.render(request, "start.html", form=form)
    return await _questions(request, web, service, form)


@router.post("/rate")
async def rated(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """Thanks; or the questions again, with everything typed."""
    form, _ = await read_form(request), web.words(request)
    try:
        body = NewRating.model_validate(_typed(form))
    except ValidationError as error:
        blanks = {name: _(N_("Hãy chọn %(label)s."), label=_(LABELS[name])) for name in CHOSEN if not form[name]}
        return _form_page(request, web, form.refused(field_errors(error, _, LABELS) | blanks), status=422)
    try:
        await _public(request)
        await once(service, request, form, "citizen", Thanks, commands.rate, body, policy, service.clock.now())
    except Unavailable:  # the form comes back whole, with the same key
        return web.resend(request, form)
    except Refused as no:
        if no.code not in REFUSALS:
            return web.resend(request, form, status=no.status, code=no.code)
        return _refused(request, web, form, no)
    return web.render(request, "thanks.html")


async def _questions(request: Request, web: Pages, service: Door, form: Form) -> Response:
    try:
        await service.db.read(commands.check_slip, form["slip_code"], service.clock.now())
    except Refused as no:
        return _refused(request, web, form, no)
    return _form_page(request, web, form)


def _refused(request: Request, web: Pages, form: Form, no: Refused) -> Response:
    refused = form.refused({"slip_code": web.words(request)(REFUSALS[no.code])})
    return web.render(request, "start.html", status=no.status, form=refused)


def _form_page(request: Request, web: Pages, form: Form, *, status: int = 200) -> Response:
    _ = web.words(request)
    named = {"overall": OVERALL, "attitude": SCORES, "convenience": SCORES, "ready_on_the_day": READY}
    choices = {name: _options(labels, _) for name, labels in named.items()}
    return web.render(request, "rate.html", status=status, page=RATE, form=form, choices=choices)


def _options(labels: dict[str, str], words: Words) -> list[dict[str, str]]:
    return [{"value": value, "label": words(label)} for value, label in labels.items()]


def _typed(form: Form) -> dict[str, object]:
    """The form as the model takes it: digits as numbers, yes and no as such, the channel ours."""
    typed = {name: value for name, value in form.data().items() if name in LABELS}
    scores = {name: int(typed[name]) for name in ("attitude", "convenience") if typed.get(name) in SCORES}
    return typed | scores | {"channel": "web"}
