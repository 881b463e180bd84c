"""Envelopes that two persons open together: what opens them, what does not, and what they show."""

from __future__ import annotations

import base64
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sealed import MOST_BYTES, NoEnvelope, check_public, empty, new_keys, opened, public_of, seal, shares_for

KEYS = [new_keys() for _ in range(3)]
STRANGER = new_keys()


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([2, 3]))
def test_any_two_holders_open_it_and_nobody_alone(content: bytes, holders: int) -> None:
    keys = KEYS[:holders]
    envelope = seal(content, [public for _, public in keys])
    shares = [shares_for(envelope, private) for private, _ in keys]
    for two in combinations(shares, 2):
        assert opened(envelope, two) == content
    assert [opened(envelope, [each]) for each in shares] == [None] * holders
    assert shares_for(envelope, STRANGER[0]) == {}
    assert opened(envelope, [shares[0], dict.fromkeys(range(6), b"\x00" * 32) | shares[0]]) is None


def test_an_envelope_shows_neither_for_how_many_it_is_nor_how_much_or_whether_anything_is_in_it() -> None:
    publics = [public for _, public in KEYS]
    made = [seal(b"", publics), seal(b"x" * MOST_BYTES, publics), seal("đất".encode(), publics[:2]), empty()]
    assert len({len(each) for each in made}) == 1
    assert [opened(empty(), [shares_for(empty(), private) for private, _ in KEYS])] == [None]
    assert shares_for(made[2], KEYS[2][0]) == {}
    whole = [base64.b64decode(each) for each in made]
    assert not [public for public in publics for each in whole if bytes.fromhex(public) in each]


def test_the_same_content_is_never_sealed_alike() -> None:
    publics = [public for _, public in KEYS]
    assert seal(b"a", publics) != seal(b"a", publics)


def test_shares_of_one_envelope_open_no_other() -> None:
    publics = [public for _, public in KEYS[:2]]
    one, other = seal(b"one", publics), seal(b"other", publics)
    assert opened(other, [shares_for(one, private) for private, _ in KEYS[:2]]) is None
    mixed = [shares_for(one, KEYS[0][0]), shares_for(other, KEYS[1][0])]
    assert (opened(one, mixed), opened(other, mixed)) == (None, None)


def test_whatever_is_changed_in_an_envelope_is_not_opened() -> None:
    envelope = seal(b"a", [public for _, public in KEYS[:2]])
    changed = bytearray(base64.b64decode(envelope))
    changed[-1] ^= 1
    damaged = base64.b64encode(bytes(changed)).decode()
    assert opened(damaged, [shares_for(damaged, private) for private, _ in KEYS[:2]]) is None


@pytest.mark.parametrize("text", ["", "abc", "đất", base64.b64encode(b"\1" + b"x" * 100).decode()])
def test_what_is_no_envelope_is_said(text: str) -> None:
    with pytest.raises(NoEnvelope):
        shares_for(text, KEYS[0][0])


def test_what_does_not_fit_and_who_is_no_holder_is_refused() -> None:
    publics = [public for _, public in KEYS]
    for content, holders in ((b"x" * (MOST_BYTES + 1), publics), (b"", publics[:1]), (b"", [publics[0]] * 2)):
        with pytest.raises(ValueError, match=r"fit|holders"):
            seal(content, holders)
    for key in ("", "0" * 64, KEYS[0][1].upper(), "x" * 64, KEYS[0][1] + "00"):
        with pytest.raises(ValueError, match=r"key|hex"):
            check_public(key)
    with pytest.raises(ValueError, match="no private key"):
        public_of("abc")
    assert public_of(KEYS[0][0]) == check_public(KEYS[0][1]) == KEYS[0][1]
