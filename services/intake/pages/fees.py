"""What a citizen pays: what is published of it, and what was paid at the counter while they wait."""

from __future__ import annotations

from typing import Any

from services.intake.models import FeePaid
from services.intake.pages import view
from services.intake.pages.blanks import BASIS, CITE, Blank, read_blank
from services.intake.rulebook import Catalogue, Procedure
from services.intake.rules import fee_basis, the_fee
from shared.web.forms import Form
from shared.web.language import N_, Words

FEE = "fee"
BLANK = Blank(
    FeePaid,
    {"amount": N_("số tiền"), "paid_by": N_("cách nộp"), "basis": BASIS},
    shapes={"basis": CITE},
)
"""Its fields are named `fee-FIELD`, in the form that receives."""


def ways_of(_: Words) -> list[tuple[str, str]]:
    """How something can be paid, for `ui.select`."""
    return [(code, _(words)) for code, words in view.PAID.items()]


def at_counter(procedure: Procedure, catalogue: Catalogue, _: Words) -> dict[str, Any]:
    """Whether it may be paid while the citizen waits, how, and by which act where the catalogue names one."""
    asked = procedure.at_one_sitting and not procedure.is_free
    act = fee_basis(procedure, "counter", catalogue.laws_of(procedure))
    return {"paid_at_once": asked, "paid_ways": ways_of(_), "fee_act": act}


def paid_of(form: Form, procedure: Procedure | None, _: Words) -> tuple[FeePaid | None, dict[str, str]]:
    """What was typed as paid while the citizen waits, if anything was and the page asked for it; or what is wrong with
    it, by field. Whoever promises a date asks for the payment later."""
    typed = Form({name: several for name, several in form.values.items() if name.startswith(f"{FEE}-")})
    if procedure is None or not (procedure.at_one_sitting and typed.typed_in(FEE)):
        return None, {}
    if form["do"] != "return":
        wait = _("Tiền thu tại quầy chỉ ghi khi trả ngay. Hãy để trống, rồi yêu cầu nộp tiền ở trang của hồ sơ.")
        return None, {f"{FEE}-amount": wait}
    bodies, errors = read_blank(BLANK, FEE, typed, _)
    return next((body for body in bodies if isinstance(body, FeePaid)), None), errors


def to_ask(procedure: Procedure | None, channel: str, catalogue: Catalogue) -> dict[str, str]:
    """What the form that asks for a payment is filled with: the amount that is published, where there is one, and the
    act that sets it, where it is known."""
    if procedure is None or (fee := the_fee(procedure, channel)) is None:
        return {}
    act = fee_basis(procedure, channel, catalogue.laws_of(procedure))
    return {"ask_fee-amount": str(fee.amount), **({"ask_fee-basis": act} if act else {})}
