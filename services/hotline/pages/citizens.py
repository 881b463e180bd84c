"""Pages for everybody: report something, and where is my report?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.hotline import commands
from services.hotline.commands.files import file_with
from services.hotline.models import PublicStatus, Receipt
from services.hotline.models.files import ReceiptWithFiles
from services.hotline.models.numbers import as_printed
from services.hotline.pages.answer_words import reason_of
from services.hotline.pages.attached import attached, form_with_files, received
from services.hotline.pages.doors import Rules, emergencies, notice, report_of
from services.hotline.pages.erased_words import erased_rows
from services.hotline.pages.words import CLOSING_REASONS, REFUSALS
from services.hotline.settings import Policy
from services.hotline.tables import complaint_by_number
from shared.doors import Door, Limited, RateLimit
from shared.errors import Refused
from shared.service import Service
from shared.unavailable import Unavailable
from shared.web.door import Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages
from shared.worktime import because_of

router = APIRouter()
_public = RateLimit("60/minute")
MEANWHILE = {
    "referred": N_("Đã chuyển nơi có thẩm quyền, chờ trả lời"),
    "guided": N_("Đã hướng dẫn, chờ nơi có thẩm quyền"),
    "merged": N_("Trả lời cùng một phản ánh khác về cùng việc này"),
    "asked": N_("Xã chờ Ông/Bà bổ sung"),
    "reopened": N_("Đã mở lại, chờ trả lời"),
}
STANDS = (N_("Đã gửi, chờ phân loại"), N_("Đã phân loại, chờ trả lời"), N_("Đã trả lời"))
"""Where a report stands, by the last step that its way has taken."""


@router.get("/")
async def report(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """Report something: one form."""
    return form_page(request, web, service, policy, blank())


@router.post("/")
async def file(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The number and the code of a report that was just filed; or the form again, with everything typed."""
    sent, _ = await form_with_files(request, policy, service.clock.now()), web.words(request)
    form = sent.form
    body, errors = report_of(form, "web", _)
    if body is None or sent.refused:
        return form_page(request, web, service, policy, sent.with_errors(errors, _), status=422)
    try:
        await _public(request)
        asked = (body, sent.files, None, policy, service.clock.now(), sent.sender)
        receipt = await once(service, request, sent.keyed, "citizen", ReceiptWithFiles, file_with, *asked)
    except Unavailable:  # the form comes back whole, with the same key
        return web.resend(request, form)
    except Refused as no:
        return web.resend(request, form, status=no.status, code=no.code)
    came = received(sent.files, receipt.files_over, _)
    return await receipt_page(request, web, service, policy, receipt, **came)


@router.get("/status")
async def ask_status(request: Request, web: Web, number: str = "") -> Response:
    """Where is my report? The number may stand in the address, the code never does."""
    return web.render(request, "status.html", form=blank(number=number[:40]), found=None)


@router.post("/status", dependencies=[Limited("30/minute")])
async def status(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """Where a report is, and its answer for the holder of the code."""
    form, _ = await read_form(request), web.words(request)
    if not form["number"]:
        refused = form.refused({"number": _(N_("Hãy nhập số phản ánh."))})
        return web.render(request, "status.html", status=422, form=refused, found=None)
    number, now = as_printed(form["number"]), service.clock.now()
    try:
        found = await service.db.write(commands.public_status, number, form["code"] or None, policy, now)
    except Refused as no:
        also = {"code": _(N_("Mã nhận cũng có thể chưa đúng: hãy xem lại từng chữ."))} if form["code"] else {}
        refused = form.refused({"number": _(REFUSALS[no.code])} | also)
        return web.render(request, "status.html", status=no.status, form=refused, found=None)
    return web.render(
        request,
        "status.html",
        form=form,
        found=found,
        because=await service.db.read(because, number, _),
        way=way_of(found, _),
        erased=erased_rows(found.erased, _),
        stands=_(MEANWHILE.get(found.status, STANDS[_taken(found)])),
        ended=_(CLOSING_REASONS[found.closing_reason]) if found.closing_reason else "",
        withheld=reason_of(policy.publishing, found.withheld, now, _) if found.withheld else "",
        guidance=notice(policy, "khieu_nai", now, _) if found.kind == "khieu_nai" else "",
        late=now > found.due_at,
    )


def form_page(
    request: Request, web: Pages, service: Service, policy: Policy, form: Form, *, status: int = 200
) -> Response:
    """The report form for everybody."""
    _, now = web.words(request), service.clock.now()
    said: dict[str, Any] = {
        "denunciation": notice(policy, "denunciation", now, _),
        "emergencies": emergencies(policy, now, _),
        "draft_name": "report",
        "attach": attached(policy, now, _),
    }
    return web.render(request, "report.html", status=status, form=form, call=False, **said)


async def receipt_page(
    request: Request, web: Pages, service: Service, policy: Policy, receipt: Receipt, **values: Any
) -> Response:
    """What the citizen keeps: the number, the code, the date and why."""
    _ = web.words(request)
    lines = await service.db.read(because, receipt.number, _)
    denunciation = notice(policy, "denunciation", service.clock.now(), _)
    return web.render(
        request,
        "receipt.html",
        receipt=receipt,
        because=lines,
        denunciation=denunciation,
        **{"call": False, "draft_name": "report", "files": [], "files_over": "", **values},
    )


def because(session: Session, number: str, words: Words) -> list[str]:
    """How the date of a report was reached, in the reader's language."""
    complaint = complaint_by_number(session, number)
    return because_of(complaint.due_arithmetic, words.language) if complaint else []


def _taken(found: PublicStatus) -> int:
    """The last step taken: 0 sent, 1 triaged, 2 answered or closed."""
    return 2 if found.answered_at or found.closed_at else 1 if found.triaged_at else 0


def way_of(found: PublicStatus, words: Words) -> list[dict[str, object]]:
    """The way a report went, step by step."""
    steps = [
        (N_("Đã gửi"), found.filed_at),
        (N_("Đã phân loại") if found.triaged_at else N_("Phân loại"), found.triaged_at),
        (N_("Đã trả lời") if found.answered_at else N_("Trả lời"), found.answered_at),
    ]
    if found.closed_at and not found.answered_at:
        steps[-1] = (N_("Đã kết thúc"), found.closed_at)
    states = ["now" if index == _taken(found) else "" if at else "next" for index, (_, at) in enumerate(steps)]
    return [
        {"what": words(what), "at": at, "who": "", "state": state}
        for (what, at), state in zip(steps, states, strict=True)
    ]
