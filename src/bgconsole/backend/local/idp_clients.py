"""The identity providers as they are spoken to: one client for each registration, kept."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.local.accounts import StoredProvider
from bgconsole.policy.refusals import Code, refusal

if TYPE_CHECKING:
    from bgconsole.openid.client import Client
    from bgconsole.openid.provider import IdentityProvider


@dataclass(slots=True)
class IdentityProviders:
    """Makes the client of a stored provider, and keeps it with what it has fetched.

    `proxy` is the HTTP proxy to use, None for none. For any thread.
    """

    proxy: str | None = field(default=None, repr=False)
    _made: dict[int, "IdentityProvider"] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, stored: StoredProvider) -> "IdentityProvider":
        """The client for a provider's settings. Raises RefusedError `sso_unconfigured`."""
        # Imported by those who speak to a provider alone.
        from bgconsole.openid.provider import IdentityProvider

        wanted = _client(stored, self.proxy)
        with self._lock:
            made = self._made.get(stored.id)
            if made is None or made.client != wanted:
                made = self._made[stored.id] = IdentityProvider(wanted)
            return made


def _client(stored: StoredProvider, proxy: str | None) -> "Client":
    from bgconsole.openid.client import DEFAULT_SCOPES, Client

    detail, sso = stored.detail, stored.detail.sso
    if detail.issuer is None or sso.client_id is None:
        raise RefusedError(refusal(Code.SSO_UNCONFIGURED))
    return Client(
        kind=detail.kind,
        issuer=detail.issuer,
        client_id=sso.client_id,
        client_secret_file=_path(sso.client_secret_file),
        scopes=sso.scopes or DEFAULT_SCOPES,
        email_domains=sso.email_domains,
        internal=sso.internal,
        trust_file=_path(sso.trust_file),
        proxy=proxy,
    )


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
