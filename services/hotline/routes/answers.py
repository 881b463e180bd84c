"""Hotline's API for answers that everybody may read: looked at, published, withheld, and read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.hotline.commands import answers as commands
from services.hotline.commands import public
from services.hotline.models import Moved
from services.hotline.models.answers import (
    Masking,
    Month,
    Preview,
    PublicAnswer,
    PublicAnswers,
    Publication,
    Publishing,
    Withholding,
)
from services.hotline.routes import Once, Rules, own_unit
from services.hotline.rules.life import HEADS, hand_of
from shared.doors import PROBLEMS, Door, Limited, Needs
from shared.events.hotline import Category
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)
Head = Annotated[Official, Needs(*HEADS)]


@router.get("/publishing")
async def publishing(service: Door, policy: Rules, who: Head) -> Publishing:
    """What waits to be published, and what is withheld, the nearest date first. Nobody sees a report attributed to
    themselves."""
    own_unit(who, policy)
    return await service.db.read(public.publishing, who.id, service.clock.now())


@router.post("/complaints/{complaint_id}/preview")
async def preview(complaint_id: Code, body: Masking, service: Door, policy: Rules, who: Head) -> Preview:
    """The answer as everybody would read it, and what is masked in it. The reading is recorded, and nothing else."""
    own = own_unit(who, policy)
    by, now = hand_of(who.id, who.roles), service.clock.now()
    return await service.db.write(commands.preview, complaint_id, body, by, own, now)


@router.post("/complaints/{complaint_id}/publish", status_code=201, response_model=Moved)
async def publish(complaint_id: Code, body: Publication, who: Head, once: Once) -> Response:
    """Everybody may read it: the text that was looked at, and no other."""
    own = own_unit(who, once.policy)
    return await once.guarded(commands.publish, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/withhold", status_code=201, response_model=Moved)
async def withhold(complaint_id: Code, body: Withholding, who: Head, once: Once) -> Response:
    """Keep its answer from the public, or take it down, until somebody looks again; again, when it stays withheld."""
    own = own_unit(who, once.policy)
    return await once(commands.withhold, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.get("/published", dependencies=[Limited("60/minute")])
async def published(
    service: Door,
    policy: Rules,
    q: Annotated[str, Query(max_length=100, description="Words of the text, with marks or without.")] = "",
    category: Category | None = None,
    month: Annotated[Month | None, Query(description="In which it was published: 2026-06.")] = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> PublicAnswers:
    """The answers that everybody may read, the newest first: public, nothing personal."""
    now = service.clock.now()
    return await service.db.read(public.public_answers, q, category, month, page, policy, now)


@router.get("/published/{number}", dependencies=[Limited("60/minute")])
async def one(number: Code, service: Door, policy: Rules) -> PublicAnswer:
    """The answer under this number."""
    return await service.db.read(public.public_answer, number, policy, service.clock.now())
