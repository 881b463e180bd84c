"""Notifier's tables. `Table.metadata` holds what events fold into; `SideEffect.metadata` what is still to be done."""

from services.notifier.tables.base import SideEffect, Table
from services.notifier.tables.cases import Complaint, Dossier, Filing, Verdict
from services.notifier.tables.deliveries import Delivery
from services.notifier.tables.flags import Flag
from services.notifier.tables.follow_ups import FollowUp
from services.notifier.tables.notices import Notice
from services.notifier.tables.people import CalendarDay, Department, Official

__all__ = [
    "CalendarDay",
    "Complaint",
    "Delivery",
    "Department",
    "Dossier",
    "Filing",
    "Flag",
    "FollowUp",
    "Notice",
    "Official",
    "SideEffect",
    "Table",
    "Verdict",
]
