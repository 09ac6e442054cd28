"""The table of provider kinds: what is particular to each. Another kind is one more row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import Final
from urllib.parse import urlsplit

from bgconsole.policy.issuers import InvalidSettingError, demand_issuer, is_loopback_host

LOOPBACK_REDIRECT: Final = "http://127.0.0.1/callback"
"""What to register at the IdP for a browser on this machine; any port must be allowed there."""

SERVER_CALLBACK_PATH: Final = "/v1/sso/callback"


Matcher = Callable[[str], object]
"""Whether a whole text is as it should be."""


@dataclass(frozen=True, slots=True)
class KindSetting:
    """One field from which a kind's issuer is made.

    `matches` says whether a value may be one. `folded` values are written in small letters;
    `trimmed` are characters that are taken off the end.
    """

    name: str
    label: str
    matches: Matcher | None
    example: str
    hint: str
    folded: bool = False
    trimmed: str = ""

    def clean(self, value: str) -> str:
        """The value as it goes into an issuer."""
        value = value.strip().rstrip(self.trimmed)
        return value.lower() if self.folded else value


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What is particular to a kind.

    `label` is short, for tables; `default_name` is a provider's name unless another is given.
    `issuer_template` makes the issuer from `settings`; `issuer_matches` says whether an issuer
    looks like one of the kind, whatever its host where that is the team's own. `steps` say where
    to click at the IdP. `subject_claims` together are the identity, and `email_claims` are tried in
    order for the email. `trusts_email_verified` is whether the IdP's `email_verified` is proof by
    itself; where it is not, only addresses inside the provider's email domains count.
    `issuer_aliases` are other spellings of the issuer that its tokens may carry. A team begins with
    a provider of each kind that is `in_every_team`.
    """

    label: str
    default_name: str
    settings: tuple[KindSetting, ...]
    issuer_template: str
    steps: tuple[str, ...]
    issuer_matches: Matcher | None = None
    issuer_hosts: tuple[str, ...] = ()
    refused_issuers: Mapping[str, str] | None = None
    subject_claims: tuple[str, ...] = ("sub",)
    email_claims: tuple[str, ...] = ("email",)
    trusts_email_verified: bool = True
    issuer_aliases: tuple[str, ...] = ()
    in_every_team: bool = False

    @property
    def button(self) -> str:
        """What is on the button of a provider that kept its default name."""
        return button(self.default_name)

    def issuer(self, values: Mapping[str, str]) -> str:
        """The issuer made from the kind's settings. Raises InvalidSettingError."""
        clean = {
            setting.name: setting.clean(values.get(setting.name, "")) for setting in self.settings
        }
        for setting in self.settings:
            self._demand_value(setting, clean[setting.name])
        issuer = self.issuer_template.format(**clean)
        self.demand(issuer)
        return issuer

    def values(self, issuer: str) -> dict[str, str]:
        """The settings from which `issuer` was made; empty where it was not made from them."""
        found: dict[str, str] = {}
        rest = issuer
        for before, name, _format, _conversion in Formatter().parse(self.issuer_template):
            if not rest.startswith(before):
                return {}
            rest = rest.removeprefix(before)
            if name is not None:
                after = self.issuer_template.partition(f"{{{name}}}")[2].partition("{")[0]
                found[name], _, _ = rest.rpartition(after) if after else (rest, "", "")
                rest = rest.removeprefix(found[name])
        return {} if rest or not all(found.values()) else found

    def demand(self, issuer: str) -> None:
        """Raise InvalidSettingError unless a provider of this kind may have this issuer."""
        own = self.settings[0] if self.settings else None
        setting = own.name if own else "issuer"
        demand_issuer(issuer, setting)
        parts = urlsplit(issuer)
        example = f"Write it such as {own.example}" if own else f"Use {self.issuer_template}"
        for refused, why in (self.refused_issuers or {}).items():
            if refused in parts.path.lower().split("/"):
                raise InvalidSettingError(setting, why, example)
        host = parts.hostname or ""
        # A stand-in on this machine may have any host of its own, but the path of the kind.
        known = not self.issuer_hosts or host in self.issuer_hosts or is_loopback_host(host)
        like = self.issuer_matches is None or self.issuer_matches(issuer)
        if not known or not like:
            raise InvalidSettingError(setting, f"This is no issuer of {self.default_name}", example)

    def _demand_value(self, setting: KindSetting, value: str) -> None:
        if not value:
            raise InvalidSettingError(
                setting.name, f"{setting.label} is missing", f"Write it such as {setting.example}"
            )
        refused = (self.refused_issuers or {}).get(value.lower())
        if refused is not None:
            raise InvalidSettingError(setting.name, refused, f"Write it such as {setting.example}")
        if setting.matches is not None and not setting.matches(value):
            raise InvalidSettingError(
                setting.name,
                f"This is not a {setting.label}: {setting.hint}",
                f"Write it such as {setting.example}",
            )


def button(name: str) -> str:
    """'Sign in with Microsoft Entra ID'."""
    return f"Sign in with {name}"


def server_redirect(server_url: str) -> str:
    """What to register at the IdP for sign-ins through a bgconsole server."""
    return server_url.rstrip("/") + SERVER_CALLBACK_PATH


_GUID: Final = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_TENANT: Final = re.compile(_GUID)
_ENTRA_ISSUER: Final = re.compile(rf"https?://[^/]+/{_GUID}/v2\.0")
_OKTA_DOMAIN: Final = re.compile(r"[A-Za-z0-9.-]+(?:/oauth2/[A-Za-z0-9_-]+)?")
_GOOGLE_ISSUER: Final = re.compile(
    r"https://accounts\.google\.com|https?://(?:localhost|127\.[0-9.]+|\[::1\])(?:[:/].*)?"
)
_URL: Final = re.compile(r"https?://\S+")
_REALM: Final = re.compile(r"[^/\s?#]+")
_KEYCLOAK_ISSUER: Final = re.compile(r"https?://[^/]+(?:/auth)?/realms/[^/]+")
_NO_SHARED: Final = "'{}' lets people of every organisation in: it is no tenant of your own"

_ENTRA: Final = KindFacts(
    label="Entra ID",
    default_name="Microsoft Entra ID",
    settings=(
        KindSetting(
            "tenant",
            "tenant ID",
            _TENANT.fullmatch,
            "8eaef023-2b34-4da1-9baa-8bc8c9d6a490",
            "it is the 'Directory (tenant) ID' of the app's overview page",
            folded=True,
        ),
    ),
    issuer_template="https://login.microsoftonline.com/{tenant}/v2.0",
    issuer_matches=_ENTRA_ISSUER.fullmatch,
    issuer_hosts=(
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
    ),
    refused_issuers={
        name: _NO_SHARED.format(name)
        for name in (
            "common",
            "organizations",
            "consumers",
            # The tenant of all personal accounts, which 'consumers' is an alias of.
            "9188040d-6c67-4c5b-b112-36a304b66dad",
        )
    },
    steps=(
        "Entra admin center › Entra ID › App registrations › New registration",
        "Supported account types: 'Single tenant'",
        f"Authentication › Add a platform › Mobile and desktop: {LOOPBACK_REDIRECT}",
        "Through a bgconsole server: Add a platform › Web: https://SERVER/v1/sso/callback",
        "Authentication › Settings › Allow public client flows: Yes (for the device flow)",
        "Token configuration › Add optional claim › ID: email, auth_time",
        "Overview: copy the Application (client) ID and the Directory (tenant) ID",
    ),
    subject_claims=("tid", "oid"),
    email_claims=("preferred_username", "email"),
    trusts_email_verified=False,
    in_every_team=True,
)

_OIDC: Final = KindFacts(
    label="OIDC",
    default_name="Generic OIDC",
    settings=(
        KindSetting(
            "issuer", "issuer", None, "https://login.example.com", "it is shown where the IdP lists"
        ),
    ),
    issuer_template="{issuer}",
    steps=(
        "At the identity provider, register a native (public) client with PKCE",
        f"Redirect URI for a browser on this machine: {LOOPBACK_REDIRECT} (any port)",
        "Redirect URI through a bgconsole server: https://SERVER/v1/sso/callback",
        "Allow the grants 'authorization code' and, for SSH, 'device code'",
        "Copy the issuer and the client ID",
    ),
    in_every_team=True,
)

_OKTA: Final = KindFacts(
    label="Okta",
    default_name="Okta",
    settings=(
        KindSetting(
            "domain",
            "domain",
            _OKTA_DOMAIN.fullmatch,
            "acme.okta.com",
            "it is what the browser shows, without https:// and without '-admin'",
            trimmed="/",
        ),
    ),
    issuer_template="https://{domain}",
    steps=(
        "Okta Admin Console › Applications › Create App Integration › OIDC › Native Application",
        "Grant types: Authorization Code, Device Authorization",
        f"Sign-in redirect URIs: {LOOPBACK_REDIRECT}, https://SERVER/v1/sso/callback",
        "Assignments: the people who may sign in",
        "Copy the Client ID; with a custom authorization server, write DOMAIN/oauth2/default",
    ),
)

_GOOGLE: Final = KindFacts(
    label="Google",
    default_name="Google",
    settings=(),
    issuer_template="https://accounts.google.com",
    issuer_matches=_GOOGLE_ISSUER.fullmatch,
    issuer_hosts=("accounts.google.com",),
    issuer_aliases=("accounts.google.com",),
    steps=(
        "Google Cloud console › Google Auth Platform › Audience: Internal",
        "Clients › Create client › 'Desktop app' for a browser on this machine",
        "For the device flow: 'TVs and Limited Input devices'; for a server: 'Web application'",
        "Authorized redirect URI of a web application: https://SERVER/v1/sso/callback",
        "Copy the client ID, and put the client secret into a file that only bgconsole reads",
    ),
)

_KEYCLOAK: Final = KindFacts(
    label="Keycloak",
    default_name="Keycloak",
    settings=(
        KindSetting(
            "base",
            "base URL",
            _URL.fullmatch,
            "https://sso.example.com",
            "it is the server's address, with /auth where that is in use",
            trimmed="/",
        ),
        KindSetting(
            "realm",
            "realm",
            _REALM.fullmatch,
            "acme",
            "it is the realm's name as the admin console's address shows it",
        ),
    ),
    issuer_template="{base}/realms/{realm}",
    issuer_matches=_KEYCLOAK_ISSUER.fullmatch,
    steps=(
        "Keycloak admin console › your realm › Clients › Create client › OpenID Connect",
        "Client authentication: off; PKCE method: S256",
        "Standard flow: on; OAuth 2.0 Device Authorization Grant: on",
        "Valid redirect URIs: http://127.0.0.1/*, https://SERVER/v1/sso/callback",
        "Copy the Client ID and the realm's name",
    ),
)


class ProviderKind(StrEnum):
    """Every kind by its name in commands and in JSON, in the order in which they are offered."""

    facts: KindFacts

    def __new__(cls, name: str, facts: KindFacts) -> "ProviderKind":
        """A kind that is the text `name`, with what is particular to it."""
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.facts = facts
        return kind

    ENTRA = "entra", _ENTRA
    OIDC = "oidc", _OIDC
    OKTA = "okta", _OKTA
    GOOGLE = "google", _GOOGLE
    KEYCLOAK = "keycloak", _KEYCLOAK
