"""The objects of the standard, in JSON as its Spark convention writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, RootModel

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
State = Literal["open", "closed"]


class Service(BaseModel):
    """A kind of report that is taken."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: Literal["realtime"]
    keywords: str
    group: str


class Definition(BaseModel):
    """What else is asked for a service: nothing."""

    service_code: str
    attributes: list[dict[str, str]]


class ServiceRequest(BaseModel):
    """What everybody may know of a report: where it is and its published answer, and never what was reported, by whom
    or from where."""

    service_request_id: str
    status: State
    status_notes: str
    service_name: str
    service_code: str | None
    description: str | None
    agency_responsible: str
    service_notice: str
    requested_datetime: str
    updated_datetime: str
    expected_datetime: str
    address: str | None = None
    address_id: str | None = None
    zipcode: str | None = None
    lat: float | None = None
    long: float | None = None
    media_url: str | None = None


class Update(BaseModel):
    """Something that happened to a report: mySociety's extension (Open311 FMS, GET Service Request Updates)."""

    update_id: str
    service_request_id: str
    status: State
    updated_datetime: str
    description: str
    media_url: str | None = None


class Created(BaseModel):
    """A report that was just filed."""

    service_request_id: str
    service_notice: str
    account_id: None = None


class CreatedOnce(RootModel[list[Created]]):
    """The answer to POST: a list of one."""


class Tokened(BaseModel):
    """Which report a token stood for."""

    service_request_id: str
    token: str


class Endpoint(BaseModel):
    """Where a version of the standard is spoken."""

    specification: str
    url: str
    changeset: str
    type: Literal["production", "test"]
    formats: list[str]


class Discovery(BaseModel):
    """Where to begin."""

    changeset: str
    contact: str
    key_service: str
    endpoints: list[Endpoint]
