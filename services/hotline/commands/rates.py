"""Settlement rates, published for everybody."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from sqlmodel import Session

from services.hotline.models.rates import CategoryRate, SettlementRates
from services.hotline.rules import rates
from services.hotline.rules.months import month_at, months_until
from services.hotline.rules.rates import PUBLISHED, Rate, Settled
from services.hotline.settings import Policy
from services.hotline.tables.rates import settled_in
from shared.errors import Refused
from shared.worktime import VN

NOTHING = dict.fromkeys((*Settled.__dataclass_fields__, "answered"))


def settlement_rates(session: Session, month: str | None, policy: Policy, now: datetime) -> SettlementRates:
    """The rates of a month (`2026-05`; the last whole one when left out). Raises Refused `month_not_found` (404) for
    one that is not published, `no_rule_in_force` (422)."""
    rule = policy.risks.publishes(now.astimezone(VN).date())
    if rule is None:
        raise Refused("no_rule_in_force", "No rule says on this day what is published.", status=422)
    months = {f"{first:%Y-%m}": first for first in months_until(now, rule.months)}
    wanted = month or [*months][min(1, len(months) - 1)]
    if wanted not in months:
        raise Refused("month_not_found", "No numbers of this month are published.", status=404)
    found = rates.rates(_counted(session, months[wanted], now), rule)
    return SettlementRates(month=wanted, months=[*months], least=rule.least, rates=[_published(each) for each in found])


def _counted(session: Session, first: date, now: datetime) -> list[Settled]:
    return settled_in(session, *month_at(first), now, categories=PUBLISHED)


def _published(rate: Rate) -> CategoryRate:
    counted = asdict(rate.counted) | {"answered": rate.counted.answered} if rate.counted else NOTHING
    shares = {"settled_percent": rate.settled_percent, "on_time_percent": rate.on_time_percent}
    return CategoryRate.model_validate(counted | {"category": rate.category} | shares)
