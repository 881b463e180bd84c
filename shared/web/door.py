"""The HTML door of a service: its pages, who is signed in by cookie, and commands that a form runs once.

furnish(app, service, Path(__file__).parent, nav=NAV, refusals=REFUSALS)      # in create_app

@router.post("/counter")
async def receive(request: Request, web: Web, service: Door, who: Annotated[Official, SignedIn("clerk")]) -> Response:
    form = await read_form(request)
    …
    receipt = await once(service, request, form, who.id, commands.receive_dossier, body, …)
    return see_other(f"/intake/counter/{receipt.dossier_id}")
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from shared.doors import Door, allowed
from shared.errors import Refused
from shared.idempotency import answer_once
from shared.service import Service
from shared.tokens import Official
from shared.web.docs import asyncapi_page, openapi_page
from shared.web.forms import Form, check_typed_by
from shared.web.kept import typed_again
from shared.web.language import N_
from shared.web.pages import Nav, Pages, SignedIn
from shared.web.security import AT_DESK, session_token

M = TypeVar("M", bound=BaseModel)

CITIZEN_NAV = (
    Nav(N_("Trang đầu"), "/intake/"),
    Nav(N_("Theo dõi"), "/intake/track"),
    Nav(N_("Phản ánh"), "/hotline/"),
    Nav(N_("Đánh giá"), "/survey/"),
)
DESK_NAV = (
    Nav(N_("Quầy"), "/intake/counter", ("clerk", "officer", "head", "leader")),
    Nav(N_("Đường dây nóng"), "/hotline/desk", ("officer", "operator", "head", "leader")),
    Nav(N_("Đến hạn"), "/notifier/"),
    Nav(N_("Cán bộ"), "/personnel/"),
)


def furnish(
    app: FastAPI,
    service: Service,
    folder: Path,
    *,
    nav: Sequence[Nav] = CITIZEN_NAV,
    refusals: Mapping[str, str] | None = None,
    keyed: tuple[str, ...] = (),
) -> Pages:
    """Give a service's app its pages: `folder` holds `templates/` and `locale/en.po`. Below the paths `keyed` a form is
    a program's, with its own key."""
    settings = service.settings
    locale = folder / "locale" / "en.po"
    pages = Pages(
        service=service.name,
        templates=folder / "templates",
        locale=locale if locale.exists() else None,
        unit_name=settings.unit_name,
        province_name=settings.province_name,
        hotline=settings.hotline_number,
        nav=nav,
        desk_nav=DESK_NAV,
        home="/intake/",
        refusals=refusals,
        signed_in=lambda request: _badge(service, request),
    )
    app.state.pages = pages
    pages.mount(app, secure=settings.secure_cookies, keyed=keyed)

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        return openapi_page(pages, request, app.openapi())

    @app.get("/asyncapi", include_in_schema=False)
    async def events(request: Request) -> HTMLResponse:
        return asyncapi_page(pages, request, app.state.asyncapi())

    return pages


async def pages_of(request: Request) -> Pages:
    """The pages of the service that this request came to."""
    pages: Pages = request.app.state.pages
    return pages


Web = Annotated[Pages, Depends(pages_of)]


def official_of(service: Service, request: Request) -> Official | None:
    """Who is signed in by cookie; none when nobody is, or the sign-in has expired."""
    token = session_token(request)
    try:
        return service.signin.official(token) if token else None
    except Refused:
        return None


def SignedInAs(*roles: str) -> Any:
    """An official of this unit, signed in by cookie, with one of these roles (any, when none is named).

    Raises Refused `not_signed_in` (401: the page leads to the sign-in), `role_missing` (403), `typed_by_another` (403)
    for a page that is asked for again with what somebody else typed.
    """

    async def official(request: Request, service: Door) -> Official:
        who = official_of(service, request)
        if who is None or who.unit != service.settings.unit:
            raise Refused("not_signed_in", "Sign in first.", status=401, next=request.scope["path"])
        request.scope[AT_DESK] = who.id
        if (typed := typed_again(request)) is not None:
            check_typed_by(request, typed)
        return allowed(who, *roles)

    return Depends(official)


async def once(
    service: Service,
    request: Request,
    form: Form,
    who: str,
    model: type[M],
    function: Callable[..., M],
    *args: Any,
) -> M:
    """Run a command for a form, once for its key: a double click or a refresh gets the first answer again."""
    path = request.scope["path"]
    scope = hashlib.sha256(f"{who} {path}".encode()).hexdigest()
    fields = "\0".join(f"{name}={value}" for name, value in form.kept())
    fingerprint = service.fingerprint(fields.encode())
    answer = await service.db.write(answer_once, scope, form.key, fingerprint, service.clock.now(), function, args)
    return model.model_validate_json(answer)


def _badge(service: Service, request: Request) -> SignedIn | None:
    who = official_of(service, request)
    return SignedIn(who.name or who.id, "/personnel/sign-out", roles=who.roles, official_id=who.id) if who else None
