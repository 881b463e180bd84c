"""Sign-in tokens: read without asking anybody, until they end, and not a bit of them changed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from shared import tokens
from shared.errors import Refused
from shared.tokens import SignIn, issue
from tests.support import UNIT, keys


def test_a_token_read_before_is_refused_once_it_has_ended(tmp_path: Path) -> None:
    private, public = keys(tmp_path)
    signin = SignIn(public)
    token = issue(private, "off-clerk-1", UNIT, ["clerk"], hours=2 / 3600)
    assert signin.official(token) == signin.official(token)
    time.sleep(2)  # its end is real time, of whole seconds, for the library that verifies it too
    for _ in range(2):
        with pytest.raises(Refused, match="not_signed_in"):
            signin.official(token)


def test_a_token_that_differs_from_a_known_one_is_verified_anew(tmp_path: Path) -> None:
    private, public = keys(tmp_path)
    signin, token = SignIn(public), issue(private, "off-clerk-1", UNIT, ["clerk"])
    assert signin.official(token).id == "off-clerk-1"
    head, _, signature = token.split(".")
    _, claims, _ = issue(private, "off-head-1", UNIT, ["head"]).split(".")
    for forged in (f"{head}.{claims}.{signature}", token[:-4] + "AAAA", token + "A", head, ""):
        with pytest.raises(Refused, match="not_signed_in"):
            signin.official(forged)


def test_not_more_tokens_are_remembered_than_a_commune_has_officials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_KNOWN", 3)
    private, public = keys(tmp_path)
    signin = SignIn(public)
    for number in range(8):
        assert signin.official(issue(private, f"off-{number}", UNIT, ["clerk"])).id == f"off-{number}"
        assert len(signin._known) <= 3
