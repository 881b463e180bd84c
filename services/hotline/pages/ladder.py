"""Who was told of a danger that nobody has acknowledged, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping

from services.hotline.tables import Escalation
from shared.web.language import N_, Words


def told_row(told: Escalation | None, names: Mapping[str, str], words: Words) -> dict[str, object] | None:
    """How often, when last and next, and who; nothing once somebody has acknowledged it."""
    if told is None:
        return None
    who = ", ".join(names.get(each, each) for each in told.told)
    if told.told_ref is not None:
        who = words(N_("người không liên quan, tên giữ kín"))
    return {
        "times": told.times,
        "at": told.escalated_at,
        "next": told.next_at,
        "who": who or words(N_("chưa có ai để báo")),
    }
