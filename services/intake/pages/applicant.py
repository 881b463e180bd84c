"""Who applied, on the page of a dossier or of a filing: opened by a press of a key, and said to whoever may act on it.

It does not stand there at once. A page is opened many times a day by whoever works on it, and again after every step:
were each of these a reading, their record would no longer tell who looked somebody up, and what is read without consent
is watched over (Luật 91/2025/QH15, Điều 19.2). And a screen would show a name to whoever stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from services.intake.pages.procedures import spoken
from services.intake.rules.applicant import READERS
from services.intake.rules.earlier import Kind
from shared.tokens import Official
from shared.web.door import SignedInAs
from shared.web.language import N_, Words

OfDossier = Annotated[Official, SignedInAs(*READERS["dossier"])]
OfFiling = Annotated[Official, SignedInAs(*READERS["filing"])]
LABELS = {
    "full_name": N_("Họ và tên"),
    "phone": N_("Điện thoại"),
    "email": N_("Thư điện tử"),
    "address": N_("Địa chỉ"),
}
VIETNAMESE = ("full_name", "address")
"""What is Vietnamese on an English page too."""


def told_of(
    kind: Kind, address: str, who: Official, read: Mapping[str, str] | None, _: Words, *, step: str = ""
) -> dict[str, Any]:
    """What `part_applicant.html` shows to an official: nothing to whom it may not be read, the key that opens it, or
    what was read; `address` is the page's own, so that another language or a second look leads back to it. The key is a
    button of the form of this `step`, which stands open on the page: what is typed there is sent along."""
    said = [(_(words), _said(name, read[name], _)) for name, words in LABELS.items() if name in read] if read else []
    opened = {"applicant": said if read is not None else None}
    return {"reads": who.may(*READERS[kind]), "reads_at": address, "reads_with": step, **opened}


def _said(name: str, value: str, _: Words) -> str:
    return spoken(value, "", _.language) if name in VIETNAMESE else value
