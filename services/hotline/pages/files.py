"""The files of a report at the desk: downloaded, never shown in the page; each reading is recorded with its purpose."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel, ValidationError

from services.hotline.commands.files import read_file
from services.hotline.models import Purpose
from services.hotline.pages import words as said
from services.hotline.pages.desk import Anyone, At
from services.hotline.pages.doors import wrong_fields
from services.hotline.rules.life import DESK as DESK_ROLES
from shared.downloads import attachment
from shared.errors import Refused
from shared.texts import Code
from shared.web.forms import read_form

router = APIRouter()
_NAMES = {"purpose": "file_purpose", "file_ref": "file_ref"}


class _Reading(BaseModel):
    purpose: Purpose
    file_ref: Code


@router.post("/desk/{complaint_id}/file")
async def file(complaint_id: Code, desk: At, who: Anyone) -> Response:
    """One file, for whoever may open the report."""
    form = await read_form(desk.request)
    try:
        asked = _Reading.model_validate({name: form[on_page] for name, on_page in _NAMES.items() if form[on_page]})
    except ValidationError as error:
        refused = form.refused(wrong_fields(error, form, desk.words, _NAMES))
        return await desk.case(who, complaint_id, forms={"file": refused}, status=422)
    read = (complaint_id, asked.file_ref, asked.purpose, who.id, desk.service.clock.now(), who.may(*DESK_ROLES))
    try:
        found = await desk.service.db.write(read_file, *read)
    except Refused as no:
        if no.code not in said.REFUSALS or no.status == 404:
            raise
        return await desk.case(who, complaint_id, forms={"file": form}, refusal=no.code, status=no.status)
    return attachment(found.content, found.media_type, found.name)
