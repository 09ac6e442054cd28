"""Secrets that the database keeps for a few minutes, and that only a handle outside it opens."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

import msgspec

from bgconsole.backend.local.sessions import token_hash

HANDLE_PREFIX = "bgh_"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a sign-in at a provider needs to be finished, and nobody may read.

    `session` is the randomness of the token of the session that it may open, so that asking again
    after a lost answer gives the same one.
    """

    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    state: str = field(repr=False)
    session: bytes = field(repr=False)
    redirect_uri: str | None = None
    device_code: str | None = field(default=None, repr=False)

    @classmethod
    def fresh(cls, redirect_uri: str | None) -> "Secrets":
        """Random ones. 43 characters of verifier are the fewest of RFC 7636, and 256 bits."""
        one, two, three = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(one, two, three, secrets.token_bytes(32), redirect_uri)


def new_handle() -> str:
    """256 random bits. The database gets their hash only."""
    return HANDLE_PREFIX + secrets.token_urlsafe(32)


def handle_hash(handle: str) -> str:
    """What is stored of a handle (64 hex digits)."""
    return token_hash(handle)


def seal(kept: Secrets, handle: str) -> str:
    """`kept` as text that only `handle` opens."""
    # Imported by those who sign in by SSO alone.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_key(handle)).encrypt(nonce, msgspec.json.encode(kept), None)
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, handle: str) -> Secrets | None:
    """What `handle` opens; None when the text was altered."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = base64.b64decode(sealed, validate=True)
        opened = AESGCM(_key(handle)).decrypt(raw[:_NONCE], raw[_NONCE:], None)
        return msgspec.json.decode(opened, type=Secrets)
    except (InvalidTag, ValueError, msgspec.MsgspecError):
        return None


def _key(handle: str) -> bytes:
    """The handle is random and long enough: one hash apart from the stored one makes a key."""
    return hashlib.sha256(b"bgconsole sso seal\0" + handle.encode("utf-8", "replace")).digest()
