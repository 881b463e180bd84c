"""Which declaration a procedure has. Pure."""

from __future__ import annotations

from datetime import date

from services.intake.rulebook import Catalogue, Procedure
from services.intake.rulebook.declarations import Declaration, Declarations
from services.intake.rules.receiving import procedure_for
from shared.errors import Refused


def declaration_for(
    catalogue: Catalogue, declarations: Declarations, code: str, day: date
) -> tuple[Procedure, Declaration]:
    """The procedure and its form, both in force on a day. Raises Refused `unknown_procedure`, `declaration_not_found`
    (404)."""
    procedure = procedure_for(catalogue, code, day)
    found = declarations.in_force(code, day)
    if found is None:
        detail = f"There is no form of {code} here: the counter has it, or the portal."
        raise Refused("declaration_not_found", detail, status=404)
    return procedure, found
