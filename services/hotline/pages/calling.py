"""A call written down at the desk, and kept as it is typed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from services.hotline.commands import drafts as commands
from services.hotline.models.drafts import Draft
from services.hotline.models.files import ReceiptWithFiles
from services.hotline.pages.attached import attached, received
from services.hotline.pages.citizens import receipt_page
from services.hotline.pages.desk import DESK, At, Desk, Operator
from services.hotline.pages.doors import emergencies, notice, report_of
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import DESK_NAV, once
from shared.web.forms import Form, blank, filled, read_form
from shared.web.pages import see_other

router = APIRouter()
CALL = f"{DESK}/call"


@router.get("/desk/call")
async def call(desk: At, who: Operator, draft: str = "") -> Response:
    """Write a call down; with `draft` one that was typed before, as far as it was kept."""
    kept = await desk.service.db.read(commands.drafts_of, who.id, desk.service.clock.now())
    taken = next((each for each in kept if each.key == draft), None)
    if taken is None:
        return _form(desk, who, blank(who="named"), drafts=kept)
    form = Form(filled(**taken.typed).values, key=taken.key)
    return _form(desk, who, form, drafts=[each for each in kept if each is not taken], taken=taken)


@router.post("/desk/call")
async def called(desk: At, who: Operator) -> Response:
    """The number and code to read out to the caller; or the form again."""
    sent = await desk.sent()
    form = sent.form
    body, errors = report_of(form, "phone", desk.words)
    if body is None or sent.refused:
        return _form(desk, who, sent.with_errors(errors, desk.words), status=422)
    asked = (body, sent.files, who.id, form.key, desk.policy, desk.service.clock.now())
    try:
        of = (desk.service, desk.request, sent.keyed, who.id, ReceiptWithFiles)
        receipt = await once(*of, commands.record_call, *asked)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    more = {"nav": DESK_NAV, "here": DESK, "call": True, "draft_name": _name(who)}
    more |= received(sent.files, receipt.files_over, desk.words)
    return await receipt_page(desk.request, desk.web, desk.service, desk.policy, receipt, **more)


@router.post("/desk/call/draft")
async def keep(desk: At, who: Operator) -> Response:
    """What is typed so far; a script asks."""
    form = await read_form(desk.request)
    asked = (who.id, form.key, form.data(), desk.policy, desk.service.clock.now())
    await desk.service.db.write(commands.keep_draft, *asked)
    return Response(status_code=204)


@router.post("/desk/call/discard")
async def discard(desk: At, who: Operator) -> Response:
    """It is needed no more."""
    form = await read_form(desk.request)
    await desk.service.db.write(commands.discard_draft, who.id, form["draft"])
    return see_other(CALL)


def _name(who: Official) -> str:
    """By what a browser keeps what this operator types."""
    return f"call-{who.id}"


def _form(
    desk: Desk,
    who: Official,
    form: Form,
    *,
    drafts: list[Draft] | None = None,
    taken: Draft | None = None,
    status: int = 200,
) -> Response:
    of = desk.policy, desk.service.clock.now(), desk.words
    said: dict[str, Any] = {
        "denunciation": notice(of[0], "denunciation", *of[1:]),
        "emergencies": emergencies(*of),
        "attach": attached(*of),
        "drafts": drafts or [],
        "taken": taken,
        "draft_name": _name(who),
    }
    return desk.render("report.html", status=status, form=form, call=True, **said)
