"""Pages for denunciations: written by oneself or at the desk and sealed, and the room of those who hold keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import ValidationError
from sqlmodel import Session

from services.hotline.commands import denunciations as commands
from services.hotline.models.denunciations import Denouncer, NewDenunciation
from services.hotline.pages.denunciation_words import DENUNCIATION_LABELS, DENUNCIATION_REFUSALS, RECIPIENTS
from services.hotline.pages.desk import DESK, At, Desk, Operator, desk_of
from services.hotline.pages.doors import Rules, notice
from services.hotline.rulebook.denunciations import Competence
from services.hotline.tables import officials_by_name
from shared.doors import Door, RateLimit
from shared.errors import Refused
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import DESK_NAV, SignedInAs, Web
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_, Words
from shared.worktime import VN

router = APIRouter()
ROOM = f"{DESK}/sealed"
_public = RateLimit("30/minute")
Anyone = SignedInAs()
_NAMES = ("full_name", "address", "phone", "email")


@dataclass(frozen=True)
class Where:
    """Whose it is to settle, and where to bring it, in the reader's language."""

    code: str
    who: str
    where: str

    @staticmethod
    def of(row: Competence, words: Words) -> Where:
        """A row as it is read."""
        vietnamese = words.language == "vi"
        return Where(row.code, row.vi if vietnamese else row.en, row.where_vi if vietnamese else row.where_en)


@router.get("/denunciation")
async def write(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """Where a denunciation is to be brought; and, where this office has recipients, to write one oneself."""
    return await _form(await desk_of(request, web, service, policy), None, blank())


@router.post("/denunciation")
async def written(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """It is sealed; or the form again, with everything typed."""
    return await _taken(await desk_of(request, web, service, policy), None)


@router.get("/desk/denunciation")
async def write_down(desk: At, who: Operator) -> Response:
    """Write down what somebody at the desk says, or read out where to go."""
    return await _form(desk, who, blank())


@router.post("/desk/denunciation")
async def written_down(desk: At, who: Operator) -> Response:
    """It is sealed; or the form again, with everything typed."""
    return await _taken(desk, who)


async def _taken(desk: Desk, who: Official | None) -> Response:
    form, _ = await read_form(desk.request), desk.words
    body, errors = denunciation_of(form, _)
    if body is None:
        return await _form(desk, who, form.refused(errors), status=422)
    ref = f"env_{hashlib.sha256(form.key.encode()).hexdigest()[:32]}"  # sent twice, it is one envelope
    asked = (body, who.id if who else None, ref, desk.policy, desk.service.clock.now())
    try:
        if who is None:
            await _public(desk.request)
        sealed = await desk.service.db.write(commands.take_denunciation, *asked)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in DENUNCIATION_REFUSALS:
            return desk.web.resend(desk.request, form, status=no.status, code=no.code)
        return await _form(desk, who, form, refusal=no.code, status=no.status)
    day = asked[-1].astimezone(VN).date()
    row = desk.policy.denunciations.of_recipient(sealed.recipient, day)
    return _render(
        desk,
        who,
        "sealed.html",
        recipient=_(RECIPIENTS[sealed.recipient]),
        where=Where.of(row, _).where if row else "",
        said=notice(desk.policy, "sealed", asked[-1], _),
    )


def denunciation_of(form: Form, words: Words) -> tuple[NewDenunciation | None, dict[str, str]]:
    """The denunciation that this form makes, or what is wrong with it."""
    typed = form.data()
    person = {name: typed.pop(name) for name in _NAMES if name in typed}
    errors: dict[str, str] = {}
    if person and "full_name" not in person:
        errors["full_name"] = words(N_("Hãy nhập họ và tên, hoặc để trống cả bốn ô."))
    try:
        denouncer = Denouncer.model_validate(person) if "full_name" in person else None
    except ValidationError as error:
        denouncer, errors = None, errors | field_errors(error, words, DENUNCIATION_LABELS)
    try:
        body = NewDenunciation.model_validate(typed | {"denouncer": denouncer})
    except ValidationError as error:
        return None, field_errors(error, words, DENUNCIATION_LABELS) | errors
    return (None, errors) if errors else (body, {})


async def _form(desk: Desk, who: Official | None, form: Form, *, refusal: str = "", status: int = 200) -> Response:
    _, now, book = desk.words, desk.service.clock.now(), desk.policy.denunciations
    all_where = [Where.of(row, _) for row in book.all_on(now.astimezone(VN).date())]
    people = await desk.service.db.read(_people)
    return _render(
        desk,
        who,
        "denunciation.html",
        status=status,
        form=form,
        call=who is not None,
        refusal=_(DENUNCIATION_REFUSALS[refusal]) if refusal else "",
        go=next((each for each in all_where if each.code == form["accused"]), None) if refusal else None,
        taken=bool(book.recipients),
        all_where=all_where,
        accused=[{"value": each.code, "label": each.who} for each in all_where],
        people=people,
        sentence=notice(desk.policy, "denunciation", now, _),
        said=notice(desk.policy, "sealed", now, _),
    )


def _render(desk: Desk, who: Official | None, template: str, **values: Any) -> Response:
    if who is None:
        return desk.web.render(desk.request, template, **{"call": False, **values})
    return desk.render(template, **{"call": True, "nav": DESK_NAV, **values})


def _people(session: Session) -> list[tuple[str, str]]:
    return [(each.official_id, f"{each.name} · {each.post}") for each in officials_by_name(session)]


@router.get("/desk/sealed")
async def room(desk: At, who: Official = Anyone) -> Response:
    """The envelopes that were given out, for who holds a key: days and numbers, which are always alike."""
    found = await desk.service.db.read(commands.releases_for, who.id, desk.policy)
    return desk.render("sealed_room.html", releases=found)


@router.get("/desk/sealed/{day}/envelopes.txt")
async def envelopes(day: Code, desk: At, who: Official = Anyone) -> Response:
    """The envelopes of a day, to be opened elsewhere. The reading is recorded."""
    asked = (day, who.id, desk.policy, desk.service.clock.now())
    found = await desk.service.db.write(commands.bundle_of, *asked)
    headers = {"Content-Disposition": f'attachment; filename="{day}.txt"', "Cache-Control": "no-store"}
    return PlainTextResponse(found, headers=headers)
