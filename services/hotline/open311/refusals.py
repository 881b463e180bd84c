"""Every no of this door as the standard writes one: a list of code and description, for the app's user to read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from services.hotline.open311.words import OTHERWISE, REFUSALS
from shared.doors import PROBLEMS
from shared.errors import Refused
from shared.unavailable import Unavailable
from shared.web.pages import Pages

log = structlog.get_logger()
JSON = "application/json; charset=utf-8"
OF_HTTP = (403, 404, 413, 429, 503)
"""What keeps its status; any other request that cannot be fulfilled is a 400, as the standard says."""
HTTP_CODES = {404: "no_such_resource", 413: "too_large"}


class Error(BaseModel):
    """One error of an answer: the HTTP status, and a sentence."""

    code: int
    description: str


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": list[Error], "description": text}
    for status, text in {
        400: "Not as the standard says",
        403: "Without a valid api_key",
        404: "Not there",
        413: "Too large",
        429: "Too many requests",
        503: "Try again",
    }.items()
}


ERRORS[404]["content"] = PROBLEMS[404]["content"]  # an address that not even a service has, as one with a line break


class GeoReportRoute(APIRoute):
    """A route that refuses as GeoReport does."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, its refusals in the standard's form; the unexpected rises."""
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handler(request)
            except Refused as no:
                return refusal(request, no)
            except RequestValidationError as error:
                return refusal(request, wrong_field(error))
            except HTTPException as error:
                code = HTTP_CODES.get(error.status_code, "invalid_request")
                return refusal(request, Refused(code, str(error.detail), status=error.status_code))
            except Unavailable as down:
                log.warning("database.unavailable", code=down.code, error=str(down))
                return refusal(request, Refused("unavailable", down.detail, status=503))

        return answered


def refusal(request: Request, no: Refused) -> Response:
    """The answer to a request that was refused, in the reader's language."""
    pages: Pages = request.app.state.pages
    sentence = pages.words(request)(REFUSALS.get(no.code, OTHERWISE), **no.more)
    status = no.status if no.status in OF_HTTP else 400
    later = {429: "60", 503: "5"}.get(status)
    headers = {"Retry-After": later} if later else None
    return JSONResponse([{"code": status, "description": sentence}], status, headers, media_type=JSON)


def wrong_field(error: RequestValidationError) -> Refused:
    """Which parameter or header is wrong: its name is ours, and what was sent is not repeated."""
    field = str(error.errors()[0]["loc"][-1])
    return Refused("field_wrong", f"{field} is not as the standard says.", status=400, field=field)
