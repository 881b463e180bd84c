"""Signing in and out: in a trial by choosing an official, otherwise with a token."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.personnel import commands
from services.personnel.settings import Policy
from services.personnel.tables import members
from shared.doors import Door, Limited, policy_of
from shared.errors import Refused
from shared.service import Service
from shared.web.door import Web
from shared.web.forms import Form, blank, read_form
from shared.web.pages import Pages, see_other
from shared.web.security import clear_session, is_secure, set_session

router = APIRouter()
HOME = "/personnel/"


Rules = Annotated[Policy, Depends(policy_of)]


@router.get("/sign-in")
async def show(request: Request, web: Web, service: Door, policy: Rules, next: str = HOME) -> Response:
    """The page to sign in on; `next` is the page of ours to go to then."""
    return await _page(request, web, service, policy, blank(next=own_path(next)))


@router.post("/sign-in", dependencies=[Limited("30/minute")])
async def enter(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """Start a session of ten hours for all pages of the office."""
    form, _ = await read_form(request), web.words(request)
    token = await _token(service, policy, form)
    if not _is_ours(service, policy, token):
        wrong = form.refused({"password": _("Mã đăng nhập không đúng hoặc đã hết hạn.")})
        return await _page(request, web, service, policy, wrong, status=422)
    response = see_other(own_path(form["next"]))
    set_session(response, token, is_secure(request))
    return response


@router.post("/sign-out")
async def leave(request: Request) -> Response:
    """End the session in this browser."""
    await read_form(request)
    response = see_other("/personnel/sign-in")
    clear_session(response, is_secure(request))
    return response


def own_path(text: str) -> str:
    """A path of the office to go to next; anything else, and nothing, leads to personnel's own page."""
    ours = text.startswith("/") and not text.startswith("//") and "\\" not in text and " " not in text
    return text if ours and text.isprintable() else HOME


async def _token(service: Service, policy: Policy, form: Form) -> str:
    if not form["official_id"]:
        return form["password"]
    return (await service.db.read(commands.sign_in, form["official_id"], policy)).token


def _is_ours(service: Service, policy: Policy, token: str) -> bool:
    try:
        return service.signin.official(token).unit == policy.unit
    except Refused:
        return False


async def _page(
    request: Request, web: Pages, service: Service, policy: Policy, form: Form, status: int = 200
) -> Response:
    trial = policy.trial_key is not None
    people = await service.db.read(members) if trial else []
    return web.render(request, "sign_in.html", status=status, form=form, trial=trial, people=people)
