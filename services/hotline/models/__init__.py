"""What is asked of hotline over HTTP, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.hotline.models.ladder import EscalationView
from services.hotline.rules import Channel, Conduct, Finding, Kind
from services.hotline.rules.clocks import Stands
from shared.events.answers import WithheldReason
from shared.events.hotline import Category, ClosingReason, Severity
from shared.texts import Code, DossierNumber, Email, Line, Name, Paragraph, Phone, one_line
from shared.worktime import Outcome

Purpose = Literal["triage", "answer", "verification", "supervision"]
"""What a text is read for; it is recorded."""
Link = Annotated[str, AfterValidator(one_line), StringConstraints(max_length=500, pattern=r"^https?://[^\s<>\"]+$")]
"""The address of a picture, which we do not fetch."""


class Asked(BaseModel):
    """Base of request bodies: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Reporter(Asked):
    """Who reports, when they want to be known. Without phone and e-mail they look the answer up by number and code."""

    full_name: Name
    phone: Phone | None = None
    email: Email | None = None


class NewComplaint(Asked):
    """A report. Anonymous when there is no reporter: it is taken all the same."""

    channel: Channel
    text: Paragraph
    place: Line | None = None
    reporter: Reporter | None = None
    dossier_number: DossierNumber | None = None


class AppReporter(Asked):
    """Who reports through an app, as far as the app says."""

    full_name: Name | None = None
    phone: Phone | None = None
    email: Email | None = None


class AppReport(Asked):
    """A report that an app hands over by Open311: what it says beside the text is kept with the text."""

    channel: Literal["web"] = "web"
    text: Paragraph
    place: Line | None = None
    reporter: AppReporter | None = None
    service_code: Category
    """What the app's user chose; what it is, a human says at triage."""
    lat: str | None = None
    long: str | None = None
    address_id: Line | None = None
    media_url: Link | None = None


class Receipt(BaseModel):
    """What the citizen is told: the number, the code that only they have, the date, and why that date."""

    complaint_id: str
    number: str
    receipt_code: str
    filed_at: datetime
    due_at: datetime
    due_because: list[str]
    notices: list[str]
    """What this line does not take, in one sentence each."""
    event_id: str
    event_sha256: str


class Triage(Asked):
    """What a human says that a report is."""

    kind: Kind
    category: Category
    severity: Severity


class Attribution(Asked):
    """Whose conduct a report is about. Kept apart; named in no event before verification."""

    official_id: Code
    conduct: Conduct


class Answer(Asked):
    """What the office answers the citizen."""

    text: Paragraph


class Verification(Asked):
    """What the check of a report about conduct found."""

    finding: Finding
    conduct: Conduct
    evidence: Paragraph


class Moved(BaseModel):
    """What a step did to a report. It never says whom the report is about."""

    complaint_id: str
    number: str
    status: str
    kind: Kind | None
    category: Category | None
    severity: Severity | None
    due_at: datetime
    due_because: list[str]
    acknowledge_by: datetime | None
    """For danger: until when somebody has to acknowledge it, on the wall clock."""
    attributed: bool
    outcome: Outcome | None
    finding: Finding | None
    notices: list[str] = Field(default_factory=list)
    event_id: str
    event_sha256: str


class ClockView(BaseModel):
    """A clock of a report: how it stands, and why it is due then."""

    code: str
    nth: int
    started_at: datetime
    due_at: datetime
    owed: bool
    """Whether it is late by itself; if not, it binds only who takes the step."""
    stands: Stands
    ended_at: datetime | None
    because: list[str]
    basis: str


class ComplaintView(BaseModel):
    """A report as officials see it: no text, no reporter, nobody named."""

    complaint_id: str
    number: str
    channel: str
    via: str | None
    """The message channel that handed it over."""
    status: str
    anonymous: bool
    entered_late: bool
    """Written on paper while the system was down, and entered afterwards: `filed_at` is when they called."""
    filed_at: datetime
    due_at: datetime
    due_because: list[str]
    kind: Kind | None
    category: Category | None
    severity: Severity | None
    triaged_at: datetime | None
    triaged_by: str | None
    acknowledge_by: datetime | None
    attributed: bool
    answered_at: datetime | None
    answered_by: str | None
    outcome: Outcome | None
    finding: Finding | None
    verified_at: datetime | None
    assignee: str | None
    """In whose hands it is; nobody's are the desk's."""
    assigned_at: datetime | None
    taken_up_at: datetime | None
    referred_at: datetime | None
    asked_at: datetime | None
    supplemented_at: datetime | None
    reopened: int
    reopened_at: datetime | None
    guided_at: datetime | None
    admitted_at: datetime | None
    body_asked: int
    closed_at: datetime | None
    closing_reason: ClosingReason | None
    used: int | None
    """How much is used up of the clock that is used up most, in whole percent; none when none runs."""
    clocks: list[ClockView]
    escalation: EscalationView | None
    """None once somebody has acknowledged it."""
    parts: list[str] = Field(default_factory=list)
    """The ids of the other parts of what was one report, of which this official may know."""
    lead: str | None = None
    """The id of the report that it is answered with, where this official may know of it."""
    erased: dict[str, date] = Field(default_factory=dict)
    """Of what was erased because its time was over (a field of its text, `reporter`, `files`): on which day that was. A
    list of reports leaves it out."""
    event_id: str


class ComplaintText(BaseModel):
    """What was written; reading it is recorded."""

    complaint_id: str
    text: str | None
    place: str | None
    dossier_number: str | None
    answer: str | None
    body: str | None = None
    """Where it was referred to."""
    told: str | None = None
    given_back: str | None = None
    question: str | None = None
    supplement: str | None = None
    unsettled: str | None = None
    rejection: str | None = None
    withdrawal: str | None = None
    """Why its reporter needs it no more."""
    guided_to: str | None = None
    """Whose it is to settle; beside it where that is, and what else the reporter is told."""
    guided_where: str | None = None
    guided_told: str | None = None
    separated: str | None = None
    """Why it is another matter than the report that it was merged into."""
    admission: str | None = None
    """The letter of the competent body."""
    service_code: Category | None = None
    """What the user of an app chose, and what it said of the place."""
    lat: str | None = None
    long: str | None = None
    address_id: str | None = None
    media_url: str | None = None
    files_not_taken: int | None = None
    """How many came with it above a budget of the day: ask for them. Beside it those that came later."""
    later_files_not_taken: int | None = None


class Attributed(BaseModel):
    """Whom a report is about; reading it is recorded."""

    complaint_id: str
    official_id: str
    conduct: Conduct


class PublicStatus(BaseModel):
    """Where a report is: nothing personal. The answer is there for the holder of the receipt code only."""

    number: str
    status: str
    kind: Kind | None
    filed_at: datetime
    due_at: datetime
    due_because: list[str]
    triaged_at: datetime | None
    referred_at: datetime | None = None
    answered_at: datetime | None
    outcome: Outcome | None
    answer: str | None
    body: str | None = None
    """Where it was referred to; beside it what the reporter is told."""
    told: str | None = None
    asked_at: datetime | None = None
    question: str | None = None
    """What the reporter is asked for."""
    reopened_at: datetime | None = None
    guided_at: datetime | None = None
    admitted_at: datetime | None = None
    guided_to: str | None = None
    """Whose it is to settle; beside it where that is, and what else the reporter is told."""
    guided_where: str | None = None
    guided_told: str | None = None
    closed_at: datetime | None = None
    closing_reason: ClosingReason | None = None
    rejection: str | None = None
    """Why it was rejected."""
    withdrawal: str | None = None
    """Why the reporter withdrew it."""
    published_at: datetime | None = None
    """When its answer was opened to everybody; none while it is not."""
    withheld: WithheldReason | None = None
    """Why it is kept from the public, for the holder of the receipt code only; beside it when somebody looks again."""
    review_by: datetime | None = None
    notices: list[str] = Field(default_factory=list)
    erased: dict[str, date] = Field(default_factory=dict)
    """For the holder of the receipt code: which of these texts were erased because their time was over, and on which
    day that was."""
    parts: list[str] = Field(default_factory=list)
    """For the holder of the receipt code: the numbers of the other parts, which the same code opens."""
    merged_into: str | None = None
    """For the holder of the receipt code: the number of the report that it is answered with."""
