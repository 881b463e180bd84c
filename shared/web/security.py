"""What keeps a page safe: strict headers, forms only from our own pages, and the two cookies.

Two guards against forged forms. The middleware refuses a form that another site's page sent (Sec-Fetch-Site, else
Origin against Host). `check_csrf`, which `read_form` calls, asks for the token that only our own page could print: it
serves phones too old for the first. No secret is shared between services: the token is an HMAC under a random key that
lives in an HttpOnly cookie, over the sign-in token, masked anew in every form so that compression tells nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Refused
from shared.http import problem

SESSION = "motcua_session"
CSRF = "motcua_csrf"
AT_DESK = "motcua.at_desk"
"""Where a request says which official it came from, once a page asked for one."""
KEYED = "motcua.keyed"
"""Where a request says that its form is a program's, with a key of its own."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types motcua"
)
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ON_PAGES = {
    "Content-Security-Policy": CSP,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), browsing-topics=()",
    "Cache-Control": "no-store",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
"""What a browser sends with a form of our own page; tests that post a form send it too."""

_TEN_HOURS = 10 * 3600
_MASK = 32


class WebSecurity:
    """Pure ASGI middleware. `secure` says that cookies travel over https; `refused` answers a form from elsewhere;
    `keyed` are paths of the app below which a form brings a key of its own, and no cookie counts.

    It stands next to the routes: what it refuses is counted, logged and named like every other request.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        secure: bool = False,
        refused: Callable[[Request], Response] | None = None,
        keyed: tuple[str, ...] = (),
    ) -> None:
        self.app = app
        self.secure = secure
        self.keyed = keyed
        self.refused = refused or sent_from_elsewhere
        everywhere = EVERYWHERE | (HSTS if secure else {})
        self._everywhere = {name.lower().encode(): value.encode() for name, value in everywhere.items()}
        self._on_pages = self._everywhere | {name.lower().encode(): value.encode() for name, value in ON_PAGES.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["motcua.secure"] = self.secure
        scope[KEYED] = scope["path"].removeprefix(scope.get("root_path", "")).startswith(self.keyed)
        guarded = self._with_headers(send)
        if _guards(scope) and not from_our_page(Headers(scope=scope)):
            await self.refused(Request(scope, receive))(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message["headers"])
                page = given.get(b"content-type", b"").startswith(b"text/html")
                ours = self._on_pages if page else self._everywhere
                message["headers"] = [*message["headers"], *(each for each in ours.items() if each[0] not in given)]
            await send(message)

        return send_with_headers


def _guards(scope: Scope) -> bool:
    """An unsafe request that a browser may have been talked into: with cookies, or one that a form can send."""
    if scope["method"] in SAFE_METHODS or scope[KEYED]:
        return False
    headers = Headers(scope=scope)
    if "cookie" in headers:
        return True
    if headers.get("authorization", "").lower().startswith("bearer "):
        return False
    return headers.get("content-type", "").split(";")[0].strip().lower() in FORM_TYPES


def from_our_page(headers: Headers) -> bool:
    """Whether the browser vouches for it: Sec-Fetch-Site same-origin or none; without it, Origin is our own Host."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    try:
        origin = urlsplit(headers.get("origin", ""))
        host = urlsplit(f"//{headers.get('host', '')}")
        ports = (origin.port, host.port)
    except ValueError:  # a port that is no number, a bracket that nothing closes
        return False
    default = 443 if origin.scheme == "https" else 80
    return bool(origin.hostname) and origin.hostname == host.hostname and len({p or default for p in ports}) == 1


def code_of_foreign_form(headers: Headers) -> str:
    """Why a form is refused: it was sent from elsewhere, or does not say where it was sent from."""
    return "form_elsewhere" if "sec-fetch-site" in headers or "origin" in headers else "origin_missing"


def sent_from_elsewhere(request: Request) -> Response:
    """The refusal `form_elsewhere` or `origin_missing` (403), as a program reads it."""
    code = code_of_foreign_form(request.headers)
    detail = {
        "form_elsewhere": "This was not sent from one of our pages: open the page and send the form from there.",
        "origin_missing": "This does not say where it was sent from: send our address as Origin.",
    }[code]
    return problem(403, code, f"{detail} A program sends `Authorization: Bearer …` and no cookie.")


def cookie_name(name: str, secure: bool) -> str:
    """Over https a name that no other host can set."""
    return f"__Host-{name}" if secure else name


def is_secure(request: Request) -> bool:
    """Whether the middleware said that cookies travel over https."""
    return bool(request.scope.get("motcua.secure"))


def session_token(request: Request) -> str | None:
    """The sign-in token in the cookie, unverified: only shared.tokens may say whom it names."""
    return request.cookies.get(cookie_name(SESSION, is_secure(request)))


def set_session(response: Response, token: str, secure: bool, *, max_age: int = _TEN_HOURS) -> None:
    """Signs the browser in for `max_age` seconds, and starts a new key for its forms."""
    _set(response, SESSION, token, secure, max_age)
    _set(response, CSRF, secrets.token_urlsafe(32), secure, None)


def clear_session(response: Response, secure: bool = False) -> None:
    """Signs the browser out; forms opened before are refused afterwards."""
    for name in (SESSION, CSRF):
        response.delete_cookie(cookie_name(name, secure), path="/", secure=secure, httponly=True, samesite="lax")


def _set(response: Response, name: str, value: str, secure: bool, max_age: int | None) -> None:
    response.set_cookie(
        cookie_name(name, secure), value, max_age=max_age, path="/", secure=secure, httponly=True, samesite="lax"
    )


class FormGuard:
    """The form tokens of one response. The key cookie is only set when a form was printed."""

    def __init__(self, request: Request) -> None:
        self._secure = is_secure(request)
        self._session = session_token(request) or ""
        self._key = request.cookies.get(cookie_name(CSRF, self._secure), "")
        self._fresh = False

    def token(self) -> str:
        """A new mask each time, over the same value."""
        if len(self._key) < 32:
            self._key, self._fresh = secrets.token_urlsafe(32), True
        mask = secrets.token_bytes(_MASK)
        masked = bytes(a ^ b for a, b in zip(mask, _signature(self._key, self._session), strict=True))
        return base64.urlsafe_b64encode(mask + masked).decode()

    def field(self) -> Markup:
        """The hidden field for a form."""
        return Markup('<input type="hidden" name="csrf" value="{}">').format(self.token())

    def keep(self, response: Response) -> None:
        """Sets the key cookie if one of the forms needed a new key."""
        if self._fresh:
            _set(response, CSRF, self._key, self._secure, None)


def _signature(key: str, session: str) -> bytes:
    return hmac.new(key.encode(), b"motcua form\0" + session.encode(), hashlib.sha256).digest()


def valid_token(request: Request, token: str) -> bool:
    """Whether this browser's own page printed the token, in this session."""
    secure = is_secure(request)
    key = request.cookies.get(cookie_name(CSRF, secure), "")
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except ValueError:
        return False
    if len(raw) != 2 * _MASK or len(key) < 32:
        return False
    given = bytes(a ^ b for a, b in zip(raw[:_MASK], raw[_MASK:], strict=True))
    return hmac.compare_digest(given, _signature(key, session_token(request) or ""))


def check_csrf(request: Request, token: str) -> None:
    """Refuses (403, `form_expired`) a form whose token is not of this session; `read_form` does this by itself."""
    if not valid_token(request, token):
        raise Refused("form_expired", "Open the page again and send the form from there.", status=403)
