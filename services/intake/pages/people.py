"""How pages and papers call officials and departments: as on badge and door; by id until personnel's fact is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from services.intake.pages.procedures import spoken
from services.intake.tables import badges, department_names
from shared.web.words import Language


@dataclass(frozen=True)
class People:
    """The officials and departments that personnel told us of, by id."""

    badges: Mapping[str, tuple[str, str]]
    departments: Mapping[str, str]

    def official(self, official_id: str, lang: Language = "vi") -> str:
        """`Trần Thu Hà, Công chức tiếp nhận`; a post is Vietnamese on every page."""
        known = self.badges.get(official_id)
        return spoken(", ".join(known), "", lang) if known else official_id

    def department(self, department_id: str, lang: Language = "vi") -> str:
        """`Trung tâm Phục vụ hành chính công`."""
        known = self.departments.get(department_id)
        return spoken(known, "", lang) if known else department_id


def people(session: Session) -> People:
    """Everybody who is known now."""
    return People(badges(session), department_names(session))
