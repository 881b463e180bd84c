"""An answer's way to everybody, at the desk: what waits, the last look at a masked text, what is withheld."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.hotline.commands import answers as commands
from services.hotline.commands import public
from services.hotline.models import Moved
from services.hotline.models.answers import Masking, Preview, Publication, WithheldView, Withholding
from services.hotline.pages.answer_words import ANSWER_REFUSALS, PIECES, category_of, reason_of
from services.hotline.pages.desk import DESK, At, Desk
from services.hotline.pages.words import REFUSALS
from services.hotline.rules.life import HEADS, hand_of
from services.hotline.tables import Complaint, PublishedAnswer, WithheldAnswer, complaint_seen_by
from shared.errors import Refused, found
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import SignedInAs, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_
from shared.web.pages import see_other
from shared.worktime import VN

router = APIRouter()
Head = Annotated[Official, SignedInAs(*HEADS)]
SAID = REFUSALS | ANSWER_REFUSALS


@router.get("/desk/publishing")
async def waiting(desk: At, who: Head) -> Response:
    """What waits to be published, and what is withheld, the nearest date first."""
    _, now = desk.words, desk.service.clock.now()
    found_ = await desk.service.db.read(public.publishing, who.id, now)
    rows = [
        {
            "what": each.number,
            "href": _page_of(each.complaint_id),
            "who": category_of(each.category or "", _),
            "due": each.due_at,
            "state": "late" if now > each.due_at else "",
            "status": _(N_("quá hạn công khai")) if now > each.due_at else _(N_("chờ công khai")),
        }
        for each in found_.waiting
    ]
    withheld = [_withheld_row(each, desk) for each in found_.withheld]
    shown = [
        {
            "number": each.number,
            "href": _page_of(each.complaint_id),
            "category": category_of(each.category or "", _),
            "at": each.published_at,
            "again": _(N_("đang xem lại")) if each.reopened_at else "",
        }
        for each in found_.published
    ]
    return desk.render("publishing.html", rows=rows, withheld=withheld, shown=shown)


def _withheld_row(each: WithheldView, desk: Desk) -> dict[str, object]:
    _, now = desk.words, desk.service.clock.now()
    late = now > each.review_by
    words = N_("quá hạn xem lại") if late else N_("xem lại trong tháng này") if each.due else N_("chưa công khai")
    return {
        "what": each.number,
        "href": _page_of(each.complaint_id),
        "who": reason_of(desk.policy.publishing, each.reason_code, each.withheld_at, _),
        "due": each.review_by,
        "state": "late" if late else "near" if each.due else "",
        "status": _(words),
    }


def _page_of(complaint_id: str) -> str:
    return f"{DESK}/{complaint_id}/publication"


@router.get("/desk/{complaint_id}/publication")
async def publication(complaint_id: Code, desk: At, who: Head) -> Response:
    """What became of an answer until now, without its text: looking at it is an act of its own."""
    return await _page(desk, who, complaint_id, blank())


@router.post("/desk/{complaint_id}/preview")
async def look(complaint_id: Code, desk: At, who: Head) -> Response:
    """The answer as everybody would read it; the reading is recorded."""
    form = await read_form(desk.request)
    return await _look(desk, who, complaint_id, form)


@router.post("/desk/{complaint_id}/publish")
async def publish(complaint_id: Code, desk: At, who: Head) -> Response:
    """Publish what was looked at; of another text, that one is shown first."""
    form = await read_form(desk.request)
    try:
        body = Publication(**_masking(form).model_dump(), text_sha256=form["text_sha256"])
    except ValidationError:  # nothing was looked at yet, or what was typed is no mask: `_look` says which
        return await _look(desk, who, complaint_id, form, refusal="text_changed", status=422)
    by, now = hand_of(who.id, who.roles), desk.service.clock.now()
    asked = (commands.publish, complaint_id, body, by, desk.policy, now)
    try:
        await once(desk.service, desk.request, form, who.id, Moved, *asked)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in SAID or no.status == 404:
            raise
        if no.code in ("text_changed", "held_privately", "no_such_piece"):
            return await _look(desk, who, complaint_id, form, refusal=no.code, status=no.status)
        return await _page(desk, who, complaint_id, form, refusal=no.code, status=no.status)
    return see_other(_page_of(complaint_id))


@router.post("/desk/{complaint_id}/withhold")
async def withhold(complaint_id: Code, desk: At, who: Head) -> Response:
    """Keep it from the public, with a reason."""
    form = await read_form(desk.request)
    try:
        body = Withholding.model_validate({"reason_code": form["reason_code"]})
    except ValidationError:
        refused = form.refused({"reason_code": desk.words(ANSWER_REFUSALS["unknown_reason"])})
        return await _page(desk, who, complaint_id, refused, status=422)
    by, now = hand_of(who.id, who.roles), desk.service.clock.now()
    asked = (commands.withhold, complaint_id, body, by, desk.policy, now)
    try:
        await once(desk.service, desk.request, form, who.id, Moved, *asked)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in SAID or no.status == 404:
            raise
        return await _page(desk, who, complaint_id, form, refusal=no.code, status=no.status)
    return see_other(_page_of(complaint_id))


def _masking(form: Form) -> Masking:
    """What was typed to be masked, a line each, and what was ticked to be read. Raises ValidationError."""
    more = [line for line in form["more"].splitlines() if line.strip()]
    return Masking.model_validate({"more": more, "opened": list(form.all("opened"))})


async def _look(
    desk: Desk, who: Official, complaint_id: str, form: Form, *, refusal: str = "", status: int = 200
) -> Response:
    by, now = hand_of(who.id, who.roles), desk.service.clock.now()
    try:
        body = _masking(form)
    except ValidationError:
        wrong = {"more": desk.words(N_("Mỗi dòng một cụm từ, nhiều nhất 50 dòng, mỗi dòng 200 ký tự."))}
        return await _page(desk, who, complaint_id, form.refused(wrong), status=422)
    try:
        try:
            seen = await desk.service.db.write(commands.preview, complaint_id, body, by, desk.policy, now)
        except Refused as no:
            if no.code not in ("held_privately", "no_such_piece"):
                raise
            only_more = Masking(more=body.more)  # what may not be opened is shown masked, with the reason
            seen = await desk.service.db.write(commands.preview, complaint_id, only_more, by, desk.policy, now)
            refusal, status = no.code, no.status
    except Refused as no:
        if no.code not in SAID or no.status == 404:
            raise
        return await _page(desk, who, complaint_id, form, refusal=no.code, status=no.status)
    return await _page(desk, who, complaint_id, form, seen=seen, refusal=refusal, status=status)


async def _page(
    desk: Desk,
    who: Official,
    complaint_id: str,
    form: Form,
    *,
    seen: Preview | None = None,
    refusal: str = "",
    status: int = 200,
) -> Response:
    _, now = desk.words, desk.service.clock.now()
    complaint, shown, withheld = await desk.service.db.read(_opened, complaint_id, who.id)
    book = desk.policy.publishing
    reasons = [
        (row.code, row.vi if _.language == "vi" else row.en) for row in book.reasons_on(now.astimezone(VN).date())
    ]
    why = reason_of(book, withheld.reason_code, withheld.withheld_at, _) if withheld else ""
    pieces = [(each, _(PIECES[each.kind])) for each in seen.pieces] if seen else []
    return desk.render(
        "publication.html",
        status=status,
        form=form,
        c=complaint,
        category=category_of(complaint.category or "", _),
        shown=shown,
        withheld=withheld,
        why=why,
        seen=seen,
        pieces=pieces,
        reasons=reasons,
        refusal=_(SAID[refusal]) if refusal else "",
    )


def _opened(
    session: Session, complaint_id: str, official: str
) -> tuple[Complaint, PublishedAnswer | None, WithheldAnswer | None]:
    """A report, its published answer while it is shown, and what it is withheld for while it is."""
    complaint = found(complaint_seen_by(session, complaint_id, official), "complaint")
    shown = session.get(PublishedAnswer, complaint_id)
    withheld = session.get(WithheldAnswer, complaint_id)
    return (
        complaint,
        shown if shown and shown.taken_down_at is None else None,
        withheld if withheld and withheld.ended_at is None else None,
    )
