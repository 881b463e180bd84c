"""People who have dossiers taken in while something is done to the office: each repeats under its key until it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.system.running import A_DOSSIER, RunningOffice

UNAVAILABLE = {"database_unavailable", "database_busy", "database_full", "outcome_unknown"}
ANSWER_SECONDS = 30.0
"""Twice what the office lets anybody wait."""


@dataclass
class Client:
    """Somebody who has dossiers taken in, one after the other, and repeats each under its key until it is."""

    office: RunningOffice
    answers: dict[str, bytes] = field(default_factory=dict)
    """By key, what was acknowledged."""
    refusals: list[str] = field(default_factory=list)
    """The codes of what was refused."""
    _leaving: threading.Event = field(default_factory=threading.Event)

    def run(self, client: httpx.Client) -> None:
        """Until told to leave."""
        while not self._leaving.is_set():
            self.one(client, str(uuid4()))

    def one(self, client: httpx.Client, key: str) -> None:
        """One dossier, until it is acknowledged."""
        while key not in self.answers:
            if (answer := ask(client, key)).status_code == 201:
                self.answers[key] = answer.content
            else:
                self.refusals.append(the_refusal(answer))
                time.sleep(0.2)  # a person takes a breath before the next try

    def leave(self) -> None:
        self._leaving.set()


def ask(client: httpx.Client, key: str) -> httpx.Response:
    return client.post("/intake/dossiers", json=A_DOSSIER, headers={"Idempotency-Key": key}, timeout=ANSWER_SECONDS)


def the_refusal(answer: httpx.Response) -> str:
    """Its stable code. Nothing of the database or of people is in it."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    problem = answer.json()
    assert problem["code"] in UNAVAILABLE and set(problem) == {"type", "title", "status", "code", "detail"}
    for word in ("Traceback", "psycopg", "sqlite", "SELECT", "INSERT", "Nguyễn"):
        assert word not in answer.text
    return str(problem["code"])


@contextmanager
def people(office: RunningOffice, many: int = 4) -> Iterator[list[Client]]:
    """So many come at once, again and again; whoever waits for an acknowledgement gets it before this ends."""
    found = [Client(office) for _ in range(many)]
    with office.client("clerk") as client, ThreadPoolExecutor(many) as threads:
        coming = [threads.submit(each.run, client) for each in found]
        try:
            yield found
        finally:
            for each in found:
                each.leave()
        for one in coming:
            one.result(90)


def acknowledged(clients: list[Client]) -> int:
    return sum(len(each.answers) for each in clients)


def answers_of(clients: list[Client]) -> dict[str, bytes]:
    """What was acknowledged to all of them, by key."""
    return {key: answer for each in clients for key, answer in each.answers.items()}


def refused(clients: list[Client]) -> list[str]:
    return [code for each in clients for code in each.refusals]
