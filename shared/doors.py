"""What the HTTP doors of all services share: who asks, how often, once only, and where the service is.

@router.post("/dossiers", status_code=201, response_model=Receipt, responses=PROBLEMS)
async def receive(body: NewDossier, who: Annotated[Official, Needs("clerk")], once: Once) -> Response:
    return await once(commands.receive_dossier, body, who.id, once.now())

What the doors depend on is async throughout: FastAPI runs a plain function in a thread, at the price of the request.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Concatenate, Generic, ParamSpec, TypeVar

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel
from sqlmodel import Session

from shared.errors import Refused
from shared.idempotency import answer_once
from shared.service import Service
from shared.tokens import Official

P = ParamSpec("P")
T = TypeVar("T")
CITIZEN = "citizen"
"""Whose keys all strangers' are: who knows a key and what was sent with it is told the answer, codes and all."""
_WHO = "motcua.signed_in"
_KEY = {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$"}
_KEY_PARAMETER = {
    "name": "idempotency-key",
    "in": "header",
    "required": False,
    "description": "Makes repeating this request safe.",
    "schema": _KEY,
}
LEAST_KEY = 16
"""Characters of a stranger's key: as many as the key of a form has at least."""


class Problem(BaseModel):
    """RFC 9457 problem document with a stable `code`."""

    type: str
    title: str
    status: int
    code: str
    detail: str


_PROBLEM = {"application/problem+json": {"schema": Problem.model_json_schema()}}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"content": _PROBLEM, "description": text}
    for status, text in {
        400: "Not readable",
        401: "Not signed in",
        403: "Signed in, without the role",
        404: "Not there, or another unit's",
        409: "The rules do not allow it now",
        413: "Too large",
        422: "Bad input",
        429: "Too many requests",
        503: "Try again",
    }.items()
}


async def service_of(request: Request) -> Service:
    """The service whose app this request came to."""
    service: Service = request.app.state.service
    return service


async def policy_of(request: Request) -> Any:
    """The policy that create_app made of the service's settings: `Rules = Annotated[Policy, Depends(policy_of)]`."""
    return request.app.state.policy


Door = Annotated[Service, Depends(service_of)]


class _Signed(SecurityBase):
    """The bearer scheme of OpenAPI, and who sends a sign-in token; nobody, without one. Raises Refused for a bad one.

    It and what builds on it ask for the request alone: what FastAPI resolves for them costs more than what they do.
    """

    scheme_name = "HTTPBearer"
    model = HTTPBearerModel(description="A sign-in token: `motcua token ROLE`.")

    async def __call__(self, request: Request) -> Official | None:
        return signed_in(request)


class _Needed(_Signed):
    def __init__(self, roles: Collection[str]) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> Official:
        who = signed_in(request)
        if who is None:
            raise Refused("not_signed_in", "Send a sign-in token as `Authorization: Bearer …`.", status=401)
        return allowed(who, *self.roles)


def signed_in(request: Request) -> Official | None:
    """Who sends a sign-in token, if anybody. Raises Refused `not_signed_in` (401) for one that is not valid."""
    if _WHO not in request.scope:
        request.scope[_WHO] = _signed_in(request)
    who: Official | None = request.scope[_WHO]
    return who


def _signed_in(request: Request) -> Official | None:
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "bearer" or not token:
        return None
    service: Service = request.app.state.service
    return service.signin.official(token)


Signed = Annotated[Official | None, Depends(_Signed())]


def Needs(*roles: str) -> Any:  # reads as a type in signatures
    """A signed-in official of this unit with one of these roles (any role, when none is named)."""
    return Depends(_Needed(roles))


def allowed(who: Official, *roles: str) -> Official:
    """The official, if they hold one of the roles. Raises Refused `role_missing` (403)."""
    if roles and not who.may(*roles):
        wanted = " or ".join(roles)
        raise Refused("role_missing", f"This needs the role {wanted}.", status=403, needs=sorted(roles))
    return who


class Asked(Generic[T]):
    """This request, answered once per Idempotency-Key, in a service with a policy of this type."""

    def __init__(self, service: Service, request: Request, key: str | None, who: str, body: bytes) -> None:
        self.service, self.request, self.key, self.who, self.body = service, request, key, who, body

    @property
    def policy(self) -> T:
        """The policy that create_app made of the service's settings."""
        policy: T = self.request.app.state.policy
        return policy

    def now(self) -> datetime:
        """What the office's clock says."""
        return self.service.clock.now()

    async def __call__(
        self, function: Callable[Concatenate[Session, P], BaseModel], *args: P.args, **kwargs: P.kwargs
    ) -> Response:
        """Run the command in one transaction and answer with its result as JSON (201)."""
        return await self._once(_sha256, function, *args, **kwargs)

    async def guarded(
        self, function: Callable[Concatenate[Session, P], BaseModel], *args: P.args, **kwargs: P.kwargs
    ) -> Response:
        """The same for a body that says little more than somebody's number or telephone: a plain hash of it, kept to
        know the request by, would be found by trying all of them."""
        return await self._once(self.service.fingerprint, function, *args, **kwargs)

    async def _once(
        self,
        fingerprint: Callable[[bytes], str],
        function: Callable[Concatenate[Session, P], BaseModel],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response:
        assert not kwargs, "functions of the core take positional arguments"
        if self.key is None:
            answer = (await self.service.db.write(function, *args, **kwargs)).model_dump_json().encode()
        else:
            path: str = self.request.scope["path"]
            said = b"\0".join([self.request.method.encode(), path.encode(), self.body])
            scope = hashlib.sha256(f"{self.who} {path}".encode()).hexdigest()
            request = (scope, self.key, fingerprint(said), self.now())
            answer = await self.service.db.write(answer_once, *request, function, args)
        return Response(answer, status_code=201, media_type="application/json")


def _sha256(said: bytes) -> str:
    return hashlib.sha256(said).hexdigest()


async def asked(request: Request) -> Asked[Any]:
    """`Once = Annotated[Asked[Policy], Depends(asked)]`: one thing to ask FastAPI for in place of four."""
    key = request.headers.get("idempotency-key")
    if key is not None and not re.fullmatch(_KEY["pattern"], key):
        wrong = {"loc": ("header", "idempotency-key"), "type": "pattern", "msg": f"Should match {_KEY['pattern']}"}
        raise RequestValidationError([wrong])
    service: Service = request.app.state.service
    official = signed_in(request)
    who = official.id if official and official.unit == service.settings.unit else CITIZEN
    if who == CITIZEN and key is not None and len(key) < LEAST_KEY:
        detail = f"Take a random Idempotency-Key of {LEAST_KEY} characters or more, such as a UUID."
        raise Refused("idempotency_key_short", detail, status=422)
    return Asked(service, request, key, who, await request.body())


def document_keys(routes: Iterable[object]) -> None:
    """Say in OpenAPI which of these routes take an Idempotency-Key. Read by FastAPI as a parameter of ours, it took a
    twentieth of a request."""
    for route in routes:
        if isinstance(route, APIRoute) and any(each.call is asked for each in route.dependant.dependencies):
            route.openapi_extra = {**(route.openapi_extra or {}), "parameters": [_KEY_PARAMETER]}


def address_of(request: Request, trusted_proxies: int) -> str:
    """The caller's address, believing as many proxies as the settings say: all lines of the header are one list."""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if trusted_proxies and len(hops) >= trusted_proxies:
        return hops[-trusted_proxies]
    return request.client.host if request.client else "unknown"


def household_of(address: str) -> str:
    """Who shares one budget: of IPv6 the whole /64, in which whoever has one address has them all."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ip_network((found, 64), strict=False))


class RateLimit:
    """At most `rate` (`30/minute`, on the office's clock) requests from one address, per process.

    Awaited by a door that does not limit everybody; `Limited` for one that does.
    """

    def __init__(self, rate: str) -> None:
        self.limit, self.limiter = parse(rate), MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, request: Request) -> None:
        """Count this request. Raises Refused `too_many_requests` (429)."""
        service: Service = request.app.state.service
        factor = max(1, round(service.clock.speed)) * service.settings.rate_factor
        scaled = type(self.limit)(self.limit.amount * factor, self.limit.multiples)
        if not self.limiter.hit(scaled, household_of(address_of(request, service.settings.trusted_proxies))):
            raise Refused("too_many_requests", "Too many requests from this address: wait a minute.", status=429)


def Limited(rate: str) -> Any:
    """Every request of a route counts: `dependencies=[Limited("30/minute")]`."""
    return Depends(RateLimit(rate))
