"""Forms: read them with limits, keep what was typed, say what is wrong in plain words, and never file twice."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from shared.errors import Refused
from shared.texts import nfc
from shared.web.language import FROM_PAGE, N_
from shared.web.posted import SLOWEST, Pace, parts_of
from shared.web.security import AT_DESK, check_csrf
from shared.web.words import upper_first

_ONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
TYPED_BY, TRIED = "typed_by", "tried"
"""Fields of a form: the official whose page it stands on, and which of several forms its page is to show open."""
_OWN_FIELDS = frozenset({"csrf", "once", FROM_PAGE, TYPED_BY, TRIED})
_NEVER_SHOWN_AGAIN = re.compile(r"password|passphrase|otp|pin", re.IGNORECASE)

SENTENCES = {
    "missing": N_("Hãy nhập %(label)s."),
    "string_too_short": N_("%(label)s cần ít nhất %(n)s ký tự."),
    "string_too_long": N_("%(label)s dài quá %(n)s ký tự: hãy viết ngắn lại."),
    "greater_than_equal": N_("%(label)s phải từ %(n)s trở lên."),
    "less_than_equal": N_("%(label)s phải từ %(n)s trở xuống."),
    "greater_than": N_("%(label)s phải lớn hơn %(n)s."),
    "less_than": N_("%(label)s phải nhỏ hơn %(n)s."),
    "too_short": N_("Hãy chọn ít nhất %(n)s mục: %(label)s."),
    "too_long": N_("Hãy chọn nhiều nhất %(n)s mục: %(label)s."),
    "choice": N_("Hãy chọn một mục có sẵn: %(label)s."),
    "number": N_("%(label)s phải là một số."),
    "date": N_("%(label)s chưa phải là một ngày đúng."),
    "time": N_("%(label)s chưa phải là giờ đúng."),
    "other": N_("%(label)s chưa đúng."),
}


def new_key() -> str:
    """A fresh idempotency key: 128 random bits."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True)
class Form:
    """What was typed, and what is wrong with it. `form["name"]` is the first value, or nothing: `""`."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[UploadFile, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    key: str = field(default_factory=new_key)
    """The idempotency key: the same for a double click, a refresh and a repaired form; pass it to the command."""
    again: bool = False
    """Whether it was typed on this page before, which is asked for again: nothing was done with it."""

    def __getitem__(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be given several times."""
        return self.values.get(name, ())

    def has(self, name: str, value: object) -> bool:
        """Whether this box was ticked or this choice made."""
        return str(value) in self.values.get(name, ())

    def data(self, *lists: str) -> dict[str, Any]:
        """For a pydantic model: blanks left out, one value each, and a list for the names given."""
        typed = {name: [v for v in values if v] for name, values in self.values.items() if name not in _OWN_FIELDS}
        single = {name: values[0] for name, values in typed.items() if values and name not in lists}
        return single | {name: typed.get(name, []) for name in lists}

    def typed_in(self, form: str) -> bool:
        """Whether anything stands in this one of a page's several forms."""
        return any(any(several) for name, several in self.values.items() if _form_of(name) == form)

    def refused(self, errors: Mapping[str, str]) -> Form:
        """The same form, with what is wrong: field name → sentence, in the order of the page."""
        return replace(self, errors=dict(errors))

    def kept(self) -> list[tuple[str, str]]:
        """Every field that may be printed again as a hidden field; passwords and one-time codes never are."""
        shown = [n for n in self.values if n not in _OWN_FIELDS and not _NEVER_SHOWN_AGAIN.search(n)]
        return [(name, value) for name in shown for value in self.values[name]]

    def once_field(self) -> Markup:
        """The hidden field that carries the idempotency key."""
        return Markup('<input type="hidden" name="once" value="{}">').format(self.key)


class FormExpired(Refused):
    """A form whose token is not of this session (403, `form_expired`). It keeps what was typed, for `Pages.resend`."""

    def __init__(self, form: Form) -> None:
        super().__init__("form_expired", "Open the page again and send the form from there.", status=403)
        self.form = form


class TypedByAnother(Refused):
    """A form that stood on the page of another official (403, `typed_by_another`), with what was typed."""

    def __init__(self, form: Form) -> None:
        super().__init__("typed_by_another", "Whoever typed this has to send it: sign in as they did.", status=403)
        self.form = form


_AGAIN: ContextVar[Form | None] = ContextVar("typed again", default=None)


@contextmanager
def asked_again(typed: Form) -> Iterator[None]:
    """Within it a page shows this where it would show a `blank` form: see `shared.web.kept`."""
    token = _AGAIN.set(replace(typed, again=True))
    try:
        yield
    finally:
        _AGAIN.reset(token)


def filled(**values: object) -> Form:
    """A form filled with what is known; a list or tuple ticks several boxes, None leaves a blank."""
    known = {n: v if isinstance(v, (list, tuple)) else (v,) for n, v in values.items() if v is not None}
    return Form({name: tuple(str(v) for v in several) for name, several in known.items()})


def blank(**values: object) -> Form:
    """A form to show first, as `filled`; on a page that is asked for again, with what was typed there, and what is
    known only in the other forms of the page, whose fields have another `FORM-` before their names."""
    typed = _AGAIN.get()
    return filled(**values) if typed is None else beside(typed, **values)


def beside(typed: Form, **values: object) -> Form:
    """A form as it was typed, with what is known in the other forms of its page: not in one that was sent, or named by
    `TRIED`, where what is missing was emptied or unticked."""
    shown = {_form_of(name) for name in typed.values.keys() - _OWN_FIELDS} | {typed[TRIED]} - {""}
    first = filled(**values).values
    known = {name: several for name, several in first.items() if _form_of(name) not in shown}
    return replace(typed, values=known | dict(typed.values))


def _form_of(name: str) -> str:
    form, dash, _ = name.partition("-")
    return form if dash else ""


def clean(text: str) -> str:
    """NFC, one kind of line end, no control characters, no blanks around. Raises Refused `form_unreadable` (400) for
    what no keyboard writes."""
    try:
        return nfc(_CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()
    except ValueError as piled:
        raise Refused(
            "form_unreadable", "Send the form again without marks piled upon a letter.", status=400
        ) from piled


async def read_form(
    request: Request,
    *,
    max_bytes: int = 64_000,
    max_fields: int = 200,
    max_files: int = 0,
    max_length: int = 10_000,
    guarded: bool = True,
    pace: Pace = SLOWEST,
) -> Form:
    """The posted form; an idempotency key is made when it came without a usable one.

    Sizes in bytes, `max_length` in characters of one field. Refused: `form_too_large` (413), `form_unreadable` (400),
    `form_too_slow` (408), `too_many_requests` (429) for one large form too many, and, when `guarded`, `TypedByAnother`,
    and `FormExpired` when the token is not of this session. A file lives until the request ends.
    """
    parsed = await parts_of(request, max_bytes, max_fields, max_files, pace)
    texts: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in parsed.multi_items():
        if isinstance(value, UploadFile):
            if value.filename or value.size:  # a browser sends a part without a name where nothing was chosen
                files.setdefault(name, []).append(value)
        else:
            texts.setdefault(name, []).append(clean(value))
    if any(len(value) > max_length for several in texts.values() for value in several):
        raise Refused("form_too_large", f"A field may hold {max_length} characters.", status=413)
    form = _with_key({n: tuple(v) for n, v in texts.items()}, {n: tuple(v) for n, v in files.items()})
    request.state.form = form  # when a dead database ends this request, the page of the error gives it back
    if guarded:
        _check(request, form)
    return form


def _with_key(texts: dict[str, tuple[str, ...]], files: dict[str, tuple[UploadFile, ...]]) -> Form:
    form = Form(texts, files)
    return replace(form, key=form["once"]) if _ONCE.fullmatch(form["once"]) else form


def check_typed_by(request: Request, form: Form) -> None:
    """Raises `TypedByAnother` for what stood on the page of somebody else than who is at the desk now."""
    at_desk = request.scope.get(AT_DESK, "")
    if at_desk and form[TYPED_BY] not in ("", at_desk):
        raise TypedByAnother(form)


def _check(request: Request, form: Form) -> None:
    check_typed_by(request, form)
    try:
        check_csrf(request, form["csrf"])
    except Refused as no:
        raise FormExpired(form) from no


def field_errors(error: ValidationError, words: Callable[..., str], labels: Mapping[str, str]) -> dict[str, str]:
    """What pydantic refused, one plain sentence a field, in the reader's language.

    `labels` are the Vietnamese names of the fields as they stand in a sentence (`"số định danh"`), translated here. A
    validator's own `ValueError("…")` is taken as the sentence, so write it in Vietnamese and in the catalogue.
    """
    sentences: dict[str, str] = {}
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else "form"
        sentences.setdefault(name, _sentence(problem, words, words(labels.get(name, name))))
    return sentences


def _sentence(problem: Any, words: Callable[..., str], label: str) -> str:
    context = problem.get("ctx", {})
    if problem["type"] == "value_error":
        return words(str(context["error"]))
    kind = _kind(("string_" if context.get("field_type") == "Value" else "") + problem["type"])
    limits = ("min_length", "max_length", "ge", "le", "gt", "lt")
    values = (
        {"n": next((context[name] for name in limits if name in context), "")} if "%(n)s" in SENTENCES[kind] else {}
    )
    return upper_first(words(SENTENCES[kind], label=label, **values))


def _kind(type_: str) -> str:
    if type_ in SENTENCES:
        return type_
    if type_.startswith(("int", "float", "decimal")):
        return "number"
    if type_.startswith("date"):
        return "date"
    if type_.startswith("time"):
        return "time"
    return "choice" if type_ in ("enum", "literal_error", "bool_parsing") else "other"
