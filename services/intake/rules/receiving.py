"""A dossier is received: which procedure, which papers, and the date that is promised."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.intake.rulebook import Catalogue, Procedure
from shared.errors import Refused
from shared.events.intake import Channel, DossierReceived
from shared.worktime import ONLINE_HOURS, VN, Calendar, Promise, promise
from shared.worktime.promises import receipt_of

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def procedure_for(catalogue: Catalogue, code: str, day: date, received: date | None = None) -> Procedure:
    """The version in force on a day, with the unit's own promise of the day of receipt: the same, unless it is given.
    Raises Refused `unknown_procedure` (404)."""
    found = catalogue.in_force(code, day, received)
    if found is None:
        detail = f"No procedure {code} is in force on {day.isoformat()}: see /intake/procedures."
        raise Refused("unknown_procedure", detail, status=404)
    return found


def promised(
    procedure: Procedure,
    received_at: datetime,
    calendar: Calendar,
    variant: str | None = None,
    online_at: datetime | None = None,
) -> Promise:
    """What is promised to whoever brings a complete dossier at this moment: what the law says, or the unit's own time
    where that is sooner. What arrived online in the last working hour of a day counts from the next (NĐ 297/2025).
    Raises Refused `date_out_of_range`, `unknown_variant` (422)."""
    day_of(received_at)
    check_variant(procedure, variant)
    if online_at is not None:
        calendar = online(calendar, online_at, received_at)
    return soonest(promise(limit, received_at, calendar) for limit in procedure.limits(variant))


def online(calendar: Calendar, arrived: datetime, received_at: datetime) -> Calendar:
    """The calendar of what arrived online and is received before its time has begun; else the usual one."""
    hours = replace(calendar, hours=ONLINE_HOURS)
    minute = arrived.astimezone(VN).replace(second=0, microsecond=0)
    return hours if receipt_of(minute, hours).to > received_at else calendar


def soonest(promises: Iterable[Promise]) -> Promise:
    """The first of the promises that are due first."""
    return min(promises, key=lambda each: each.due_at)


def check_variant(procedure: Procedure, variant: str | None) -> None:
    """Raises Refused `unknown_variant` (422) for a kind of case that the procedure does not know."""
    known = [each.code for each in procedure.variants]
    if variant is not None and variant not in known:
        kinds = f"these kinds of case: {', '.join(known)}" if known else "one kind of case"
        raise Refused("unknown_variant", f"{procedure.code} knows {kinds}.", status=422)


def true_time(given: datetime | None, now: datetime, days: int) -> datetime:
    """When it was received: now, or when the paper says. Raises Refused `not_in_the_past`, `too_long_ago` (422)."""
    if given is None:
        return now
    day_of(given)
    if given >= now:
        raise Refused("not_in_the_past", "What comes from paper, or from the portal, came before now.", status=422)
    if given < now - timedelta(days=days):
        detail = f"What comes from paper, or from the portal, is entered within {days} days."
        raise Refused("too_long_ago", detail, status=422, days=days)
    return given


def check_open(procedure: Procedure) -> None:
    """Raises Refused `not_at_the_counter`: what the counter received, everybody would hear of (Luật 25/2018)."""
    if procedure.restricted:
        detail = (
            "A denunciation is not received as a dossier, which would be an open fact: it is sent in writing, "
            "or told in person, to whoever is competent."
        )
        raise Refused("not_at_the_counter", detail)


def check_one_sitting(procedure: Procedure, channel: str) -> None:
    """Raises Refused `not_at_one_sitting` (422): not at all, or not for whoever is not there."""
    if channel != "counter":
        raise Refused("not_at_one_sitting", "Only at the counter does a citizen wait for the result.", status=422)
    if not procedure.at_one_sitting:
        detail = f"{procedure.code} is not done while the citizen waits: receive it, and promise a date."
        raise Refused("not_at_one_sitting", detail, status=422)


def day_of(moment: datetime) -> date:
    """The office's day of a moment. Raises Refused `date_out_of_range` (422)."""
    try:
        day = moment.astimezone(VN).date()
    except OverflowError:  # the first and the last hours of the calendar have no local time here
        day = date.min
    if not EARLIEST <= day < LATEST:
        raise Refused("date_out_of_range", "Give a date between 2000 and 2100.", status=422)
    return day


def check_channel(procedure: Procedure, channel: str) -> None:
    """Raises Refused `channel_not_accepted` (422)."""
    if channel not in procedure.channels:
        ways = ", ".join(sorted(procedure.channels))
        raise Refused("channel_not_accepted", f"{procedure.code} is received by: {ways}.", status=422)


def check_papers(procedure: Procedure, papers: Collection[str]) -> None:
    """Raises Refused `unknown_paper` or `papers_missing` (422) with all that is missing, at once."""
    check_known(procedure, papers)
    if missing := [paper.code for paper in procedure.papers if paper.required and paper.code not in papers]:
        detail = f"The dossier is not complete, missing: {', '.join(missing)}."
        raise Refused("papers_missing", detail, status=422, missing=missing)


def check_known(procedure: Procedure, papers: Collection[str]) -> None:
    """Raises Refused `unknown_paper` (422)."""
    if unknown := sorted(set(papers) - {paper.code for paper in procedure.papers}):
        raise Refused("unknown_paper", f"{procedure.code} does not ask for: {', '.join(unknown)}.", status=422)


def check_asked(asked: Collection[str], papers: Collection[str]) -> None:
    """Whether all that was asked for is there. Raises Refused `papers_missing` (422) with all that is still missing."""
    if missing := sorted(set(asked) - set(papers)):
        detail = f"Not all that was asked for is there, missing: {', '.join(missing)}."
        raise Refused("papers_missing", detail, status=422, missing=missing)


def receive(
    procedure: Procedure,
    due: Promise,
    *,
    dossier_id: str,
    number: str,
    channel: Channel,
    papers: Collection[str],
    applicant_ref: str,
    lookup_sha256: str,
    received_by: str,
    now: datetime,
    variant: str | None = None,
    at_one_sitting: bool = False,
    entered_late: bool = False,
    filing_id: str | None = None,
    taken_over: bool = False,
    at_door: bool = False,
    booking_id: str | None = None,
) -> DossierReceived:
    """A complete dossier is received and its date promised. Raises what the checks raise."""
    check_open(procedure)
    check_channel(procedure, channel)
    check_papers(procedure, papers)
    return DossierReceived(
        dossier_id=dossier_id,
        number=number,
        procedure=procedure.code,
        procedure_version=procedure.version,
        channel=channel,
        papers=sorted(set(papers)),
        applicant_ref=applicant_ref,
        lookup_sha256=lookup_sha256,
        received_at=now.astimezone(VN),
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        received_by=received_by,
        department=procedure.department,
        variant=variant,
        at_one_sitting=at_one_sitting,
        entered_late=entered_late,
        filing_id=filing_id,
        taken_over=taken_over,
        at_door=at_door,
        booking_id=booking_id,
    )
