"""What intake shows of the citizen's own declarations: a form and its places, and nobody's answers."""

from __future__ import annotations

from pydantic import BaseModel

from services.intake.models.views import LawView


class ChoiceView(BaseModel):
    """One of the answers that a field offers."""

    code: str
    label: str
    label_en: str


class FieldView(BaseModel):
    """A place to write in, and how it is written. `sample` is what an invented family wrote, of a choice its code."""

    key: str
    kind: str
    label: str
    label_en: str
    hint: str
    hint_en: str
    sample: str
    required: bool
    """The office asks for it; a form may be printed without it."""
    max_length: int
    in_words: bool
    """The form wants the day in words too."""
    choices: list[ChoiceView]


class SectionView(BaseModel):
    """Fields under one title, so many times."""

    title: str
    title_en: str
    lead: str
    lead_en: str
    times: int
    fields: list[FieldView]


class SignerView(BaseModel):
    """Who signs; `identified` where the form wants name and number below the signature."""

    name: str
    name_en: str
    identified: bool


class DeclarationView(BaseModel):
    """The form of a procedure, for whoever lets people fill it in elsewhere."""

    code: str
    form: str
    """Its sign in its circular, such as CT01; empty where we have not read one."""
    title: str
    title_en: str
    procedure: str
    version: str
    paper: str | None
    """The procedure's paper that it stands for."""
    addressee: str
    legal: list[LawView]
    confidence: str
    unconfirmed: bool
    """The form in force was not seen: whoever shows it says so."""
    sections: list[SectionView]
    pledge: list[str]
    pledge_en: list[str]
    signers: list[SignerView]
