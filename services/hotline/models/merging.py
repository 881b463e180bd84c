"""What is asked of two reports about the same thing."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from services.hotline.models import Asked
from services.hotline.models.numbers import as_printed
from shared.texts import Line, Paragraph


class Merging(Asked):
    """The number of the report that leads."""

    into: Annotated[Line, Field(max_length=40), AfterValidator(as_printed)]


class Separating(Asked):
    """Why it is another matter after all."""

    reason: Paragraph
