"""Who heads whom, who is related to whom: what the ladder and the fairness of a flag rest on. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """An official's place in the office."""

    official_id: str
    department_id: str
    heads_up_to: str | None
    relatives: frozenset[str]
    roles: frozenset[str]


class Chart:
    """The office's people, as personnel told."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members = {member.official_id: member for member in members}

    def __contains__(self, official_id: object) -> bool:
        return official_id in self._members

    def above(self, official_id: str) -> list[str]:
        """Everybody who heads this official, the nearest first; a circle on paper ends where it closes."""
        found: list[str] = []
        here = self._members.get(official_id)
        while here is not None and here.heads_up_to is not None:
            boss = here.heads_up_to
            if boss == official_id or boss in found:
                break
            found.append(boss)
            here = self._members.get(boss)
        return found

    def below(self, official_id: str) -> set[str]:
        """Everybody whom this official heads, directly or through others."""
        return {each for each in self._members if official_id in self.above(each)} - {official_id}

    def related(self, a: str, b: str) -> bool:
        """Whether one of the two declared the other a relative."""
        one, other = self._members.get(a), self._members.get(b)
        return (one is not None and b in one.relatives) or (other is not None and a in other.relatives)

    def relatives(self, official_id: str) -> set[str]:
        """Whom they declared, and who declared them."""
        own = self._members.get(official_id)
        declared = set(own.relatives) if own else set()
        return declared | {each.official_id for each in self._members.values() if official_id in each.relatives}

    def leaders(self) -> list[str]:
        """The leaders, those at the top last."""
        found = [each.official_id for each in self._members.values() if "leader" in each.roles]
        return sorted(found, key=lambda each: (-len(self.above(each)), each))

    def ladder(self, official_id: str | None, department_id: str | None) -> list[str]:
        """Who is told, one after the other, when nobody acts: the heads of the official, else the head of the
        department, else the leaders; always up to the chair. Empty only when the office has no people."""
        steps = self.above(official_id) if official_id else []
        if not steps and official_id not in self._members:
            head = self._head_of(department_id)
            steps = [head, *self.above(head)] if head else self.leaders()
        known = [each for each in steps if each in self._members]
        return known + [each for each in self._top() if each not in known]

    def _head_of(self, department_id: str | None) -> str | None:
        heads = [
            each.official_id
            for each in self._members.values()
            if each.department_id == department_id and "head" in each.roles
        ]
        return min(heads, key=lambda each: (len(self.above(each)), each), default=None)

    def _top(self) -> list[str]:
        """The chair: the leader whom nobody heads; on an unfinished chart whoever comes nearest."""
        highest = self.leaders()[-1:]
        return highest or sorted(self._members, key=lambda each: (len(self.above(each)), each))[:1]
