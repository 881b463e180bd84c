"""Pages for whoever holds a receipt code: say what was asked for, what is not settled, or why it is needed no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.hotline.commands import heard as commands
from services.hotline.commands.files import supplement_with
from services.hotline.models.files import HeardWithFiles
from services.hotline.models.life import Heard, Told
from services.hotline.models.numbers import as_printed
from services.hotline.pages.attached import Sent, attached, form_with_files, received
from services.hotline.pages.doors import Rules, wrong_fields
from services.hotline.pages.words import REFUSALS
from services.hotline.settings import Policy
from shared.doors import Door, RateLimit
from shared.errors import Refused
from shared.service import Service
from shared.unavailable import Unavailable
from shared.web.door import Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages

router = APIRouter()
_public = RateLimit("30/minute")


@dataclass(frozen=True)
class Page:
    """What one of these pages says and does."""

    path: str
    command: Callable[..., Heard]
    title: str
    lead: str
    label: str
    button: str
    done: str
    files: bool = False
    """Whether some may come with it."""


SUPPLEMENT = Page(
    "/hotline/supplement",
    supplement_with,
    N_("Bổ sung theo yêu cầu"),
    N_("Xã đã hỏi thêm về phản ánh của Ông/Bà. Xem câu hỏi bằng số phản ánh và mã nhận."),
    N_("Thông tin bổ sung"),
    N_("Gửi bổ sung"),
    N_("Đã nhận bổ sung"),
    files=True,
)
REOPEN = Page(
    "/hotline/reopen",
    commands.reopen,
    N_("Còn điều chưa được giải quyết?"),
    N_("Phản ánh được mở lại, và xã trả lời lại trong một thời hạn mới."),
    N_("Điều gì chưa được giải quyết?"),
    N_("Mở lại phản ánh"),
    N_("Đã mở lại phản ánh"),
)
WITHDRAW = Page(
    "/hotline/withdraw",
    commands.withdraw,
    N_("Rút phản ánh"),
    N_("Phản ánh được rút thì kết thúc, xã không trả lời nữa. Việc về thái độ, hành vi cán bộ vẫn được xem xét."),
    N_("Vì sao Ông/Bà rút phản ánh?"),
    N_("Rút phản ánh"),
    N_("Đã rút phản ánh"),
)


@router.get("/supplement")
async def ask_supplement(request: Request, web: Web, service: Door, policy: Rules, number: str = "") -> Response:
    """Say what was asked for. The number may stand in the address, the code never does."""
    return _form(request, web, SUPPLEMENT, blank(number=number[:40]), service, policy)


@router.post("/supplement")
async def supplement(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """What was asked for is there; or the form again."""
    return await _heard(request, web, service, policy, SUPPLEMENT)


@router.get("/reopen")
async def ask_reopen(request: Request, web: Web, service: Door, policy: Rules, number: str = "") -> Response:
    """Say what is not settled."""
    return _form(request, web, REOPEN, blank(number=number[:40]), service, policy)


@router.post("/reopen")
async def reopen(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The report is open again; or the form again."""
    return await _heard(request, web, service, policy, REOPEN)


@router.get("/withdraw")
async def ask_withdraw(request: Request, web: Web, service: Door, policy: Rules, number: str = "") -> Response:
    """Say why it is needed no more."""
    return _form(request, web, WITHDRAW, blank(number=number[:40]), service, policy)


@router.post("/withdraw")
async def withdraw(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The report is over; or the form again."""
    return await _heard(request, web, service, policy, WITHDRAW)


async def _heard(request: Request, web: Pages, service: Service, policy: Policy, page: Page) -> Response:
    now, _ = service.clock.now(), web.words(request)
    sent = await form_with_files(request, policy, now) if page.files else Sent(await read_form(request))
    form = sent.form
    body, errors = _told(form, _)
    number = as_printed(form["number"])
    of = (service, policy)
    if body is None or errors or sent.refused:
        return _form(request, web, page, sent.with_errors(errors, _), *of, status=422)
    command: Callable[..., Any] = page.command  # it answers with what became of files, where it takes any
    asked = (number, body, sent.files, policy, now, sent.sender) if page.files else (number, body, policy, now)
    try:
        await _public(request)
        keyed = sent.keyed if page.files else form
        said = await once(service, request, keyed, "citizen", HeardWithFiles, command, *asked)
    except Unavailable:  # the form comes back whole, with the same key
        return web.resend(request, form)
    except Refused as no:
        if no.code not in REFUSALS:
            return web.resend(request, form, status=no.status, code=no.code)
        errors = {"number": _(REFUSALS[no.code])}
        if no.code == "complaint_not_found":
            errors |= {"code": _(N_("Mã nhận cũng có thể chưa đúng: hãy xem lại từng chữ."))}
        return _form(request, web, page, sent.with_errors(errors, _), *of, status=no.status)
    came = received(sent.files, said.files_over, _)
    return web.render(request, "heard.html", title=_(page.done), said=said, **came)


def _told(form: Form, words: Words) -> tuple[Told | None, dict[str, str]]:
    """What this form says, or what is wrong with it."""
    errors = {} if form["number"] else {"number": words(N_("Hãy nhập số phản ánh."))}
    typed = {"code": form["code"], "text": form["told"]}
    try:
        return Told.model_validate({name: value for name, value in typed.items() if value}), errors
    except ValidationError as error:
        return None, errors | wrong_fields(error, form, words, {"code": "code", "text": "told"})


def _form(
    request: Request, web: Pages, page: Page, form: Form, service: Service, policy: Policy, *, status: int = 200
) -> Response:
    _ = web.words(request)
    return web.render(
        request,
        "heard.html",
        status=status,
        form=form,
        said=None,
        action=page.path,
        title=_(page.title),
        lead=_(page.lead),
        label=_(page.label),
        button=_(page.button),
        attach=attached(policy, service.clock.now(), _) if page.files else None,
    )
