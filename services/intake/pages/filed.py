"""A filing online as pages show it: values in, words in the reader's language out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from services.intake.pages import procedures, standing, view
from services.intake.pages.doors import COUNTER
from services.intake.rulebook import Procedure
from services.intake.rules import FilingStatus
from services.intake.settings import Policy
from services.intake.tables import Filing, filing_by_portal_number
from shared.events import Event, Recorded, filing
from shared.web.language import N_, Words
from shared.worktime import VN, Promise

FILINGS = f"{COUNTER}/filings"
A_NUMBER = "G22.99.01-260605-000123"
"""A number of the portal, by example."""
REFUSAL_REASONS = {
    "not_competent": N_("không thuộc thẩm quyền của xã"),
    "not_eligible": N_("không đủ điều kiện"),
    "papers_missing": N_("còn thiếu giấy tờ"),
    "papers_invalid": N_("giấy tờ không còn giá trị"),
    "filed_twice": N_("đã nộp một hồ sơ như vậy"),
}
STATES: Mapping[FilingStatus, str] = {
    FilingStatus.REGISTERED: N_("Mới đăng ký"),
    FilingStatus.ACCEPTED: N_("Đã tiếp nhận"),
    FilingStatus.REFUSED: N_("Không tiếp nhận"),
    FilingStatus.SUPPLEMENT_AWAITED: N_("Chờ bổ sung giấy tờ"),
    FilingStatus.WITHDRAWN: N_("Đã rút hồ sơ"),
    FilingStatus.CLOSED: N_("Đã khép lại"),
}
TOPS: Mapping[FilingStatus, tuple[str, str]] = {
    FilingStatus.REGISTERED: (N_("Trả lời người dân chậm nhất"), N_("Hạn trả lời người dân đã qua:")),
    FilingStatus.SUPPLEMENT_AWAITED: (N_("Chờ giấy tờ bổ sung, chậm nhất"), N_("Hạn bổ sung giấy tờ đã qua:")),
    FilingStatus.ACCEPTED: (N_("Đã tiếp nhận thành hồ sơ"), N_("Đã tiếp nhận thành hồ sơ")),
    FilingStatus.REFUSED: (N_("Đã từ chối tiếp nhận"), N_("Đã từ chối tiếp nhận")),
    FilingStatus.WITHDRAWN: (N_("Người dân đã rút"), N_("Người dân đã rút")),
    FilingStatus.CLOSED: (N_("Đã khép lại vì quá hạn bổ sung"), N_("Đã khép lại vì quá hạn bổ sung")),
}
"""What a page says first, before the day; and once that has passed."""
IN_LIST: Mapping[FilingStatus, tuple[str, str]] = {
    FilingStatus.REGISTERED: (N_("trả lời trước"), N_("đã hết hạn trả lời")),
    FilingStatus.SUPPLEMENT_AWAITED: (N_("bổ sung chậm nhất"), N_("đã hết hạn bổ sung")),
    FilingStatus.ACCEPTED: (N_("đã tiếp nhận"), N_("đã tiếp nhận")),
    FilingStatus.REFUSED: (N_("đã từ chối"), N_("đã từ chối")),
    FilingStatus.WITHDRAWN: (N_("đã rút"), N_("đã rút")),
    FilingStatus.CLOSED: (N_("đã khép lại"), N_("đã khép lại")),
}
"""The same in the line of a list."""


def address_of(session: Session, number: str) -> str | None:
    """The page of the filing that the portal calls so, however that was typed."""
    typed = re.sub(r"\s", "", number).upper()[:40]
    row = filing_by_portal_number(session, typed) if typed.isprintable() else None
    return f"{FILINGS}/{row.filing_id}" if row is not None else None


def version_of(row: Filing, policy: Policy, at: datetime) -> Procedure | None:
    """The procedure as it is in force at a moment: it is received, and asked for papers, by that. Where none is, as it
    was when the citizen filed; none when the catalogue has forgotten it."""
    days = at.astimezone(VN).date(), date.fromisoformat(row.procedure_version)
    return next((each for day in days if (each := policy.catalogue.in_force(row.procedure, day))), None)


def names_of(row: Filing, policy: Policy, _: Words) -> list[str]:
    """The papers that are awaited, as a sentence calls them, by the version by which they were asked for."""
    asked = version_of(row, policy, row.asked_at) if row.asked_at else None
    return standing.names_of(asked, row.asked_papers or [], _.language)


def waited_for(row: Filing, facts: Sequence[Recorded[Event]]) -> Promise | None:
    """The time that is running, with its arithmetic: the office's to answer, or the citizen's to send papers; none once
    it came to its end."""
    if row.status == FilingStatus.REGISTERED:
        return Promise.from_data(row.answer_by_arithmetic)
    if row.status == FilingStatus.SUPPLEMENT_AWAITED:
        for fact in reversed(facts):
            if isinstance(fact.event, filing.FilingSupplementRequested):
                return Promise.from_data(fact.event.supplement_by_arithmetic)
    return None


def top_of(row: Filing, now: datetime, _: Words) -> standing.Top:
    """What its page says first."""
    status, at = FilingStatus(row.status), row.leads_to
    words, past = TOPS.get(status, (STATES[status],) * 2)
    return standing.Top(_(past if now > at else words), at, now > at)


def in_list(status: FilingStatus, leads_to: datetime, now: datetime, _: Words) -> str:
    """What a list says before the moment that a filing leads to."""
    words, past = IN_LIST[status]
    return _(past if now > leads_to else words)


def state_of(row: Filing, now: datetime, _: Words) -> view.State:
    """How it stands now: late is what the office has not answered in its time, near what nobody has looked at in two
    working hours, and what the citizen has still to send."""
    status = FilingStatus(row.status)
    if status is FilingStatus.SUPPLEMENT_AWAITED:
        return view.State("near", _(STATES[status]), "")
    if status is not FilingStatus.REGISTERED:
        return view.State("done", _(STATES[status]), "")
    if now > row.answer_by:
        return view.State("late", _("Đã quá hạn trả lời"), "")
    if now > row.look_by:
        return view.State("near", _("Quá giờ xem, chưa trả lời"), "")
    return view.State("", _(STATES[status]), "")


def row_of(row: Filing, now: datetime, policy: Policy, _: Words) -> dict[str, Any]:
    """As the counter lists it, for `ui.due_table`."""
    state = state_of(row, now, _)
    return {
        "what": row.portal_number,
        "href": f"{FILINGS}/{row.filing_id}",
        "who": procedures.title_of(policy.catalogue, row.procedure, row.filed_at, _.language),
        "due": row.leads_to,
        "state": state.colour,
        "status": state.status,
    }
