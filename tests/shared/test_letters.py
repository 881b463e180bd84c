"""Dead letters that cannot be shown are said, and hold nothing up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlmodel import Session

from shared.events import Recorded
from shared.events.intake import DossierReceived
from shared.health import reasons
from shared.mechanism import outbox, parked
from tests.shared.follower import FOLLOWS, Place, a_place, a_service, answer
from tests.shared.line import effects, received, rows, until


async def lets_dead_letters_pass(place: Place, may: bool) -> None:
    """As the broker's configuration of this release lets them pass, or that of an earlier one does not."""
    changed = [
        replace(each, publish=tuple(subject for subject in each.publish if may or not subject.startswith("dead.")))
        for each in place.broker.identities
    ]
    await place.broker.reload(changed)


async def test_a_dead_letter_that_the_broker_does_not_take_is_said_and_no_event_waits_for_it(
    tmp_path: Path, url: str
) -> None:
    def poisoned(session: Session, recorded: Recorded[DossierReceived]) -> None:
        answer(session, recorded)
        if recorded.event.dossier_id == "bad":
            raise KeyError("bad")

    async with a_place(tmp_path) as place:
        identities = list(place.broker.identities)
        await lets_dead_letters_pass(place, may=False)
        service = a_service(tmp_path, place.broker.url, url, FOLLOWS | {DossierReceived: poisoned})
        async with service.running():
            await place.publish(received("bad"))
            await until(lambda: service.relay.letters.problem, 20)
            assert any(each.startswith("dead letters: not shown: TimeoutError") for each in await reasons(service))
            await place.publish(*(received(f"d-{n}") for n in range(5)))
            await until(lambda: effects(url) == [f"d-{n}" for n in range(5)] and not rows(url, outbox))
            assert service.relay.state.last_error is None and service.relay.letters.problem
            await place.broker.reload(identities)
            await until(lambda: all(row["published"] for row in rows(url, parked)), 30)
            await until(lambda: service.relay.letters.problem is None)
            assert not any(each.startswith("dead letters") for each in await reasons(service))
        js = (await place.sign_in("auditor")).jetstream(timeout=5)
        assert (await js.stream_info("DEAD_LETTERS")).state.messages == 1
