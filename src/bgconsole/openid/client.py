"""How bgconsole is registered at one identity provider, and how it may be reached."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bgconsole.openid.errors import SsoStep, unreachable
from bgconsole.policy.issuers import InvalidSettingError
from bgconsole.policy.kind_facts import KindFacts
from bgconsole.policy.provider_kinds import ProviderKind

DEFAULT_SCOPES: Final = ("openid", "email", "profile")

_MOST_SECRET: Final = 4096
"""Bytes of a client secret."""


@dataclass(frozen=True, slots=True)
class Client:
    """One registration.

    `client_secret_file` is absent for a public client. `email_domains` are those for which the
    provider may vouch. `internal` lists host names, addresses and networks of a private provider
    that may be contacted although they are not public. `trust_file` has further certificates
    (PEM), `proxy` is the URL of an HTTP proxy; no other proxy is ever used.
    """

    kind: ProviderKind
    issuer: str
    client_id: str
    client_secret_file: Path | None = None
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    email_domains: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    trust_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)

    @property
    def facts(self) -> KindFacts:
        """What is particular to the provider's kind."""
        return self.kind.facts

    @property
    def scope(self) -> str:
        """The scopes as they are asked for; `openid` is always among them."""
        return " ".join(dict.fromkeys(("openid", *self.scopes)))

    def demand_settings(self) -> None:
        """Raise OpenIdError unless the settings can be used at all."""
        try:
            self.facts.demand(self.issuer)
        except InvalidSettingError as error:
            raise unreachable(SsoStep.SETTINGS, error.message, error.remedy) from error
        if not self.client_id.strip():
            raise unreachable(
                SsoStep.SETTINGS,
                "The client ID is missing",
                "Copy it from the app's registration at the identity provider",
            )

    def secret(self) -> str | None:
        """The client secret, read anew each time; None for a public client. Raises OpenIdError."""
        if self.client_secret_file is None:
            return None
        try:
            with self.client_secret_file.open("rb") as file:
                raw = file.read(_MOST_SECRET + 1)
            secret = raw.decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise unreachable(
                SsoStep.SETTINGS,
                f"The client secret file {self.client_secret_file} cannot be read: {why}",
                "Put the secret there, readable by the user that runs bgconsole",
            ) from error
        if not secret or len(raw) > _MOST_SECRET:
            raise unreachable(
                SsoStep.SETTINGS,
                f"The client secret file {self.client_secret_file} is empty",
                "Write only the client secret into it",
            )
        return secret
