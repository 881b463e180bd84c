"""Answers that everybody may read: the list, and each on a page of its own. No sign-in, nothing personal."""

from __future__ import annotations

import re
from datetime import datetime
from typing import get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from services.hotline.commands import public
from services.hotline.models.answers import PublicAnswer
from services.hotline.models.numbers import as_printed
from services.hotline.pages.answer_words import category_of
from services.hotline.pages.doors import Rules
from services.hotline.rules.answers import public_categories
from services.hotline.rules.months import months_until
from shared.doors import Door, Limited
from shared.events.hotline import Category
from shared.web.door import Web
from shared.web.forms import filled
from shared.web.language import N_, Words
from shared.web.words import month as month_words

router = APIRouter(prefix="/answers")
ANSWERS = "/hotline/answers"
MONTHS = 24
"""How many months back are offered to choose from."""
START = 160
"""Characters of an answer that the list shows."""


@router.get("", dependencies=[Limited("60/minute")])
async def answers(
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    q: str = "",
    category: str = "",
    month: str = "",
    page: str = "1",
) -> Response:
    """The answers, the newest first: by words, category and month. What is none of them is left out."""
    _, now = web.words(request), service.clock.now()
    listed = public_categories(policy.rulebook, now)
    asked = {
        "q": q[:100],
        "category": category if category in listed and category in get_args(Category) else "",
        "month": month if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month) else "",
    }
    number = int(page) if re.fullmatch(r"[1-9]\d{0,3}", page) else 1
    wanted = (asked["q"], asked["category"] or None, asked["month"] or None, number)
    found = await service.db.read(public.public_answers, *wanted, policy, now)
    kept = {name: value for name, value in asked.items() if value}
    return web.render(
        request,
        "answers.html",
        form=filled(**asked),
        rows=[_row(each, _) for each in found.answers],
        categories=[(each, category_of(each, _)) for each in listed],
        months=_months(now, _),
        searched=bool(kept),
        page_number=number,
        newer=_page(kept, number - 1) if number > 1 else "",
        older=_page(kept, number + 1) if found.more else "",
    )


@router.get("/{number}", dependencies=[Limited("60/minute")])
async def one(request: Request, number: str, web: Web, service: Door, policy: Rules) -> Response:
    """One answer; a page that says so for one that is not shown."""
    _, now = web.words(request), service.clock.now()
    found = await service.db.read(public.public_answer, as_printed(number), policy, now)
    return web.render(request, "answer.html", a=found, category=category_of(found.category, _))


def _row(answer: PublicAnswer, words: Words) -> dict[str, object]:
    text = " ".join(answer.text.split())
    return {
        "number": answer.number,
        "href": f"{ANSWERS}/{answer.number}",
        "category": category_of(answer.category, words),
        "start": text if len(text) <= START else f"{text[:START].rsplit(' ', 1)[0]} …",
        "at": answer.published_at,
        "again": words(N_("đang xem lại")) if answer.reopened_at else "",
    }


def _page(kept: dict[str, str], number: int) -> str:
    return f"{ANSWERS}?{urlencode(kept | {'page': str(number)})}"


def _months(now: datetime, words: Words) -> list[tuple[str, str]]:
    """The last months, this one first: (value, words)."""
    return [(f"{first:%Y-%m}", month_words(first, words.language)) for first in months_until(now, MONTHS)]
