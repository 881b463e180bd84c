"""The resources of GeoReport v2. Reading needs no key; filing does."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from services.hotline.open311 import search, words
from services.hotline.open311.answers import Speaker
from services.hotline.open311.counter import At, Given
from services.hotline.open311.filing import Repeat, file
from services.hotline.open311.form import FORM_BODY
from services.hotline.open311.objects import (
    SPECIFICATION,
    CreatedOnce,
    Definition,
    Discovery,
    Endpoint,
    Service,
    ServiceRequest,
    Tokened,
    Update,
)
from services.hotline.open311.refusals import ERRORS, JSON, GeoReportRoute
from services.hotline.open311.report import fields_of, report_of
from services.hotline.rules.answers import public_categories
from services.hotline.settings import Policy
from services.hotline.tables import Complaint
from services.hotline.tables.answers import published_texts
from services.hotline.tables.open311 import complaints_by_number, reports_filed, steps_of_reports
from shared.doors import Asked, Door, Limited, asked, policy_of
from shared.errors import Refused
from shared.idempotency import answer_once
from shared.worktime import VN

log = structlog.get_logger()
BASE = "/open311/v2"
router = APIRouter(
    prefix=BASE, route_class=GeoReportRoute, responses=ERRORS, dependencies=[Limited("60/minute")], tags=["open311"]
)
Several = Annotated[list[str], Query(default_factory=list)]
Once = Annotated[Asked[Policy], Depends(asked)]
Rules = Annotated[Policy, Depends(policy_of)]


@router.get("/discovery.json")
async def discovery(at: At) -> Discovery:
    """Where and in which form GeoReport is spoken here, and how an app is given a key."""
    told = {"unit": at.settings.unit_name, "hotline": at.settings.hotline_number}
    changed = at.georeport.changed.isoformat()
    endpoint = Endpoint(
        specification=SPECIFICATION,
        url=f"{at.settings.public_url.rstrip('/')}/hotline{BASE}",
        changeset=changed,
        type="production" if at.settings.production else "test",
        formats=["application/json"],
    )
    _ = at.speaker.words
    return Discovery(
        changeset=changed, contact=_(words.CONTACT, **told), key_service=_(words.KEYS, **told), endpoints=[endpoint]
    )


@router.get("/services.json")
async def services(at: At) -> list[Service]:
    """The kinds of report that are taken."""
    return [at.speaker.service(row) for row in at.offered]


@router.get("/services/{service_code}.json")
async def definition(service_code: str, at: At) -> Definition:
    """What else is asked for one: nothing."""
    return Definition(service_code=at.service(service_code).code, attributes=[])


@router.post("/requests.json", status_code=201, response_model=CreatedOnce, openapi_extra=FORM_BODY)
async def file_request(at: At, service: Door, once: Once) -> Response:
    """File a report: by the same command as the web form, and once, however often the same bytes come."""
    fields = fields_of(at.request.headers.get("content-type", ""), once.body)
    app = at.georeport.app(fields.get("api_key", ""), at.speaker.now.astimezone(VN).date())
    if app is None:
        raise Refused("api_key_invalid", "Send a valid api_key in the body.", status=403)
    at.check_jurisdiction(fields.get("jurisdiction_id", ""))
    if "service_code" not in fields:
        raise Refused("service_code_missing", "Send a service_code of services.json.", status=400)
    report = report_of(fields, at.service(fields["service_code"]), at.bounds)
    known, now = service.fingerprint(once.body), at.speaker.now
    repeat = Repeat.under(app, once.key) if once.key else Repeat.of(app, known, now, at.bounds.repeat_minutes)
    args = (report, repeat, once.policy, at.speaker, now)
    answer = await service.db.write(answer_once, repeat.scope, repeat.key, known, now, file, args)
    log.info("open311.answered", app=app)
    return Response(answer, status_code=201, media_type=JSON)


@router.get("/requests.json")
async def requests(
    at: At,
    service: Door,
    policy: Rules,
    service_request_id: Several,
    service_code: Several,
    status: Several,
    start_date: Given = "",
    end_date: Given = "",
    page: Given = "",
    page_size: Given = "",
) -> list[ServiceRequest]:
    """The reports of a time that a human has found to be reports, the newest first; or those of these numbers."""
    bounds, speaker = at.bounds, at.speaker
    if search.several(service_request_id):
        return await service.db.read(_numbered, search.numbers(service_request_id, bounds), speaker, policy)
    span = search.span(start_date, end_date, speaker.now, bounds)
    categories = search.categories(service_code, at.listed, [row.code for row in at.offered])
    rows, closed = search.rows(page, page_size, bounds), search.closed(status)
    return await service.db.read(_listed, span, categories, closed, rows, speaker, policy)


@router.get("/requests/{service_request_id}.json")
async def request(service_request_id: str, at: At, service: Door, policy: Rules) -> list[ServiceRequest]:
    """One report, as everybody may know it who knows its number."""
    found = await service.db.read(_numbered, search.numbers([service_request_id], at.bounds), at.speaker, policy)
    if not found:
        raise Refused("request_not_found", "No report has this number.", status=404)
    return found


@router.get("/servicerequestupdates.json")
async def updates(
    at: At, service: Door, start_date: Given = "", end_date: Given = "", page: Given = "", page_size: Given = ""
) -> list[Update]:
    """What happened in a time to the reports that lists show, the oldest first: mySociety's extension."""
    bounds, speaker = at.bounds, at.speaker
    span, rows = search.span(start_date, end_date, speaker.now, bounds), search.rows(page, page_size, bounds)
    return await service.db.read(_updates, span, at.listed, rows, speaker)


@router.get("/tokens/{token}.json")
async def token(token: str, at: At) -> list[Tokened]:
    """Which report a token stands for: none, since every number is told at once."""
    raise Refused("token_not_found", "Numbers are told at once: there are no tokens here.", status=404)


@router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
async def nothing(rest: str) -> Response:
    """What is not there; XML is not."""
    code = "json_only" if rest.endswith(".xml") else "no_such_resource"
    raise Refused(code, "There is nothing at this address: begin at discovery.json.", status=404)


def _numbered(session: Session, numbers: list[str], speaker: Speaker, policy: Policy) -> list[ServiceRequest]:
    return _told(session, complaints_by_number(session, numbers), speaker, policy) if numbers else []


def _told(session: Session, rows: list[Complaint], speaker: Speaker, policy: Policy) -> list[ServiceRequest]:
    """These reports, each with its answer where everybody may read it."""
    answered = [row.complaint_id for row in rows if row.answer_ref is not None]
    shown = published_texts(session, answered, public_categories(policy.rulebook, speaker.now)) if answered else {}
    return [speaker.request(row, shown.get(row.complaint_id)) for row in rows]


def _listed(
    session: Session,
    span: search.Span,
    categories: list[str],
    closed: bool | None,
    rows: search.Rows,
    speaker: Speaker,
    policy: Policy,
) -> list[ServiceRequest]:
    found = reports_filed(
        session,
        span.since,
        span.until,
        categories=categories,
        closed=closed,
        offset=rows.offset,
        limit=rows.limit,
    )
    return _told(session, found, speaker, policy)


def _updates(
    session: Session, span: search.Span, categories: list[str], rows: search.Rows, speaker: Speaker
) -> list[Update]:
    found = steps_of_reports(
        session, span.since, span.until, categories=categories, offset=rows.offset, limit=rows.limit
    )
    return [speaker.update(step) for step in found]
