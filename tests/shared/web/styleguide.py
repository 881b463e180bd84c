"""Every part on one page, and the pages around it, for looking: `python -m tests.shared.web.styleguide 8199`."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.errors import Refused
from shared.web.docs import asyncapi_page, openapi_page
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.pages import Nav, Pages, SignedIn, see_other
from shared.web.security import clear_session, session_token, set_session

HERE = Path(__file__).parent
DUE = datetime(2026, 11, 27, 9, 10, tzinfo=UTC)
PAPERS = [
    {"value": "form", "label": "Tờ khai", "why": "ký tại quầy cũng được"},
    {"value": "proxy", "label": "Văn bản ủy quyền", "why": "chỉ khi nộp thay"},
    {"value": "old", "label": "Giấy cũ"},
]


class Reception(BaseModel):
    """What the sample form asks."""

    name: str = Field(min_length=2, max_length=80)
    pid: str = Field(pattern=r"^\d{12}$")
    phone: str = ""
    copies: int = Field(1, ge=1, le=20)
    papers: list[str] = Field(min_length=1)


REF = "#/components/schemas/Dossier"
DOSSIER: dict[str, Any] = {
    "type": "object",
    "description": "A case that was received <b>in full</b>.",
    "required": ["code", "due_at"],
    "properties": {
        "code": {"type": "string", "pattern": "^H55", "description": "As printed on M01"},
        "due_at": {"type": "string", "format": "date-time"},
        "state": {"enum": ["open", "closed"]},
        "papers": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "before": {"anyOf": [{"$ref": REF}, {"type": "null"}]},
    },
}

LABELS = {"name": N_("họ và tên"), "pid": N_("số định danh"), "copies": N_("số bản"), "papers": N_("giấy tờ đã nhận")}

OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "intake", "version": "1", "description": "Dossiers and their promised dates."},
    "paths": {
        "/intake/api/dossiers/{dossier_id}": {
            "get": {
                "tags": ["dossiers"],
                "operationId": "read_dossier",
                "summary": "One dossier",
                "security": [{"bearer": []}],
                "parameters": [{"name": "dossier_id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {
                    "200": {"description": "Found", "content": {"application/json": {"schema": {"$ref": REF}}}},
                    "404": {"description": "No such dossier"},
                },
            }
        }
    },
    "components": {"schemas": {"Dossier": DOSSIER}},
}
ASYNCAPI: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "info": {"title": "intake events", "version": "1"},
    "channels": {
        "received": {
            "address": "motcua.{unit}.intake.dossier_received",
            "parameters": {"unit": {"description": "The commune"}},
            "messages": {"DossierReceived": {"$ref": "#/components/messages/DossierReceived"}},
        }
    },
    "operations": {"publishReceived": {"action": "send", "channel": {"$ref": "#/channels/received"}}},
    "components": {
        "messages": {"DossierReceived": {"title": "DossierReceived", "payload": {"$ref": REF}}},
        "schemas": {"Dossier": DOSSIER},
    },
}


def sample(_: Any) -> dict[str, Any]:
    """Values that a service would have asked of its rules."""
    days = [("off", _("nghỉ")), ("off", _("nghỉ")), ("count", _("ngày tính")), ("off", _("nghỉ lễ"))]
    days += [("count", _("ngày tính")), ("count", _("ngày tính")), ("end", _("ngày trả"))]
    start = date(2026, 11, 21)
    return {
        "due": DUE,
        "left": _.many("còn %(n)s ngày làm việc", 3),
        "days": [
            {"date": start + timedelta(days=i), "kind": kind, "text": text, "today": i == 2}
            for i, (kind, text) in enumerate(days)
        ],
        "steps": [
            {"what": _("Nhận đủ hồ sơ, hẹn ngày"), "at": DUE - timedelta(days=7), "who": "Quầy 2", "state": ""},
            {"what": _("Đang tra cứu"), "at": DUE - timedelta(days=4), "who": "", "state": "now"},
            {"what": _("Lãnh đạo ký"), "at": None, "who": "", "state": "next"},
        ],
        "rows": [
            {"what": "Đăng ký khai sinh", "href": "/x/1", "who": "Ng*** T***", "due": DUE, "status": _("đúng hẹn")},
            {"what": "Cấp bản sao", "href": "/x/2", "due": DUE, "state": "near", "status": _("sắp đến hạn")},
            {"what": "Chứng thực", "href": "/x/3", "due": DUE, "state": "late", "status": _("đã trễ")},
        ],
        "papers": PAPERS,
        "fee": 8000,
    }


def signed_in(request: Request) -> SignedIn | None:
    """Anybody with a cookie is the sample clerk."""
    return SignedIn("Trần Thu Hà", "/x/sign-out", "Quầy 2") if session_token(request) else None


def create_app(build: Path | None = None, *, secure: bool = False) -> Starlette:
    """A service as small as one can be, with its pages."""
    from shared.web.assets import build_assets

    pages = Pages(
        service="sample",
        templates=HERE / "templates",
        locale=HERE / "en.po",
        unit_name="xã Đại Phúc",
        province_name="tỉnh Thái Nguyên",
        hotline="0208 382 4567",
        nav=[Nav(N_("Thủ tục"), "/x"), Nav(N_("Theo dõi"), "/x/track"), Nav(N_("Phản ánh"), "/x/report")],
        refusals={"already_asked": N_("Hồ sơ này đã được yêu cầu bổ sung một lần.")},
        signed_in=signed_in,
        assets=build_assets(build),
    )
    filed: dict[str, Form] = {}

    async def show(request: Request) -> Response:
        return pages.render(request, "styleguide.html", form=blank(copies=1), **sample(pages.words(request)))

    async def receive(request: Request) -> Response:
        form = await read_form(request)
        words = pages.words(request)
        try:
            Reception(**form.data("papers"))
        except ValidationError as error:
            refused = form.refused(field_errors(error, words, LABELS))
            return pages.render(request, "styleguide.html", status=422, form=refused, **sample(words))
        filed.setdefault(form.key, form)
        return see_other(f"/x/filed?n={len(filed)}")

    async def sign_in(_request: Request) -> Response:
        response = see_other("/x")
        set_session(response, "header.payload.signature", secure)
        return response

    async def sign_out(request: Request) -> Response:
        await read_form(request)
        response = see_other("/x")
        clear_session(response, secure)
        return response

    async def openapi(request: Request) -> Response:
        return openapi_page(pages, request, OPENAPI)

    async def asyncapi(request: Request) -> Response:
        return asyncapi_page(pages, request, ASYNCAPI)

    async def kiosk(request: Request) -> Response:
        return pages.render(request, "kiosk.html")

    async def problem(request: Request) -> Response:
        return pages.problem(request, int(request.path_params["status"]))

    async def refuse(_request: Request) -> Response:
        raise Refused("already_asked", "Asked once already.", filed=len(filed))

    async def on_error(request: Request, error: Exception) -> Response:
        return pages.problem_for(request, error) or Response(str(error), 409, media_type="text/plain")

    async def api(_request: Request) -> Response:
        return Response("{}", media_type="application/json")

    app = Starlette(
        routes=[
            Route("/x", show),
            Route("/x", receive, methods=["POST"]),
            Route("/x/filed", show),
            Route("/x/sign-in", sign_in),
            Route("/x/sign-out", sign_out, methods=["POST"]),
            Route("/x/kiosk", kiosk),
            Route("/x/openapi", openapi),
            Route("/x/asyncapi", asyncapi),
            Route("/x/refuse", refuse),
            Route("/x/api", api, methods=["GET", "POST"]),
            Route("/x/problem/{status}", problem),
        ],
        exception_handlers={Refused: on_error, HTTPException: on_error},
    )
    pages.mount(app, secure=secure)
    return app


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(create_app(), port=int(sys.argv[1]) if len(sys.argv) > 1 else 8199, log_level="warning")
