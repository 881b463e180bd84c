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
from shared.tokens import Official
from shared.web.door import Web
from shared.web.forms import Form, blank, read_form
from shared.web.pages import Pages, see_other
from shared.web.security import clear_session, is_secure, set_session

router = APIRouter()
HOME = "/personnel/"
WORK = (
    (("leader", "head"), "/notifier/"),
    (("operator",), "/hotline/desk"),
    (("clerk", "officer"), "/intake/counter"),
)
"""Where the work of a role is; of several roles the first here counts, and whoever has none of these begins at HOME."""


Rules = Annotated[Policy, Depends(policy_of)]


@router.get("/sign-in")
async def show(request: Request, web: Web, service: Door, policy: Rules, next: str = "") -> Response:
    """The page to sign in on; `next` is the page of ours to go to then, else where one's work is."""
    return await _page(request, web, service, policy, blank(next=own_path(next)))


@router.post("/sign-in", dependencies=[Limited("30/minute")])
async def enter(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """Start a session of ten hours for all pages of the office."""
    form, _ = await read_form(request), web.words(request)
    token = await _token(service, policy, form)
    who = _official(service, policy, token)
    if who is None:
        wrong = form.refused({"password": _("Mã đăng nhập không đúng hoặc đã hết hạn.")})
        return await _page(request, web, service, policy, wrong, status=422)
    response = see_other(own_path(form["next"]) or work_of(who))
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
    """A path of the office to go to next; of anything else, and of nothing, nothing is left."""
    ours = text.startswith("/") and not text.startswith("//") and "\\" not in text and " " not in text
    return text if ours and text.isprintable() else ""


def work_of(who: Official) -> str:
    """The page where an official's work is."""
    return next((path for roles, path in WORK if who.may(*roles)), HOME)


async def _token(service: Service, policy: Policy, form: Form) -> str:
    if not form["official_id"]:
        return form["password"]
    return (await service.db.read(commands.sign_in, form["official_id"], policy)).token


def _official(service: Service, policy: Policy, token: str) -> Official | None:
    """Whom of this unit a token names."""
    try:
        who = service.signin.official(token)
    except Refused:
        return None
    return who if who.unit == policy.unit else None


async def _page(
    request: Request, web: Pages, service: Service, policy: Policy, form: Form, status: int = 200
) -> Response:
    trial = policy.trial_key is not None
    people = await service.db.read(members) if trial else []
    return web.render(request, "sign_in.html", status=status, form=form, trial=trial, people=people)
