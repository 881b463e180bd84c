"""An answer's way to everybody: looked at, published, withheld."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from services.hotline.commands import KEPT, decide_on, keep, law_of, moved, read_private
from services.hotline.models import Moved
from services.hotline.models.answers import Masking, PieceView, Preview, Publication, Withholding
from services.hotline.models.messages import OF_REPORTER
from services.hotline.rulebook.publishing import Lexicon
from services.hotline.rules import answers as rules
from services.hotline.rules.life import Hand
from services.hotline.rules.masking import Held, Masked, held, mask
from services.hotline.rules.masking.folded import folded
from services.hotline.settings import Policy
from services.hotline.tables import Complaint, everybody, officials_by_name
from services.hotline.tables.answers import FOLDED, PUBLISHED
from services.hotline.tables.publishing import standing
from shared import private
from shared.errors import Refused
from shared.texts import new_ref
from shared.worktime import VN

TO_PUBLISH = "publication"
"""What an answer is read for before it is published."""
_ANSWER = ("answer",)


def preview(session: Session, complaint_id: str, body: Masking, by: Hand, policy: Policy, now: datetime) -> Preview:
    """The answer as everybody would read it; the reading is recorded. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    rules.check_look(law_of(session, policy), case, standing(session, complaint), everybody(session), by, now)
    number = complaint.number
    case_holds = _held(session, complaint, policy, now)
    read = read_private(session, str(complaint.answer_ref), _ANSWER, TO_PUBLISH, by.official, now)
    text = _text(read)
    masked = _masked(session, text, case_holds, body, policy, now)
    pieces = [
        PieceView(
            place=at,
            kind=each.kind,
            text=text[each.start : each.end],
            known=each.known,
            opened=at in masked.opened,
        )
        for at, each in enumerate(masked.pieces)
    ]
    return Preview(
        complaint_id=complaint_id,
        number=number,
        text=masked.text,
        text_sha256=rules.sha256_of(masked.text),
        pieces=pieces,
    )


def publish(session: Session, complaint_id: str, body: Publication, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Everybody may read it, masked as it was looked at. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    law, stands, people, ref = law_of(session, policy), standing(session, complaint), everybody(session), new_ref("pub")
    rules.check_look(law, case, stands, people, by, now)
    text = _text(private.look(session, str(complaint.answer_ref), _ANSWER))
    masked = _masked(session, text, _held(session, complaint, policy, now), body, policy, now)
    event = rules.publish(law, case, stands, people, masked, body.text_sha256, ref, by, now)
    keep(session, ref, {PUBLISHED: masked.text, FOLDED: folded(masked.text)}, policy, now)
    return moved(session, complaint, [event], now)


def withhold(session: Session, complaint_id: str, body: Withholding, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Keep it from the public until somebody looks again. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    law, stands, people = law_of(session, policy), standing(session, complaint), everybody(session)
    event = rules.withhold(law, policy.publishing, case, stands, people, body.reason_code, by, now)
    return moved(session, complaint, [event], now)


def unnamed(session: Session, complaint: Complaint, text: str, policy: Policy, now: datetime) -> str:
    """A text about this report as the reporter of another may read it: masked as for everybody, with nothing opened."""
    return _masked(session, text, _held(session, complaint, policy, now), Masking(), policy, now).text


def _text(kept: Mapping[str, str]) -> str:
    if "answer" not in kept:
        raise Refused("answer_erased", "The text of this answer is no longer kept.")
    return kept["answer"]


def _held(session: Session, complaint: Complaint, policy: Policy, now: datetime) -> Held:
    """What the private rows of a report hold of people, beside the answer itself."""
    rows = [
        private.look(session, ref, fields)
        for column, fields in (("reporter_ref", OF_REPORTER), *KEPT.items())
        if column != "answer_ref" and (ref := getattr(complaint, column))
    ]
    return held(rows, _lexicon(policy, now))


def _lexicon(policy: Policy, now: datetime) -> Lexicon:
    return policy.publishing.lexicon(now.astimezone(VN).date())


def _masked(session: Session, text: str, case_holds: Held, body: Masking, policy: Policy, now: datetime) -> Masked:
    officials = [each.name for each in officials_by_name(session)]
    return mask(
        text, case_holds, _lexicon(policy, now), officials=officials, more=body.more, opened=frozenset(body.opened)
    )
