"""The code flow: the address of the sign-in page, and the code that comes back for a token."""

import base64
import hashlib
from typing import Final
from urllib.parse import urlencode, urlsplit

from bgconsole.openid import tokens
from bgconsole.openid.client import Client
from bgconsole.openid.documents import text
from bgconsole.openid.errors import SsoStep, quoted, unreachable
from bgconsole.openid.id_token import invalid
from bgconsole.openid.transport import HttpConnection
from bgconsole.openid.values import Metadata, Tokens
from bgconsole.policy.issuers import is_loopback_host

GRANT: Final = "authorization_code"


def address(
    client: Client,
    metadata: Metadata,
    *,
    redirect_uri: str,
    state: str,
    nonce: str,
    verifier: str,
    login_hint: str | None,
    reauthenticate: bool,
) -> str:
    """Where the browser goes: PKCE by S256 (RFC 7636), state and nonce. Raises OpenIdError."""
    endpoint = demand_endpoint(metadata)
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "scope": client.scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    if login_hint is not None:
        asked["login_hint"] = login_hint
    if reauthenticate:
        asked |= {"prompt": "login", "max_age": "0"}
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def demand_endpoint(metadata: Metadata) -> str:
    """The authorization endpoint, which a browser may be sent to. Raises OpenIdError."""
    endpoint = metadata.authorization_endpoint
    if endpoint is None:
        raise unreachable(
            SsoStep.AUTHORIZATION,
            "The provider has no sign-in page for browsers",
            "Choose the device flow, or another provider",
        )
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    plain = parts.scheme == "http" and is_loopback_host(host)
    if not host or not (parts.scheme == "https" or plain) or "#" in endpoint:
        raise unreachable(
            SsoStep.AUTHORIZATION,
            f"The provider's sign-in page has no https address: {quoted(endpoint)}",
            "Check the provider's discovery document",
        )
    return endpoint


def demand_same_issuer(client: Client, issuer: str | None) -> None:
    """Raise OpenIdError when the answer says that it comes from another provider (RFC 9207)."""
    if issuer is not None and issuer not in (client.issuer, *client.facts.issuer_aliases):
        # Not which: the sender of the answer chose that text.
        raise invalid("iss", "The answer comes from another provider")


def exchange(
    client: Client,
    metadata: Metadata,
    connection: HttpConnection,
    *,
    code: str,
    redirect_uri: str,
    verifier: str,
) -> Tokens:
    """The tokens for the code. Raises OpenIdError."""
    form = {
        "grant_type": GRANT,
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    document = tokens.ask(client, metadata, connection, form)
    if text(document, "error") is not None:
        raise tokens.refused(document, SsoStep.TOKEN, (code, verifier))
    return tokens.tokens(document)


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
