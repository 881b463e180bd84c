"""What a service renders its pages with: one `Pages` per service, built in its `create_app`.

Templates see `_("Vietnamese sentence", name=value)` and `ngettext`, the filters of `shared.web.filters`, the parts as
`ui.…`, `asset(name)`, `csrf_field(form)`, `lang`, and whatever `render` was given; an unknown name is an error, not a
blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from shared.errors import Refused
from shared.web import words
from shared.web.assets import Assets, build_assets, static_app
from shared.web.compiled import COMPILED
from shared.web.filters import filters_of, in_language
from shared.web.forms import TYPED_BY, Form, FormExpired
from shared.web.kept import KeepTyped, given_back, typed_again, wants_html
from shared.web.language import (
    FROM_PAGE,
    N_,
    SHARED_ENGLISH,
    Words,
    in_other_language,
    keep_language,
    language_of,
    page_of,
    read_english,
)
from shared.web.problems import REFUSALS, TITLES
from shared.web.security import (
    AT_DESK,
    EVERYWHERE,
    ON_PAGES,
    FormGuard,
    WebSecurity,
    code_of_foreign_form,
    sent_from_elsewhere,
)
from shared.web.words import Language

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@dataclass(frozen=True)
class Nav:
    """One entry of the main menu. `label` is the Vietnamese sentence, marked with `N_`; `roles` are those that the page
    opens to, everybody when none is named."""

    label: str
    href: str
    roles: tuple[str, ...] = ()

    def open_to(self, reader: SignedIn | None) -> bool:
        """Whether this reader may open it."""
        return not self.roles or (reader is not None and not reader.roles.isdisjoint(self.roles))


@dataclass(frozen=True)
class SignedIn:
    """Who is at the desk, for the masthead; `sign_out` is posted to."""

    name: str
    sign_out: str
    desk: str = ""
    roles: frozenset[str] = frozenset()
    official_id: str = ""


class Pages:
    """Renders the pages of one service.

    `templates` is the service's own folder, `locale` its `en.po`; `hotline` the number as people read it; `refusals`
    the Vietnamese sentences for codes of `Refused`; `signed_in` tells whose page it is, from the request; whoever is
    signed in has the menu `desk_nav`, on every page.
    """

    def __init__(
        self,
        *,
        service: str,
        templates: Path,
        unit_name: str,
        province_name: str,
        hotline: str,
        locale: Path | None = None,
        nav: Sequence[Nav] = (),
        desk_nav: Sequence[Nav] = (),
        home: str = "/",
        refusals: Mapping[str, str] | None = None,
        signed_in: Callable[[Request], SignedIn | None] | None = None,
        assets: Assets | None = None,
    ) -> None:
        self.service = service
        self.nav = nav
        self._desk_nav = desk_nav or nav
        self.assets = assets or build_assets()
        self._refusals = REFUSALS | dict(refusals or {})
        self._signed_in = signed_in or (lambda _request: None)
        english = read_english(SHARED_ENGLISH, *([locale] if locale else []))
        self._words: dict[Language, Words] = {lang: Words(lang, english) for lang in LANGUAGES}
        office = {"unit_name": unit_name, "province_name": province_name, "hotline": hotline, "home": home}
        self._environments = {lang: self._environment(lang, templates, office) for lang in LANGUAGES}

    def _environment(self, lang: Language, templates: Path, office: dict[str, str]) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([templates, TEMPLATES]),
            bytecode_cache=COMPILED,
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        spoken = self._words[lang]
        environment.filters |= filters_of(lang) | {"tr": spoken}
        environment.globals |= {"_": spoken.html, "ngettext": spoken.html_many, "asset": self.assets.url, "lang": lang}
        environment.globals |= {"service": self.service, "share": in_language(lang, words.share), **office}
        environment.globals["ui"] = environment.get_template("ui.html").module
        return environment

    def mount(self, app: Starlette, *, secure: bool, keyed: tuple[str, ...] = ()) -> None:
        """Adds `/static` and the two middlewares of pages to the service's app, inside those that it has. `keyed`: see
        `WebSecurity`."""
        app.mount(self.assets.prefix, static_app(self.assets), name="static")
        refused = self.refuse_foreign_form
        app.user_middleware.append(Middleware(WebSecurity, secure=secure, refused=refused, keyed=keyed))
        app.user_middleware.append(Middleware(KeepTyped, refused=self.problem_for))

    def words(self, request: Request) -> Words:
        """`_ = pages.words(request)` for sentences that are made in Python."""
        return self._words[language_of(request)]

    def render(
        self,
        request: Request,
        name: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        page: str = "",
        **values: Any,
    ) -> HTMLResponse:
        """The page in the reader's language; its forms carry tokens of this session. `page` is its own address, where
        that is another one than was asked for."""
        guard = FormGuard(request)
        template = self._environments[language_of(request)].get_template(name)
        html = template.render(self._context(request, guard, page or page_of(request)) | values)
        # said here too: the page of an unexpected error is made outside every middleware
        response = HTMLResponse(html, status, EVERYWHERE | ON_PAGES | dict(headers or {}))
        guard.keep(response)
        keep_language(request, response)
        return response

    def _context(self, request: Request, guard: FormGuard, page: str) -> dict[str, Any]:
        reader = self.reader(request)

        def csrf_field(form: Form | None = None) -> Markup:
            typed_by = (form[TYPED_BY] if form else "") or (reader.official_id if reader else "")
            own = guard.field() + _HIDDEN.format(FROM_PAGE, page)
            own += _HIDDEN.format(TYPED_BY, typed_by) if typed_by else ""
            return own + form.once_field() if form else own

        return {
            "csrf_field": csrf_field,
            **_menu(request, self._desk_nav if reader else self.nav),
            "path": request.scope["path"],
            "other_language_url": in_other_language(request, page),
            "signed_in": reader,
            "form": None,
        }

    def reader(self, request: Request) -> SignedIn | None:
        """Who is signed in; nobody, on a page for everybody."""
        return self._signed_in(request)

    def problem(
        self, request: Request, status: int, *, code: str = "", headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """What happened, what to do, and the hotline number. `code` picks the service's own sentence."""
        title, advice = TITLES.get(status, TITLES[500] if status >= 500 else TITLES[400])
        advice = self._refusals.get(code, advice)
        request_id = getattr(request.state, "request_id", "") if status >= 500 else ""  # the log has the same
        values: dict[str, Any] = {"status_code": status, "title": title, "advice": advice, "request_id": request_id}
        return self.render(request, "problem.html", status=status, headers=headers, **values)

    def refused(self, request: Request, no: Refused) -> HTMLResponse:
        """The page for a refusal. An expired form comes back whole, with a button that sends it again."""
        if isinstance(no, FormExpired):
            return self.resend(request, no.form, status=no.status, code=no.code)
        return self.problem(request, no.status, code=no.code)

    def resend(self, request: Request, form: Form, *, status: int = 503, code: str = "") -> HTMLResponse:
        """Nothing typed is lost: every field as a hidden one, the same idempotency key, and a button to send it again.

        Files and passwords are not kept; the page says so when there was a file.
        """
        title, advice = TITLES.get(status, TITLES[503])
        if code in ("form_expired", "language_changed"):
            title = N_("Hãy gửi lại lần nữa")
        path = request.scope["path"]
        values: dict[str, Any] = {
            "title": title,
            "advice": self._refusals.get(code, advice),
            "form": form,
            "other_language_url": in_other_language(request, path),
            "path": path,
            "sender": reader.name if (reader := self.reader(request)) and request.scope.get(AT_DESK) else "",
        }
        if status == 503 and typed_again(request) is not None:  # what is sent again is the wish for the other language
            values["path"] = f"{path}?lang={language_of(request)}"
        return self.render(request, "resend.html", status=status, **values)

    def refuse_foreign_form(self, request: Request) -> Response:
        """What the middleware answers to a form from another site, or from nobody knows where."""
        if not wants_html(request):
            return sent_from_elsewhere(request)
        return self.problem(request, 403, code=code_of_foreign_form(request.headers))

    async def page_for(self, request: Request, error: Exception) -> Response | None:
        """As `problem_for`; but what was typed is given back, and whoever has to sign in is led there."""
        if (page := await given_back(self, request, error)) is not None:
            return page
        if isinstance(error, Refused) and error.status == 401 and wants_html(request):
            return RedirectResponse(f"/personnel/sign-in?next={quote(request.scope['path'])}", 303)
        return self.problem_for(request, error)

    def problem_for(self, request: Request, error: Exception) -> HTMLResponse | None:
        """A page for a refusal or an HTTP error when a person reads it; None leaves the answer to the API."""
        if not wants_html(request):
            return None
        if isinstance(error, Refused):
            return self.refused(request, error)
        form = getattr(request.state, "form", None)
        if isinstance(error, HTTPException) and error.status_code == 503 and form is not None:
            return self.resend(request, form)
        if isinstance(error, HTTPException):
            return self.problem(request, error.status_code, headers=error.headers)
        return self.problem(request, 500)


_HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')


def _menu(request: Request, nav: Sequence[Nav]) -> dict[str, Any]:
    """The main menu, and the longest of its entries that this page lies under. An official keeps that of the desk
    wherever they are: on a page for citizens, or of a problem."""
    path = request.scope["path"]
    here = max((n.href for n in nav if path == n.href or path.startswith(f"{n.href}/")), key=len, default=None)
    return {"nav": nav, "here": here}


def see_other(url: str) -> RedirectResponse:
    """After a form was accepted: go and look (303), so that a refresh sends nothing. `url` is a path of ours."""
    if not url.startswith("/") or url.startswith(("//", "/\\")):
        raise ValueError(f"a redirect stays on our pages: {url!r}")
    return RedirectResponse(url, 303)
