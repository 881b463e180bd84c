"""Survey's API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.survey import commands
from services.survey.models import Figures, NewRating, Thanks
from services.survey.settings import Policy
from shared.doors import PROBLEMS, Asked, Door, Limited, asked, policy_of
from shared.web.door import Web
from shared.web.kept import wants_html

router = APIRouter(responses=PROBLEMS)


Rules = Annotated[Policy, Depends(policy_of)]
Once = Annotated[Asked[Policy], Depends(asked)]


@router.post("/ratings", status_code=201, response_model=Thanks, dependencies=[Limited("60/minute")])
async def rate(body: NewRating, once: Once) -> Response:
    """Use a slip, once: 404 `slip_unknown`, 409 `slip_used` or `slip_expired`. Public."""
    return await once(commands.rate, body, once.policy, once.now())


@router.get("/figures", response_model=Figures, dependencies=[Limited("120/minute")])
async def figures(request: Request, service: Door, policy: Rules, web: Web) -> Figures | Response:
    """What citizens said, by department, with its uncertainty; nothing below the minimum sample. Public.

    A browser gets the same as a page.
    """
    found = await service.db.read(commands.figures, policy, service.clock.now())
    if not wants_html(request):
        return found
    headers = {"Vary": "Accept"}
    minimum = found.minimum_sample
    return web.render(request, "figures.html", headers=headers, rows=found.departments, minimum=minimum)
