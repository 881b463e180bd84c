"""Why the date of a dossier is another one than its receipt says: each change of it, with its day and its reason."""

from __future__ import annotations

from datetime import datetime

from services.intake.models import DateMoved, Printed
from services.intake.pages import standing, view
from shared.events.intake import (
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierRescheduled,
    DossierSupplemented,
)
from shared.web.language import Words
from shared.web.words import plain_day


def why_moved(printed: Printed, _: Words) -> list[str]:
    """A sentence for each change, in order; nothing while the date on the receipt holds, or while none does."""
    if printed.status in standing.DATE_SET_ASIDE or printed.due_at == printed.fact.due_at:
        return []
    return [_sentence(fact, at, _) for fact, at in printed.moved]


def _sentence(fact: DateMoved, at: datetime, _: Words) -> str:
    day = plain_day(at, _.language)
    match fact:
        case DossierRescheduled(reason_code=reason):
            return _("Ngày %(day)s, đã xin lỗi và hẹn lại: %(reason)s.", day=day, reason=_(view.REASONS[reason]))
        case DossierSupplemented():
            return _("Ngày %(day)s, đã nhận đủ giấy tờ bổ sung: ngày hẹn được tính lại.", day=day)
        case DossierDeadlineSuspended(basis=act, first_day=first, last_day=last):
            first_day, last_day = plain_day(first, _.language), plain_day(last, _.language)
            return _(
                "Ngày %(day)s, ngày hẹn chuyển về sau: thời hạn tạm dừng theo %(act)s từ %(first)s đến hết %(last)s.",
                day=day,
                act=act,
                first=first_day,
                last=last_day,
            )
        case DossierDateGivenBack(basis=act):
            return _("Ngày %(day)s, ngày hẹn sớm trở lại: tạm dừng thời hạn theo %(act)s là ghi sai.", day=day, act=act)
