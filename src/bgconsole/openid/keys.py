"""The provider's public keys: fetched when a token names one that is not known, and kept."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from bgconsole.openid.documents import Document, fetched
from bgconsole.openid.errors import OpenIdError, SsoStep, quoted, unreachable
from bgconsole.openid.transport import HttpConnection
from bgconsole.policy.sso import SsoReason

ALGORITHMS: Final = {
    "RS256": "RSA",
    "RS384": "RSA",
    "RS512": "RSA",
    "PS256": "RSA",
    "PS384": "RSA",
    "PS512": "RSA",
    "ES256": "EC",
    "ES384": "EC",
    "EdDSA": "OKP",
    "Ed25519": "OKP",
}
"""The signatures that are accepted, with the type of their key: such as only the provider can
make, so neither `none` nor a shared secret."""

REFETCH: Final = 60.0
"""Seconds that must pass before an unknown key has the keys fetched again."""

KEPT: Final = 3600.0
"""Seconds after which the keys are fetched anew although every key was known."""

_MOST_KEYS: Final = 100

KeyDocument = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys as the provider published them, not yet made into anything."""

    keys: tuple[KeyDocument, ...]

    def named(self, kid: str | None, algorithm: str) -> KeyDocument | None:
        """The key that a token's header means; without a name, the only one that fits.

        None when there is none. Raises OpenIdError for a key that is not for signatures, or not
        for this algorithm.
        """
        if kid is None:
            fitting = [key for key in self.keys if _unfit(key, algorithm) is None]
            return fitting[0] if len(fitting) == 1 else None
        known = [key for key in self.keys if key.get("kid") == kid]
        # Two keys may have one name when they differ in type or use (RFC 7517, section 4.5).
        for key in known:
            if _unfit(key, algorithm) is None:
                return key
        unfit = _unfit(known[0], algorithm) if known else None
        if unfit is not None:
            raise unfit
        return None


def fetch_keys(connection: HttpConnection, uri: str) -> KeySet:
    """Fetch the key set. Raises OpenIdError unless it holds at least one key."""
    document = fetched(connection.get(uri, SsoStep.KEYS), SsoStep.KEYS)
    found = document.get("keys")
    listed = cast("list[Any]", found) if isinstance(found, list) else []
    keys = tuple(cast("Document", key) for key in listed[:_MOST_KEYS] if isinstance(key, dict))
    usable = [key for key in keys if key.get("kty") in ALGORITHMS.values()]
    if not usable:
        raise unreachable(
            SsoStep.KEYS,
            f"The key set at {quoted(uri)} contains no signing key",
            "Check the signing keys at the provider",
        )
    return KeySet(tuple(usable))


def counted(keys: KeySet) -> str:
    """'1 key', '4 keys'."""
    return "1 key" if len(keys.keys) == 1 else f"{len(keys.keys)} keys"


class KeyCache:
    """Keeps the key set. Errors are not kept; thread-safe."""

    def __init__(
        self, fetch: Callable[[], KeySet], ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._ticks = ticks
        self._lock = threading.Lock()
        self._found: KeySet | None = None
        self._fetched_at = 0.0

    def key(self, kid: str | None, algorithm: str) -> KeyDocument:
        """The key that a token's header means. Raises OpenIdError.

        An unknown one has the keys fetched again, once a minute at most: that is how a rotation
        is followed, and a stream of forged tokens causes no stream of requests.
        """
        with self._lock:
            found = self._current()
            key = found.named(kid, algorithm)
            if key is None and self._ticks() - self._fetched_at >= REFETCH:
                key = self._refetched().named(kid, algorithm)
        if key is None:
            raise _unknown(kid)
        return key

    def _current(self) -> KeySet:
        if self._found is None or self._ticks() - self._fetched_at >= KEPT:
            return self._refetched()
        return self._found

    def _refetched(self) -> KeySet:
        found = self._fetch()
        self._found, self._fetched_at = found, self._ticks()
        return found


def _unfit(key: KeyDocument, algorithm: str) -> OpenIdError | None:
    """Why the key must not verify a signature of this algorithm."""
    operations = key.get("key_ops")
    if key.get("use", "sig") != "sig" or (
        operations is not None and (not isinstance(operations, list) or "verify" not in operations)
    ):
        return _bad("key", "The key that the token names is not for signatures")
    if key.get("kty") != ALGORITHMS[algorithm] or key.get("alg", algorithm) != algorithm:
        return _bad("alg", f"The key that the token names is not for {algorithm}")
    return None


def _unknown(kid: str | None) -> OpenIdError:
    if kid is None:
        return _bad("kid", "The token does not say which of the provider's keys signed it")
    return _bad(
        "kid", f"The token is signed by a key that the provider does not have: {quoted(kid)}"
    )


def _bad(check: str, message: str) -> OpenIdError:
    return OpenIdError(
        SsoReason.SSO_TOKEN_INVALID,
        SsoStep.ID_TOKEN,
        message,
        "Sign in again; if the error persists, check the signing keys at the provider",
        check=check,
    )
