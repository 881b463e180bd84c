"""The reports that wait for triage, at the desk."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.hotline.commands.undecided import SHOWN, hot_categories, undecided_now
from services.hotline.models.undecided import UndecidedView
from services.hotline.pages.desk import DESK, At, AtDesk, Desk
from services.hotline.pages.words import CATEGORIES, CHANNELS
from services.hotline.tables.undecided import count_undecided
from shared.web.language import N_
from shared.worktime import VN

router = APIRouter()


@router.get("/desk/undecided")
async def undecided(desk: At, who: AtDesk) -> Response:
    """What nobody has triaged, in the order in which it is looked at, and why it stands where it does."""
    now, _ = desk.service.clock.now(), desk.words
    found = await desk.service.db.read(undecided_now, who.id, desk.policy, now)
    hidden = max(0, await desk.service.db.read(count_undecided) - SHOWN) if len(found) == SHOWN else 0
    hot = hot_categories(desk.policy, now)
    signs = [row for row in desk.policy.first_look.on(now.astimezone(VN).date()) if row.code in (*hot, "danger")]
    reasons = [
        (
            _(N_("có thể nguy hiểm")) if row.code == "danger" else _(CATEGORIES[row.code]),
            ", ".join(row.words),
            row.basis,
        )
        for row in signs
    ]
    return desk.render("undecided.html", rows=[_row(each, desk) for each in found], hidden=hidden, reasons=reasons)


def _row(report: UndecidedView, desk: Desk) -> dict[str, object]:
    _ = desk.words
    why = [_(CHANNELS[report.channel])]
    if report.danger:
        why.append(_(N_("có thể nguy hiểm")))
    if report.hot:
        why.append(_(N_("việc nóng: %(category)s"), category=_(CATEGORIES[report.hot])))
    if report.used is not None:
        why.append(_(N_("đã dùng %(n)s phần trăm thời hạn"), n=report.used))
    return {
        "what": report.number,
        "href": f"{DESK}/{report.complaint_id}",
        "who": " · ".join(why),
        "due": report.due_at,
        "state": "near" if report.danger else "",
        "status": _(N_("chờ phân loại")),
    }
