"""Petitions that went to a level above, at the desk: counted, recorded, and whether they came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import ValidationError

from services.hotline.commands import petitions
from services.hotline.models.settlement import CameBack, NewPetition, PetitionMoved, PetitionView
from services.hotline.pages.desk import DESK, At, AtDesk, Desk
from services.hotline.pages.doors import options
from services.hotline.pages.moments import WRONG_DAY, YEARS
from services.hotline.pages.settlement_words import LEVELS, SETTLEMENT_LABELS, SETTLEMENT_REFUSALS
from services.hotline.pages.words import CATEGORIES
from services.hotline.rules.life import HEADS
from shared.errors import Refused, found
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import SignedInAs, once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.moments import typed_day
from shared.web.pages import see_other

router = APIRouter(prefix="/desk/petitions")
PETITIONS = f"{DESK}/petitions"
Head = Annotated[Official, SignedInAs(*HEADS)]
NOT_YET = N_("Ngày này chưa tới.")


@router.get("")
async def all_petitions(desk: At, who: AtDesk) -> Response:
    """How many went above and came back, each of them, and a form for another."""
    return await _list(desk, who, blank())


@router.post("")
async def went_above(desk: At, who: Head) -> Response:
    """Record that somebody went above; or the form again."""
    form, _ = await read_form(desk.request), desk.words
    day = typed_day(form["went_on"], YEARS) if form["went_on"] else None
    chosen = {"category": N_("Hãy chọn lĩnh vực."), "level": N_("Hãy chọn nơi đơn đã lên.")}
    errors = {name: _(sentence) for name, sentence in chosen.items() if not form[name]}
    if form["went_on"] and day is None:
        errors["went_on"] = _(WRONG_DAY)
    try:
        body = NewPetition.model_validate(form.data() | {"went_on": day})
    except ValidationError as error:
        errors = field_errors(error, _, SETTLEMENT_LABELS) | errors
    if errors:
        return await _list(desk, who, form.refused(errors), status=422)
    asked, now = (desk.service, desk.request, form, who.id), desk.service.clock.now()
    try:
        await once(*asked, PetitionMoved, petitions.went_above, body, who.id, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code != "not_in_the_past":
            raise
        return await _list(desk, who, form.refused({"went_on": _(NOT_YET)}), status=no.status)
    return see_other(PETITIONS)


@router.get("/{petition_id}")
async def petition(petition_id: Code, desk: At, who: AtDesk) -> Response:
    """A petition, and a form for when it comes back."""
    return await _page(desk, who, petition_id, blank())


@router.post("/{petition_id}/came-back")
async def came_back(petition_id: Code, desk: At, who: Head) -> Response:
    """Record that it was sent back; or the form again."""
    form, _ = await read_form(desk.request), desk.words
    if form["ordered"] not in ("true", "false"):
        errors = {"ordered": _(N_("Hãy chọn có yêu cầu giải quyết hay không."))}
        return await _page(desk, who, petition_id, form.refused(errors), status=422)
    body = CameBack(ordered=form["ordered"] == "true")
    asked, now = (desk.service, desk.request, form, who.id), desk.service.clock.now()
    try:
        await once(*asked, PetitionMoved, petitions.came_back, petition_id, body, who.id, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code != "back_already":
            raise
        errors = {"ordered": _(SETTLEMENT_REFUSALS[no.code])}
        return await _page(desk, who, petition_id, form.refused(errors), status=no.status)
    return see_other(PETITIONS)


async def _list(desk: Desk, who: Official, form: Form, status: int = 200) -> Response:
    now = desk.service.clock.now()
    told, _ = await desk.service.db.read(petitions.of_two_years, now), desk.words
    return desk.render(
        "petitions.html",
        status=status,
        form=form,
        counts=[(_(CATEGORIES[each.category]), each) for each in told.counts],
        rows=[_said(each, desk) for each in told.petitions],
        since=told.since,
        may=who.may(*HEADS),
        categories=options(CATEGORIES, _),
        levels=options(LEVELS, _),
    )


async def _page(desk: Desk, who: Official, petition_id: str, form: Form, status: int = 200) -> Response:
    told = await desk.service.db.read(petitions.of_two_years, desk.service.clock.now())
    row = found(next((each for each in told.petitions if each.petition_id == petition_id), None), "petition")
    return desk.render("petition.html", status=status, form=form, p=_said(row, desk), may=who.may(*HEADS))


def _said(row: PetitionView, desk: Desk) -> Mapping[str, Any]:
    _, what, where = desk.words, CATEGORIES[row.category], LEVELS[row.level]
    stands = N_("chuyển về, yêu cầu giải quyết") if row.ordered else N_("chuyển về")
    if row.came_back_at is None:
        stands = N_("chưa chuyển về")
    return row.model_dump() | {"what": _(what), "where": _(where), "stands": _(stands)}
