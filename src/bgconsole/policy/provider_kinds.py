"""The table of provider kinds: what is particular to each. Another kind is one more row."""

import re
from enum import StrEnum
from typing import Final

from bgconsole.policy.kind_facts import KindFacts, KindSetting

LOOPBACK_REDIRECT: Final = "http://127.0.0.1/callback"
"""What to register at the IdP for a browser on this machine; any port must be allowed there."""

SERVER_CALLBACK_PATH: Final = "/v1/sso/callback"
"""Where an IdP sends browsers back to on a server."""

_SERVER_REDIRECT: Final = f"https://SERVER{SERVER_CALLBACK_PATH}"


# The patterns are compiled when they are first used: a start does not need them.


def _is_tenant(text: str) -> object:
    return re.fullmatch(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text)


def _is_entra_issuer(text: str) -> object:
    return re.fullmatch(
        r"https?://[^/]+/[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/v2\.0", text
    )


def _is_okta_domain(text: str) -> object:
    return re.fullmatch(r"[A-Za-z0-9.-]+(?:/oauth2/[A-Za-z0-9_-]+)?", text)


def _is_google_issuer(text: str) -> object:
    return re.fullmatch(
        r"https://accounts\.google\.com|https?://(?:localhost|127\.[0-9.]+|\[::1\])(?:[:/].*)?",
        text,
    )


def _is_url(text: str) -> object:
    return re.fullmatch(r"https?://\S+", text)


def _is_realm(text: str) -> object:
    return re.fullmatch(r"[^/\s?#]+", text)


def _is_keycloak_issuer(text: str) -> object:
    return re.fullmatch(r"https?://[^/]+(?:/auth)?/realms/[^/]+", text)


_NO_SHARED: Final = "'{}' lets people of every organisation in: it is no tenant of your own"

_ENTRA: Final = KindFacts(
    label="Entra ID",
    default_name="Microsoft Entra ID",
    settings=(
        KindSetting(
            "tenant",
            "tenant ID",
            _is_tenant,
            "8eaef023-2b34-4da1-9baa-8bc8c9d6a490",
            "it is the 'Directory (tenant) ID' of the app's overview page",
            folded=True,
        ),
    ),
    issuer_template="https://login.microsoftonline.com/{tenant}/v2.0",
    issuer_matches=_is_entra_issuer,
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
        f"Through a bgconsole server: Add a platform › Web: {_SERVER_REDIRECT}",
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
        f"Redirect URI through a bgconsole server: {_SERVER_REDIRECT}",
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
            _is_okta_domain,
            "acme.okta.com",
            "it is what the browser shows, without https:// and without '-admin'",
            trimmed="/",
        ),
    ),
    issuer_template="https://{domain}",
    steps=(
        "Okta Admin Console › Applications › Create App Integration › OIDC › Native Application",
        "Grant types: Authorization Code, Device Authorization",
        f"Sign-in redirect URIs: {LOOPBACK_REDIRECT}, {_SERVER_REDIRECT}",
        "Assignments: the people who may sign in",
        "Copy the Client ID; with a custom authorization server, write DOMAIN/oauth2/default",
    ),
)

_GOOGLE: Final = KindFacts(
    label="Google",
    default_name="Google",
    settings=(),
    issuer_template="https://accounts.google.com",
    issuer_matches=_is_google_issuer,
    issuer_hosts=("accounts.google.com",),
    issuer_aliases=("accounts.google.com",),
    steps=(
        "Google Cloud console › Google Auth Platform › Audience: Internal",
        "Clients › Create client › 'Desktop app' for a browser on this machine",
        "For the device flow: 'TVs and Limited Input devices'; for a server: 'Web application'",
        f"Authorized redirect URI of a web application: {_SERVER_REDIRECT}",
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
            _is_url,
            "https://sso.example.com",
            "it is the server's address, with /auth where that is in use",
            trimmed="/",
        ),
        KindSetting(
            "realm",
            "realm",
            _is_realm,
            "acme",
            "it is the realm's name as the admin console's address shows it",
        ),
    ),
    issuer_template="{base}/realms/{realm}",
    issuer_matches=_is_keycloak_issuer,
    steps=(
        "Keycloak admin console › your realm › Clients › Create client › OpenID Connect",
        "Client authentication: off; PKCE method: S256",
        "Standard flow: on; OAuth 2.0 Device Authorization Grant: on",
        f"Valid redirect URIs: http://127.0.0.1/*, {_SERVER_REDIRECT}",
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
