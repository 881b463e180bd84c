"""The door of message channels: whoever signs with a channel's key is the channel, and nothing else is asked."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.hotline import commands
from services.hotline.models import Receipt
from services.hotline.models.messages import MessageReport, NewMessage
from services.hotline.routes import Rules
from services.hotline.rules.signatures import Signed, check_signature
from shared.doors import PROBLEMS, Door, Limited
from shared.errors import Refused
from shared.idempotency import answer_once
from shared.texts import Code
from shared.worktime import VN

log = structlog.get_logger()
BASE = "/channels"
MOST_BYTES = 64_000
router = APIRouter(responses=PROBLEMS)
_HEADERS = {
    "webhook-id": "The same for the same message, however often it is sent.",
    "webhook-timestamp": "When it is sent, in seconds since 1970.",
    "webhook-signature": "`v1,` and the signature; several with blanks between them.",
}
_SAID: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in _HEADERS.items()
    ],
    "requestBody": {"required": True, "content": {"application/json": {"schema": NewMessage.model_json_schema()}}},
    "security": [],
}


@router.post(
    f"{BASE}/{{channel}}/messages",
    status_code=201,
    response_model=Receipt,
    openapi_extra=_SAID,
    dependencies=[Limited("300/minute")],
)
async def take(channel: Code, request: Request, service: Door, policy: Rules) -> Response:
    """A message becomes a report, once for its `webhook-id`: sent again, it gets the same answer."""
    body, now = await request.body(), service.clock.now()
    signed = Signed(*(request.headers.get(name, "") for name in _HEADERS))
    check_signature(policy.channels.keys(channel, now.astimezone(VN).date()), signed, body, now)
    if len(body) > MOST_BYTES:
        raise Refused("too_large", f"A message may have {MOST_BYTES} bytes.", status=413)
    args = (MessageReport.of(_read(body), channel), None, policy, now)
    known = service.fingerprint(signed.message_id.encode()), service.fingerprint(body)  # an id may be a telephone
    answer = await service.db.write(answer_once, f"channel {channel}", *known, now, commands.file_complaint, args)
    log.info("message.answered", channel=channel)
    return Response(answer, status_code=201, media_type="application/json")


def _read(body: bytes) -> NewMessage:
    try:
        return NewMessage.model_validate_json(body)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_context=False, include_url=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in wrong]) from None
