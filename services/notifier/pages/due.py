"""What is due and who is to act: overdue first, then today, then later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fastapi import Request, Response
from sqlmodel import Session

from services.notifier.commands.reading import SEE_ALL, follow_ups_seen_by, left_to_take
from services.notifier.models import FollowUpView
from services.notifier.pages.doors import Someone, page_router
from services.notifier.pages.words import DUE_STATES, GROUPS, KINDS
from services.notifier.tables.people import names
from shared.doors import Door
from shared.tokens import Official
from shared.web.door import DESK_NAV, Web
from shared.web.language import N_, Words
from shared.worktime import VN

router = page_router()
HOME = "/notifier/"
OFFICES = (N_("Không có việc nào chờ"), N_("Danh sách này có việc của cả xã, việc quá hạn trước."))
ONES_OWN = (
    N_("Không có việc nào chờ riêng Ông/Bà"),
    N_("Danh sách này chỉ có việc đứng tên Ông/Bà, việc quá hạn trước; việc chưa có người nhận không hiện ở đây."),
)
"""What an empty list says, and whose work it would hold."""
PILL = {"overdue": "late", "today": "near", "later": ""}


@router.get("/")
async def due(request: Request, web: Web, service: Door, who: Someone) -> Response:
    """The list of what is due: for heads and leaders all of it, for others their own."""
    now, _ = service.clock.now(), web.words(request)
    views, known, waiting = await service.db.read(_due, who, now)
    rows = {group: [_row(each, group, known, _) for each in views if _group(each, now) == group] for group in GROUPS}
    groups = [(_(title), rows[group], _(nothing)) for group, (title, nothing) in GROUPS.items()]
    empty = OFFICES if who.may(*SEE_ALL) else ONES_OWN
    return web.render(
        request, "due.html", nav=DESK_NAV, here=HOME, groups=groups, nothing=not views, empty=empty, waiting=waiting
    )


def _due(session: Session, who: Official, now: datetime) -> tuple[list[FollowUpView], dict[str, str], int]:
    return follow_ups_seen_by(session, who, "open", now), names(session), left_to_take(session, who)


def _group(view: FollowUpView, now: datetime) -> str:
    if view.due_at < now:
        return "overdue"
    return "today" if view.due_at.astimezone(VN).date() == now.astimezone(VN).date() else "later"


def _row(view: FollowUpView, group: str, known: Mapping[str, str], _: Words) -> dict[str, object]:
    who = known.get(view.official_id or "") or known.get(view.department or "")
    if view.kind == "flag_explanation":
        who = None
    elif view.kind == "filing_answer":
        who = _(N_("chưa tiếp nhận · %(department)s"), department=who) if who else _(N_("chưa tiếp nhận"))
    elif view.official_id is None:
        who = _(N_("chưa có người nhận · %(department)s"), department=who) if who else _(N_("chưa có người nhận"))
    return {
        "what": f"{_(KINDS[view.kind])} {view.case_number}",
        "href": address_of(view),
        "who": who,
        "due": view.due_at,
        "state": PILL[group],
        "status": _(DUE_STATES[group]),
    }


def address_of(view: FollowUpView) -> str:
    """Where the case itself is worked on."""
    return {
        "result_date": f"/intake/counter/{view.case_id}",
        "complaint_answer": f"/hotline/desk/{view.case_id}",
        "flag_explanation": f"/notifier/flags/{view.case_id}",
        "filing_answer": f"/intake/counter/filings/{view.case_id}",
    }[view.kind]
