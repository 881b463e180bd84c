"""Envelopes that two persons open together, and nobody alone: content for holders of keys, or nothing, of one look.

A key of its own locks the content (XSalsa20-Poly1305). For each two of the holders it is cut into two shares, of which
one alone is chance; each share lies in a sealed box (X25519) that only one of the two opens. A box names nobody, and
what no box is needed for is filled with one for a key that was thrown away: an envelope says neither for whom it is nor
whether anything is in it. All boxes and ciphers are libsodium's.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

MOST_BYTES = 65_532
"""What an envelope holds at most: three texts of 5,000 characters, each of them three bytes, and what stands beside."""
HOLDERS = (2, 3)
"""How many persons hold keys to an envelope."""
_WHOLE = MOST_BYTES + 4
_KEY = SecretBox.KEY_SIZE
_BOX = _KEY + 48  # the sealed box of a share
_PAIRS = 3  # as many as three holders make
_BOXES = 2 * _PAIRS * _BOX
_FORM = b"\x01"

Shares = Mapping[int, bytes]
"""Shares of an envelope's key, by the place of their box."""


class NoEnvelope(ValueError):
    """What is no envelope, or none of this form."""


def new_keys() -> tuple[str, str]:
    """A private key and its public key, each 64 hexadecimal digits."""
    private = PrivateKey.generate()
    return bytes(private).hex(), bytes(private.public_key).hex()


def public_of(private: str) -> str:
    """The public key of a private one. Raises ValueError for what is no key."""
    return bytes(_private(private).public_key).hex()


def check_public(key: str) -> str:
    """The key itself. Raises ValueError for what is no public key."""
    if len(key) != 2 * _KEY or key != key.lower() or not any(bytes.fromhex(key)):
        raise ValueError("key is a public key, in 64 small hexadecimal digits")
    return key


def seal(content: bytes, holders: Sequence[str]) -> str:
    """An envelope that any two of these holders open, by their public keys. Raises ValueError for more content than
    fits, and for too few or too many holders."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"{len(content)} bytes do not fit into an envelope of {MOST_BYTES}")
    if len(set(holders)) not in HOLDERS or len(set(holders)) != len(holders):
        raise ValueError(f"an envelope has {HOLDERS[0]} or {HOLDERS[1]} holders, each with a key of their own")
    return _closed(content, [list(pair) for pair in combinations(holders, 2)])


def empty() -> str:
    """An envelope with nothing in it, which nobody opens."""
    return _closed(b"", [])


def _closed(content: bytes, pairs: list[list[str]]) -> str:
    dice, key = secrets.SystemRandom(), secrets.token_bytes(_KEY)
    wanted = [*pairs, *([[]] * (_PAIRS - len(pairs)))]
    dice.shuffle(wanted)
    boxes = b""
    for pair in wanted:
        one = secrets.token_bytes(_KEY)
        shares = [one, _xor(one, key)] if pair else [one, secrets.token_bytes(_KEY)]
        dice.shuffle(pair := list(pair) or [new_keys()[1], new_keys()[1]])
        boxes += b"".join(_boxed(share, holder) for share, holder in zip(shares, pair, strict=True))
    padded = len(content).to_bytes(4) + content.ljust(MOST_BYTES, b"\0")
    return base64.b64encode(_FORM + boxes + bytes(SecretBox(key).encrypt(padded))).decode()


def shares_for(envelope: str, private: str) -> dict[int, bytes]:
    """The shares that this private key finds in an envelope: none where it is not for its holder. Raises NoEnvelope."""
    boxes, _ = _parts(envelope)
    mine, found = SealedBox(_private(private)), {}
    for place in range(2 * _PAIRS):
        try:
            found[place] = mine.decrypt(boxes[place * _BOX : (place + 1) * _BOX])
        except CryptoError:  # somebody else's
            continue
    return found


def opened(envelope: str, holders: Iterable[Shares]) -> bytes | None:
    """What is in an envelope, by the shares of its holders; none where no two of them belong together. Raises
    NoEnvelope."""
    _, locked = _parts(envelope)
    known = {place: share for shares in holders for place, share in shares.items()}
    for first in range(0, 2 * _PAIRS, 2):
        if first not in known or first + 1 not in known:
            continue
        try:
            padded = SecretBox(_xor(known[first], known[first + 1])).decrypt(locked)
        except CryptoError:  # shares of another envelope
            continue
        return padded[4 : 4 + int.from_bytes(padded[:4])]
    return None


def _parts(envelope: str) -> tuple[bytes, bytes]:
    try:
        whole = base64.b64decode(envelope.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoEnvelope("this is no envelope: copy the whole line") from error
    locked = _WHOLE + SecretBox.NONCE_SIZE + SecretBox.MACBYTES
    if whole[:1] != _FORM or len(whole) != 1 + _BOXES + locked:
        raise NoEnvelope("this is no envelope of a form that is known here")
    return whole[1 : 1 + _BOXES], whole[1 + _BOXES :]


def _boxed(share: bytes, holder: str) -> bytes:
    return bytes(SealedBox(PublicKey(bytes.fromhex(holder))).encrypt(share))


def _private(key: str) -> PrivateKey:
    try:
        return PrivateKey(bytes.fromhex(key))
    except (ValueError, CryptoError) as error:
        raise ValueError("this is no private key: it has 64 hexadecimal digits") from error


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
