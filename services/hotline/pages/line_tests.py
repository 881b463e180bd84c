"""The nightly calls that try the line out: the last seven, and a form for tonight's."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import ValidationError

from services.hotline.commands import shifts
from services.hotline.models.shifts import LineTestMoved, LineTestOutcome
from services.hotline.pages.desk import DESK, At, AtDesk, Desk
from services.hotline.pages.shift_words import SHIFT_LABELS, SHIFT_REFUSALS, outcome_of
from shared.errors import Refused
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.pages import see_other

router = APIRouter(prefix="/desk/line-tests")
TESTS = f"{DESK}/line-tests"


@router.get("")
async def last_seven(desk: At, who: AtDesk) -> Response:
    """What came of the last seven, and a form while one is open."""
    return await _page(desk, who, blank())


@router.post("/{test_id}")
async def record(test_id: Code, desk: At, who: AtDesk) -> Response:
    """Say what came of it; or the form again."""
    form, _ = await read_form(desk.request), desk.words
    if form["answered"] not in ("true", "false"):
        return await _page(
            desk, who, form.refused({"answered": _(N_("Hãy chọn có ai nghe máy hay không."))}), status=422
        )
    if form["answered"] == "true" and not form["seconds"]:
        return await _page(desk, who, form.refused({"seconds": _(N_("Hãy ghi sau mấy giây."))}), status=422)
    said = {"answered": form["answered"], "seconds": form["seconds"] if form["answered"] == "true" else None}
    try:
        body = LineTestOutcome.model_validate(said)
    except ValidationError as error:
        return await _page(desk, who, form.refused(field_errors(error, _, SHIFT_LABELS)), status=422)
    asked, now = (desk.service, desk.request, form, who.id), desk.service.clock.now()
    try:
        await once(*asked, LineTestMoved, shifts.record_test, test_id, body, who.id, desk.policy, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in SHIFT_REFUSALS or no.status == 404:
            raise
        return await _page(desk, who, form, refusal=no.code, status=no.status)
    return see_other(TESTS)


async def _page(desk: Desk, who: Official, form: Form, *, refusal: str = "", status: int = 200) -> Response:
    _, now = desk.words, desk.service.clock.now()
    found = await desk.service.db.read(shifts.last_seven_tests)
    holder = (await desk.service.db.read(shifts.shift_now, desk.policy)).held_by
    said = [(each, *outcome_of(each, now >= each.record_by, _)) for each in found]
    waits = next((each for each in found if each.answered is None and now < each.record_by), None)
    return desk.render(
        "line_tests.html",
        status=status,
        form=form,
        rows=[{"test": each, "said": words, "state": state} for each, words, state in said],
        waits=waits if holder != who.id else None,
        own=waits is not None and holder == who.id,
        refusal=_(SHIFT_REFUSALS[refusal]) if refusal else "",
    )
