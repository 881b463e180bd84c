"""What the citizen takes home: the receipt M01 with the code to look it up, and the satisfaction slip."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import Printed
from services.intake.pages import procedures, standing, view
from services.intake.pages.doors import Clerk, Rules, desk_page
from services.intake.pages.moved import why_moved
from services.intake.pages.people import People, people
from services.intake.rules import Status
from services.intake.settings import Policy
from services.intake.tables import Dossier, facts_of
from shared.doors import Door
from shared.events import Event
from shared.events.intake import DossierStopped, DossierWithdrawn, ResultHandedOver
from shared.service import Service
from shared.settings import ServiceSettings
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import Web
from shared.web.language import N_, Words
from shared.web.pages import Pages
from shared.web.pdf import m01_pdf
from shared.web.words import when
from shared.worktime import Promise

router = APIRouter(prefix="/counter/{dossier_id}")

ON_RECEIPT = ("lookup_code",)
ON_M01 = ("full_name", "citizen_id", "address", "phone", "email", "lookup_code")
AUTHORITY = "uy_quyen"
"""The paper of whoever files for somebody else."""
CENTRE = N_("Trung tâm Phục vụ hành chính công")


@router.get("/receipt")
async def receipt(dossier_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """Right after receiving: the number, the code, the date and the way to follow it. The reading is recorded."""
    now, _ = service.clock.now(), web.words(request)
    printed = await service.db.write(commands.print_receipt, dossier_id, ON_RECEIPT, "receipt", who.id, now)
    promise = Promise.from_data(printed.fact.due_arithmetic)
    return desk_page(
        web,
        request,
        "receipt.html",
        dossier_id=dossier_id,
        fact=printed.fact,
        title=procedures.title_of(policy.catalogue, printed.fact.procedure, printed.fact.received_at, _.language),
        lookup_code=printed.applicant.get("lookup_code", ""),
        track_page=track_page(service.settings),
        track_url=track_url(service.settings, printed),
        event_id=printed.event_id,
        event_sha256=printed.event_sha256,
        because=view.because(promise, _),
        days=view.strip(promise, now, _),
        since=since_then(printed, _),
        since_because=why_moved(printed, _),
        taken_over=printed.fact.taken_over,
    )


@router.get("/m01.pdf")
async def m01(
    dossier_id: Code,
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    who: Clerk,
    copy: bool = False,
    large: bool = False,
) -> Response:
    """The receipt on paper, form M01; a copy says that it is one, and one in large print goes beside it. The reading is
    recorded, and which it was for."""
    now, _ = service.clock.now(), web.words(request)
    purpose = "m01_copy" if copy else "m01_large" if large else "m01"
    printed = await service.db.write(commands.print_receipt, dossier_id, ON_M01, purpose, who.id, now)
    known = await service.db.read(people)
    data = m01_of(printed, known, service.settings, policy, _) | {"is_copy": copy}
    pdf = await asyncio.to_thread(m01_pdf, data, _.language, large=large)
    return pdf_answer(pdf, f"M01-{printed.fact.number}")


def pdf_answer(pdf: bytes, name: str) -> Response:
    """A form to look at and to print, which no browser keeps."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def new_slip(dossier_id: str, request: Request, web: Pages, service: Service, who: Official) -> Response:
    """The satisfaction slip, for printing, right after a dossier ended. The reading of its code is recorded."""
    code = await service.db.write(commands.print_slip, dossier_id, who.id, service.clock.now())
    survey = f"{service.settings.public_url.rstrip('/')}/survey/"
    said, served = await service.db.read(_ended, dossier_id, web.words(request))
    values: dict[str, Any] = {"code": code, "survey": survey, "said": said, "served": served}
    return desk_page(web, request, "slip.html", dossier_id=dossier_id, **values)


def _ended(session: Session, dossier_id: str, _: Words) -> tuple[str, list[tuple[str, str]]]:
    """What is said to whoever prints the slip; the department that handled the dossier, and who ended it."""
    known, facts = people(session), facts_of(session, dossier_id)
    said, what, who = next(end for fact in reversed(facts) if (end := _end(fact.event)) is not None)
    department = known.department(session.get_one(Dossier, dossier_id).department, _.language)
    return _(said), [(_("Bộ phận giải quyết"), department), (_(what), known.official(who, _.language))]


def _end(fact: Event) -> tuple[str, str, str] | None:
    match fact:
        case ResultHandedOver(handed_over_by=who):
            said = N_("Đã trả kết quả. Hãy in và đưa phiếu này cho người dân ngay: mã chỉ hiện một lần.")
            return said, N_("Người trả kết quả"), who
        case DossierWithdrawn(recorded_by=who):
            said = N_("Đã rút hồ sơ. Hãy in và đưa phiếu này cho người dân ngay: mã chỉ hiện một lần.")
            return said, N_("Người trả lại hồ sơ"), who
        case DossierStopped(decided_by=who):
            said = N_("Đã dừng giải quyết. Hãy in phiếu này, gửi kèm thông báo cho người dân: mã chỉ hiện một lần.")
            return said, N_("Người quyết định dừng"), who
    return None


def track_page(settings: ServiceSettings) -> str:
    """Where a dossier is followed, as a citizen types it at home."""
    return f"{settings.public_url.rstrip('/')}/intake/track"


def procedure_page(settings: ServiceSettings, code: str) -> str:
    """Where anybody reads what a procedure wants."""
    return f"{settings.public_url.rstrip('/')}/intake/procedures/{code}/page"


def ticket_page(settings: ServiceSettings) -> str:
    """Where a visitor takes a ticket by phone."""
    return f"{settings.public_url.rstrip('/')}/intake/ticket?at=qr"


def track_url(settings: ServiceSettings, printed: Printed) -> str:
    """Where the citizen follows it. The code stands behind the #, which a browser sends to nobody."""
    url = f"{track_page(settings)}?number={printed.fact.number}"
    code = printed.applicant.get("lookup_code")
    return f"{url}#{code}" if code else url


def m01_of(printed: Printed, known: People, settings: ServiceSettings, policy: Policy, _: Words) -> dict[str, Any]:
    """The fields of M01. A form of the law is in Vietnamese; English is a courtesy."""
    fact, who = printed.fact, printed.applicant
    procedure = standing.version_received(policy.catalogue, fact)
    centre = f"{CENTRE} {settings.unit_name}"
    person = person_of(who)
    return {
        "authority": f"UBND {settings.unit_name}",
        "centre": CENTRE,
        "place": settings.unit_name.split(" ", 1)[-1],
        "number": f"{short_number(fact.number)}/TTPVHCC",
        "code": fact.number,
        "lookup_code": who.get("lookup_code", ""),
        "applicant": person,
        "request": f"{procedure.name if procedure else ''} ({fact.procedure})",
        "by_authority": AUTHORITY in fact.papers,
        "papers": [] if fact.taken_over else _papers(printed, policy),
        "sets": 1,
        "limit": procedures.time_of(procedure, fact.variant, _) if procedure else "",
        "received_at": fact.received_at,
        "due_at": fact.due_at,
        "since": since_then(printed, _),
        "since_because": why_moved(printed, _),
        "why": ". ".join(view.because(Promise.from_data(fact.due_arithmetic), _)),
        "collect_at": centre,
        "book": f"{procedure.field}, {short_number(fact.number)}" if procedure else "",
        "submitter": person["name"],
        "receiver": "" if fact.taken_over else known.official(fact.received_by),
        "hotline": settings.hotline_number,
        "track_url": track_url(settings, printed),
        "event_id": printed.event_id,
        "event_sha256": printed.event_sha256,
    }


def since_then(printed: Printed, _: Words) -> str:
    """What has become of the promise on a receipt that is looked at later; empty while it stands."""
    if printed.status in (Status.STOPPED, Status.WITHDRAWN):
        return _("Hồ sơ này đã khép lại: ngày hẹn ghi ở đây không còn.")
    if printed.status is Status.SUPPLEMENT_AWAITED:
        return _("Đang chờ bổ sung giấy tờ: ngày hẹn mới được báo khi đã đủ.")
    if printed.due_at != printed.fact.due_at:
        return _("Nay hẹn trả kết quả %(due)s, thay cho ngày hẹn ghi ở đây.", due=when(printed.due_at, _.language))
    return ""


def short_number(number: str) -> str:
    """Day and serial of a number, by which the forms of the law, and the lines of a field's register, are numbered."""
    return "-".join(number.split("-")[-2:])


def person_of(who: Mapping[str, str]) -> dict[str, str]:
    """A person as a form of the law names them."""
    fields = {"name": "full_name", "personal_id": "citizen_id"}
    return {name: who.get(fields.get(name, name), "") for name in ("name", "personal_id", "address", "phone", "email")}


def _papers(printed: Printed, policy: Policy) -> list[dict[str, Any]]:
    fact = printed.fact
    procedure = standing.version_received(policy.catalogue, fact)
    names = {paper.code: paper.name for paper in procedure.papers} if procedure else {}
    return [{"name": names.get(code, code), "count": 1} for code in fact.papers]
