"""Hotline's API for denunciations: to seal one, and to hand the envelopes to who holds keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from services.hotline.commands import denunciations as commands
from services.hotline.models.denunciations import NewDenunciation, ReleaseView, Sealed
from services.hotline.routes import Rules, Teller, operator_of, own_unit
from shared.doors import PROBLEMS, Door, Needs
from shared.texts import Code, new_ref
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)
Anyone = Annotated[Official, Needs()]


@router.post("/denunciations", status_code=201)
async def take(body: NewDenunciation, who: Teller, service: Door, policy: Rules) -> Sealed:
    """Denounce somebody: by oneself, or written down by an operator whom it does not concern. It is sealed before it is
    kept, and no answer is kept: sent again, it is there twice."""
    writer = operator_of("desk", who, policy) if who else None
    asked = (body, writer, new_ref("env"), policy, service.clock.now())
    return await service.db.write(commands.take_denunciation, *asked)


@router.get("/denunciation-envelopes")
async def releases(service: Door, policy: Rules, who: Anyone) -> list[ReleaseView]:
    """How many envelopes were given out and when, for who holds a key: always as many, some of them empty."""
    own_unit(who, policy, "release")
    return await service.db.read(commands.releases_for, who.id, policy)


@router.get("/denunciation-envelopes/{day}", response_class=PlainTextResponse)
async def bundle(day: Code, service: Door, policy: Rules, who: Anyone) -> PlainTextResponse:
    """The envelopes of a day, one a line, to be opened elsewhere with `motcua sealed open`. The reading is recorded."""
    own_unit(who, policy, "release")
    asked = (day, who.id, policy, service.clock.now())
    return PlainTextResponse(await service.db.write(commands.bundle_of, *asked))
