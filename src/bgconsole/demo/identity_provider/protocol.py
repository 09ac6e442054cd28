"""The words of OpenID Connect and OAuth that the demo's provider speaks, and how it says no.

Sources: OpenID Connect Core 1.0, RFC 6749 (OAuth 2.0), RFC 7636 (PKCE), RFC 8628 (device flow).
"""

import re
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

from bgconsole.demo.people import DOMAIN, Colleague

TENANT: Final = str(uuid.uuid5(uuid.NAMESPACE_DNS, DOMAIN))
"""The sample team's organisation: the same at every start, on every machine."""

BASE: Final = f"/{TENANT}/v2.0"
"""The path of the issuer, as Microsoft Entra ID has it."""

DEFAULT_PORT: Final = 8417
"""Where the sample team expects it, as long as no other program has the port."""

LOOPBACK: Final = "127.0.0.1"

CLIENT_ID: Final = "bgconsole-demo"
"""The one client; it is public and proves by PKCE that it asked."""

MAX_FIELDS: Final = 50
"""Of a query or form."""


_ISSUER: Final = re.compile(re.escape(f"http://{LOOPBACK}:") + r"(\d{1,5})" + re.escape(BASE))


class Path(StrEnum):
    """Where what is. What people may have to type is short."""

    DISCOVERY = f"{BASE}/.well-known/openid-configuration"
    KEYS = "/keys"
    AUTHORIZE = "/authorize"
    TOKEN = "/token"
    DEVICE_AUTHORIZATION = "/device_authorization"
    DEVICE = "/device"


class GrantType(StrEnum):
    """What is exchanged for an id_token."""

    AUTHORIZATION_CODE = "authorization_code"
    DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class OAuthError(StrEnum):
    """Why a request fails, in the words of the RFCs."""

    ACCESS_DENIED = "access_denied"
    AUTHORIZATION_PENDING = "authorization_pending"
    EXPIRED_TOKEN = "expired_token"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    INVALID_REQUEST = "invalid_request"
    INVALID_SCOPE = "invalid_scope"
    LOGIN_REQUIRED = "login_required"
    SLOW_DOWN = "slow_down"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"


class ProtocolError(Exception):
    """A request that is refused; `description` is one sentence for a developer."""

    def __init__(self, error: OAuthError, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


def subject(who: Colleague) -> str:
    """Who somebody is at this provider: the same at every start, on every machine."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, who.email.replace("@", ".")))


def address_at(port: int, path: str) -> str:
    """The address of a path at the provider that listens on this port."""
    return f"http://{LOOPBACK}:{port}{path}"


def issuer_at(port: int) -> str:
    """The issuer that listens on this port."""
    return address_at(port, BASE)


def port_of(issuer: str | None) -> int | None:
    """Where an issuer listens, if it is one of this provider; None for every other."""
    found = _ISSUER.fullmatch(issuer or "")
    return None if found is None else int(found[1])


def fields(encoded: str) -> Mapping[str, str]:
    """The fields of a query or form.

    Raises RefusedError where one is there twice, which RFC 6749 section 3.1 forbids, and where they
    are too many or no UTF-8.
    """
    try:
        pairs = parse_qsl(encoded, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise ProtocolError(OAuthError.INVALID_REQUEST, "The fields cannot be read") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ProtocolError(OAuthError.INVALID_REQUEST, "A field occurs twice")
    return found


def demand_client(given: Mapping[str, str]) -> None:
    """Raise RefusedError unless the request comes from the one client there is."""
    if given.get("client_id") != CLIENT_ID:
        raise ProtocolError(OAuthError.INVALID_CLIENT, f"The client is not {CLIENT_ID}")


def demand_openid(given: Mapping[str, str]) -> None:
    """Raise RefusedError unless the scope asks for an id_token."""
    if "openid" not in given.get("scope", "").split():
        raise ProtocolError(OAuthError.INVALID_SCOPE, "The scope must contain openid")
