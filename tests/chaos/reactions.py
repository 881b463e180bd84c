"""What must follow from which fact, and how often: of the line's facts by where the follow-up of a report stands then.

Each promise has a follow-up that goes along with the case, each result handed over a slip; who left a way to be reached
is told of the answer, and whoever's turn it is of a danger. What is merged is answered, or let go, with what leads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shared.events import Event, Recorded, guidance, hotline, intake, ladder, merging, notifier
from shared.events.files import ComplaintFilesReceived

Effect = tuple[str, str, str]
"""The id of the fact that it follows from, the service that records it, and its name."""
REACTIONS: Mapping[type[Event], tuple[str, str]] = {
    intake.DossierReceived: ("notifier", "FollowUpOpened"),
    intake.DossierTakenUp: ("notifier", "FollowUpMoved"),
    intake.DossierCompleted: ("notifier", "FollowUpClosed"),
    intake.ResultHandedOver: ("survey", "SlipIssued"),
}
"""What follows, exactly once, from each fact of a dossier."""
OPENED, MOVED, CLOSED, TOLD = "FollowUpOpened", "FollowUpMoved", "FollowUpClosed", "NoticeIntended"
MOVED_BY = (hotline.ComplaintReferred, guidance.ComplaintGuided, guidance.ComplaintAdmitted)
ENDED_BY = (hotline.ComplaintClosed, merging.ComplaintMerged)
FOLLOWED = (
    hotline.ComplaintFiled,
    hotline.ComplaintAssigned,
    hotline.ComplaintTakenUp,
    hotline.ComplaintGivenBack,
    hotline.ComplaintAnswered,
    hotline.ComplaintReopened,
    merging.ComplaintSeparated,
    ladder.ComplaintEscalated,
    *MOVED_BY,
    *ENDED_BY,
)
"""Facts of a report of which nothing follows but what is said here."""
LETS_GO = (hotline.ComplaintAnswered, hotline.ComplaintReferred, hotline.ComplaintClosed)
"""Of a report that leads: with each of them those that were merged into it are answered, or stand for themselves."""
ONCE = (notifier.FollowUpClosed, notifier.NoticeSent, notifier.NoticeSuppressed)
"""What happens to a follow-up or a notice once, whatever the cause."""


@dataclass
class Watch:
    """A report as its follow-up sees it."""

    reached: bool
    """Whether its reporter left a way to be reached."""
    open: bool = True
    official: str | None = None
    """Who is reminded."""

    def follows(self, event: Event) -> Iterator[str]:
        """The facts that must follow from this one; where the follow-up stands afterwards."""
        match event:
            case hotline.ComplaintFiled() | hotline.ComplaintReopened() | merging.ComplaintSeparated():
                self.open, self.official = True, None
                yield OPENED
            case ladder.ComplaintEscalated():
                yield from [TOLD] * (len(set(event.told)) + (event.told_ref is not None))
            case hotline.ComplaintAnswered():
                yield from self._ended()
                yield from [TOLD] * self.reached
            case hotline.ComplaintClosed() | merging.ComplaintMerged():
                yield from self._ended()
            case _ if self.open:
                yield from self._moved(event)

    def _ended(self) -> Iterator[str]:
        yield from [CLOSED] * self.open
        self.open = False

    def _moved(self, event: Event) -> Iterator[str]:
        match event:
            case hotline.ComplaintTakenUp():
                self.official = event.official_id
                yield MOVED
            case hotline.ComplaintAssigned():
                yield from self._taken_back(event.official_id)
                yield from [MOVED] * (event.due_at is not None)  # another body sent it back
            case hotline.ComplaintGivenBack():
                yield from self._taken_back(None)
            case _ if isinstance(event, MOVED_BY):
                yield MOVED

    def _taken_back(self, but_from: str | None) -> Iterator[str]:
        """Whoever is reminded is so no more, unless they have it."""
        if self.official not in (None, but_from):
            self.official = None
            yield MOVED


@dataclass
class Owed:
    """What must follow from the facts of a run."""

    effects: Counter[Effect] = field(default_factory=Counter)
    decided: set[str] = field(default_factory=set)
    """Ids of the facts from which nothing else may follow."""

    @property
    def silent(self) -> set[str]:
        """Ids of those from which nothing follows at all."""
        return self.decided - {cause for cause, _, _ in self.effects}

    def missing(self, caused: Counter[Effect]) -> int:
        """How many of them are not there."""
        return (self.effects - caused).total()

    def doubled(self, caused: Counter[Effect]) -> int:
        """How many are there too often; from a fact of which nothing is said here each may follow once."""
        return sum(max(0, found - self._most(effect)) for effect, found in caused.items())

    def _most(self, effect: Effect) -> int:
        return self.effects[effect] if effect[0] in self.decided else max(1, self.effects[effect])


def owed(streams: Sequence[Recorded[Event]]) -> Owed:
    """What must follow from these facts, each stream in its order."""
    found, watches = Owed(), dict[str, Watch]()
    for one in _each(streams):
        event = one.event
        if type(event) in REACTIONS:
            found.effects[one.id, *REACTIONS[type(event)]] = 1
        if not isinstance(event, FOLLOWED):
            continue
        if isinstance(event, hotline.ComplaintFiled):
            watches[event.aggregate] = Watch(event.reporter_ref is not None)
        if event.aggregate in watches:
            found.decided.add(one.id)
            found.effects.update((one.id, "notifier", name) for name in watches[event.aggregate].follows(event))
    return found


def caused_by(streams: Sequence[Recorded[Event]]) -> Counter[Effect]:
    """What has followed from which fact."""
    return Counter(
        (one.cause.causation, one.event.service, type(one.event).__name__) for one in streams if one.cause.causation
    )


def ended_again(streams: Sequence[Recorded[Event]]) -> int:
    """How often a follow-up or a notice came to an end that it had come to before."""
    ends = Counter((type(one.event), one.event.aggregate) for one in streams if isinstance(one.event, ONCE))
    return sum(count - 1 for count in ends.values())


def left_behind(streams: Sequence[Recorded[Event]]) -> int:
    """How many merged reports were neither answered nor let go in the transaction in which their lead was."""
    into: dict[str, str] = {}
    due: set[tuple[str, str | None]] = set()
    for one in _each(streams):
        event = one.event
        if isinstance(event, LETS_GO):
            due |= {(report, one.cause.correlation) for report, lead in into.items() if lead == event.aggregate}
        if isinstance(event, merging.ComplaintMerged):
            into[event.aggregate] = event.into
        elif isinstance(event, (*LETS_GO, merging.ComplaintSeparated)):
            into.pop(event.aggregate, None)
            due.discard((event.aggregate, one.cause.correlation))
    return len(due)


def without_files(streams: Sequence[Recorded[Event]], requests: set[str]) -> int:
    """How many of these requests have filed a report and nothing says that their files came."""
    there = {type_: _asked_by(streams, type_) for type_ in (hotline.ComplaintFiled, ComplaintFilesReceived)}
    return len(requests & there[hotline.ComplaintFiled] - there[ComplaintFilesReceived])


def _asked_by(streams: Sequence[Recorded[Event]], type_: type[Event]) -> set[str | None]:
    return {one.cause.correlation for one in streams if isinstance(one.event, type_)}


def _each(streams: Sequence[Recorded[Event]]) -> Iterable[Recorded[Event]]:
    """One that stands there twice counts once: that it is doubled is said elsewhere."""
    return {one.id: one for one in streams}.values()
