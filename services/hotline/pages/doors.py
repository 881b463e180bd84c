"""What hotline's pages share: the policy, the report form, and a way to run a command without losing what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends
from pydantic import BaseModel, ValidationError

from services.hotline.models import NewComplaint, Reporter
from services.hotline.pages.words import CHOSEN, LABELS, SHAPES
from services.hotline.rulebook import NoticeCode
from services.hotline.rulebook.guidance import load as load_bodies
from services.hotline.rules import Channel
from services.hotline.settings import Policy
from shared.doors import policy_of
from shared.texts import DossierNumber, Email, Line, Name, Paragraph, Phone
from shared.web.forms import Form, field_errors
from shared.web.language import N_, Words
from shared.worktime import VN

Rules = Annotated[Policy, Depends(policy_of)]


class Typed(BaseModel):
    """The report form as it is typed."""

    text: Paragraph
    place: Line | None = None
    who: Literal["named", "anonymous"]
    full_name: Name | None = None
    phone: Phone | None = None
    email: Email | None = None
    dossier_number: DossierNumber | None = None


def report_of(form: Form, channel: Channel, words: Words) -> tuple[NewComplaint | None, Mapping[str, str]]:
    """The report that this form makes, or what is wrong with it. An anonymous one keeps no name that was typed."""
    try:
        typed = Typed.model_validate(form.data())
    except ValidationError as error:
        return None, wrong_fields(error, form, words)
    if typed.who == "named" and typed.full_name is None:
        return None, {"full_name": words(N_("Hãy nhập họ và tên, hoặc chọn không nêu tên."))}
    reporter = None
    if typed.who == "named" and typed.full_name is not None:
        reporter = Reporter(full_name=typed.full_name, phone=typed.phone, email=typed.email)
    body = NewComplaint(
        channel=channel, text=typed.text, place=typed.place, reporter=reporter, dossier_number=typed.dossier_number
    )
    return body, {}


def wrong_fields(
    error: ValidationError, form: Form, words: Words, names: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What is wrong, one sentence a field of the page; `names` say what a field of the model is called there."""
    wrong = field_errors(error, words, LABELS)
    wrong |= {name: words(SHAPES[name]) for name in wrong if name in SHAPES and form[name]}
    on_page = {(names or {}).get(field, field): sentence for field, sentence in wrong.items()}
    chosen = {(names or {}).get(field, field): field for field in CHOSEN}
    blank = {
        name: words(N_("Hãy chọn %(label)s."), label=words(LABELS[chosen[name]])) for name in on_page if name in chosen
    }
    return on_page | {name: sentence for name, sentence in blank.items() if not form[name]}


def notice(policy: Policy, code: NoticeCode, now: datetime, words: Words) -> str:
    """A sentence of the law, in the reader's language."""
    found = policy.rulebook.notice(code, now.astimezone(VN).date())
    return "" if found is None else found.vi if words.language == "vi" else found.en


def emergencies(policy: Policy, now: datetime, words: Words) -> list[tuple[str, str]]:
    """The numbers for people in danger: (number, who answers there), in the reader's language."""
    rows = policy.calls.emergencies(now.astimezone(VN).date())
    return [(row.number, row.vi if words.language == "vi" else row.en) for row in rows]


def issuers(now: datetime, words: Words) -> list[tuple[str, str]]:
    """Against whose decision or act a khiếu nại may go: (value, words)."""
    rows = load_bodies().all_on(now.astimezone(VN).date())
    return [(row.code, row.vi if words.language == "vi" else row.en) for row in rows]


def accused_kinds(policy: Policy, now: datetime, words: Words) -> list[tuple[str, str]]:
    """Whom a denunciation may be about: (value, words)."""
    rows = policy.denunciations.all_on(now.astimezone(VN).date())
    return [(row.code, row.vi if words.language == "vi" else row.en) for row in rows]


def options(labels: Mapping[str, str], words: Words) -> list[tuple[str, str]]:
    """Choices for a form: (value, words)."""
    return [(value, words(label)) for value, label in labels.items()]
