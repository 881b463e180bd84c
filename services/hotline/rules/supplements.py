"""What is asked of whoever reported, and what comes of it; and what is given back by whoever was given it."""

from __future__ import annotations

from datetime import datetime

from services.hotline.rules import Case, People
from services.hotline.rules.life import Hand, Law, after, check_hands, danger_of, ticks
from shared.errors import Refused
from shared.events.hotline import ComplaintGivenBack, ComplaintSupplemented, ComplaintSupplementRequested
from shared.worktime import VN


def give_back(law: Law, case: Case, reason_ref: str, by: Hand, now: datetime) -> ComplaintGivenBack:
    """It is not theirs who were given it: the desk has it again. Whoever does so late is not refused: it is recorded.

    Raises Refused `not_yours` (403) and what `after` raises.
    """
    to = after(law.moves, case, "give_back", now)
    if by.official != case.assignee:
        raise Refused("not_yours", "Whoever was given this report gives it back.", status=403)
    clocks = ticks(law, case, now, "given_back", *danger_of(case))
    return ComplaintGivenBack(
        complaint_id=case.complaint_id,
        status=to.value,
        reason_ref=reason_ref,
        given_back_by=by.official,
        given_back_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def ask_supplement(
    law: Law, case: Case, people: People, question_ref: str, by: Hand, now: datetime
) -> ComplaintSupplementRequested:
    """Ask the reporter for more, once, all of it. The time to answer goes on, so late is not refused: it is recorded.

    Raises Refused `asked_already`, `not_yours`, `conflict_of_interest` (403) and what `after` raises.
    """
    to = after(law.moves, case, "ask_supplement", now)
    if case.asked:
        raise Refused("asked_already", "The reporter was asked once already: settle it with what is there.")
    check_hands(case, people, by)
    clocks = ticks(law, case, now, "supplement_requested")
    return ComplaintSupplementRequested(
        complaint_id=case.complaint_id,
        status=to.value,
        question_ref=question_ref,
        requested_by=by.official,
        requested_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def supplement(law: Law, case: Case, supplement_ref: str, by: Hand | None, now: datetime) -> ComplaintSupplemented:
    """What was asked for is there: from the reporter (`by` is none), or written down by whoever has it, or at the desk.
    What comes late is taken too. Whoever has it and did not take it up does so now. Raises Refused
    `no_supplement_awaited`."""
    to = after(law.moves, case, "supplement" if case.taken_up else "supplement_waiting", now)
    clocks = ticks(law, case, now, "supplemented")
    return ComplaintSupplemented(
        complaint_id=case.complaint_id,
        status=to.value,
        supplement_ref=supplement_ref,
        recorded_by=by and by.official,
        supplemented_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )
