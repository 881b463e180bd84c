"""Sign-in tokens: EdDSA JWTs that say who an official is, of which unit, in which roles. Made by personnel, read by
all."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.errors import Refused

ISSUER = "motcua"
ALGORITHM = "EdDSA"
HOURS = 10
MOST_KNOWN = 1000
"""Tokens whose signature need not be checked again; more than a commune has officials."""


@dataclass(frozen=True, slots=True)
class Official:
    """Who asks: an official of a unit with roles."""

    id: str
    unit: str
    roles: frozenset[str]
    name: str = ""
    """As on the badge, for the masthead of pages."""

    def may(self, *roles: str) -> bool:
        """Whether they hold one of these roles."""
        return bool(self.roles.intersection(roles))


def make_keys(private_file: Path, public_file: Path) -> None:
    """A new key pair as PEM; the private file is readable by its owner only. What is there is kept, and a public key
    that is missing follows from its private one."""
    if private_file.exists() and public_file.exists():
        return
    key = private_key(private_file) if private_file.exists() else _new_key(private_file)
    public_file.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def _new_key(file: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as kept:
        kept.write(pem)
    return key


def check_keys(private_file: Path, public_file: Path) -> None:
    """Raises ValueError when what is there cannot be read, or does not belong together."""
    if (
        private_file.exists()
        and public_file.exists()
        and private_key(private_file).public_key() != public_key(public_file)
    ):
        raise ValueError("one does not belong to the other")


def private_key(file: Path) -> Ed25519PrivateKey:
    """The key that signs. Raises ValueError."""
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{file} holds another kind of key")
    return key


def public_key(file: Path) -> Ed25519PublicKey:
    """The key that checks. Raises ValueError."""
    key = serialization.load_pem_public_key(file.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{file} holds another kind of key")
    return key


def issue(
    private_file: Path, official: str, unit: str, roles: Sequence[str], *, hours: float = HOURS, name: str = ""
) -> str:
    """A token for an official, good for `hours` of real time."""
    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "sub": official,
        "unit": unit,
        "roles": sorted(roles),
        "name": name,
        "iat": now,
        "exp": now + timedelta(hours=hours),
    }
    return jwt.encode(claims, private_key(private_file), algorithm=ALGORITHM)


class SignIn:
    """Reads tokens with the public key; holds nothing else."""

    def __init__(self, public_file: Path) -> None:
        self._key = public_key(public_file)
        self._known: dict[str, tuple[Official, float]] = {}

    def official(self, token: str) -> Official:
        """Who holds this token. Raises Refused `not_signed_in` (401).

        The signature is checked once, the end each time.
        """
        who, ends = self._known.get(token) or self._verified(token)
        if time.time() >= ends:
            self._known.pop(token, None)
            who, ends = self._verified(token)
        return who

    def _verified(self, token: str) -> tuple[Official, float]:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                options={"require": ["exp", "iat", "sub", "iss"]},
            )
            roles = frozenset(map(str, claims["roles"]))
            who = Official(str(claims["sub"]), str(claims["unit"]), roles, str(claims.get("name", "")))
            ends = float(claims["exp"])
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
            detail = "The sign-in token is not valid or has expired: sign in again."
            raise Refused("not_signed_in", detail, status=401) from error
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[token] = who, ends
        return who, ends
