"""The files of a report, by API."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.hotline.commands import files as commands
from services.hotline.models import Purpose
from services.hotline.models.files import FileView
from services.hotline.routes import Rules, Seer, own_unit
from services.hotline.rules.files import MEDIA
from services.hotline.rules.life import DESK
from shared.doors import PROBLEMS, Door
from shared.downloads import attachment
from shared.texts import Code

router = APIRouter(responses=PROBLEMS)
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media, _ in MEDIA.values()}, "description": "The file, to be saved"},
}


@router.get("/complaints/{complaint_id}/files")
async def files(complaint_id: Code, service: Door, policy: Rules, who: Seer) -> list[FileView]:
    """What came with a report, without what is in it."""
    own_unit(who, policy)
    return await service.db.read(commands.files_for, complaint_id, who.id, who.may(*DESK))


@router.get("/complaints/{complaint_id}/files/{file_ref}", response_class=Response, responses=_ANSWERS)
async def file(
    complaint_id: Code,
    file_ref: Code,
    service: Door,
    policy: Rules,
    who: Seer,
    purpose: Annotated[Purpose, Query(description="What it is read for: recorded.")],
) -> Response:
    """One of them. The reading is recorded with its purpose."""
    own_unit(who, policy)
    asked = (complaint_id, file_ref, purpose, who.id, service.clock.now(), who.may(*DESK))
    read = await service.db.write(commands.read_file, *asked)
    return attachment(read.content, read.media_type, read.name)
