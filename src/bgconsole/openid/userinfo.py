"""The UserInfo endpoint: where most providers tell the email, when a token does not hold it."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bgconsole.openid.documents import fetched
from bgconsole.openid.errors import SsoStep
from bgconsole.openid.id_token import claim_text, claim_truth, invalid
from bgconsole.openid.transport import HttpConnection
from bgconsole.openid.values import Claims, Tokens

KEPT: Final = 60.0
"""Seconds for which an access token waits for its id_token to be verified."""

_MOST: Final = 100


class AccessTokens:
    """Access tokens between their arrival and the verification of what came with them.

    Each is given out once, for its own id_token alone. Thread-safe.
    """

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._lock = threading.Lock()
        self._held: dict[bytes, tuple[float, str]] = {}

    def keep(self, tokens: Tokens) -> None:
        """Remember the access token; the oldest make room."""
        if tokens.access_token is None:
            return
        with self._lock:
            self._drop_old()
            while len(self._held) >= _MOST:
                del self._held[next(iter(self._held))]
            self._held[_digest(tokens.id_token)] = self._ticks(), tokens.access_token

    def take(self, id_token: str) -> str | None:
        """The access token that came with this id_token, once."""
        with self._lock:
            self._drop_old()
            found = self._held.pop(_digest(id_token), None)
            return None if found is None else found[1]

    def _drop_old(self) -> None:
        now = self._ticks()
        for key in [key for key, (at, _token) in self._held.items() if now - at >= KEPT]:
            del self._held[key]


def completed(
    claims: Claims, connection: HttpConnection, endpoint: str, access_token: str
) -> Claims:
    """The claims with what the endpoint adds (OpenID Connect Core 1.0, 5.3). Raises OpenIdError.

    It must speak of the same subject: an answer about somebody else would lend their email.
    """
    answer = connection.get(endpoint, SsoStep.USERINFO, {"Authorization": f"Bearer {access_token}"})
    document = fetched(answer, SsoStep.USERINFO)
    if document.get("sub") != claims.subject:
        raise invalid("sub", "The UserInfo endpoint describes another person")
    return replace(
        claims,
        email=claim_text(document, "email"),
        email_verified=claim_truth(document, "email_verified"),
        name=claims.name or claim_text(document, "name"),
    )


def _digest(id_token: str) -> bytes:
    return hashlib.sha256(id_token.encode("utf-8", "surrogatepass")).digest()
