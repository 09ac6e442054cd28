"""The device flow (RFC 8628): a code that is approved on another device."""

from typing import Final
from urllib.parse import urlsplit

from bgconsole.openid import tokens
from bgconsole.openid.client import Client
from bgconsole.openid.documents import Document, seconds, text
from bgconsole.openid.errors import OpenIdError, SsoStep, unreachable
from bgconsole.openid.id_token import LEEWAY
from bgconsole.openid.transport import HttpConnection
from bgconsole.openid.values import DeviceAuthorization, Metadata, Tokens, Waiting
from bgconsole.policy.text import is_visible

GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"

SLOW_DOWN: Final = 5
"""Seconds that are added to the interval when the provider asks for it (RFC 8628, 3.5)."""

_INTERVAL: Final = 5
_MOST_INTERVAL: Final = 60
_LIFETIME: Final = 900
_MOST_LIFETIME: Final = 3600
_MOST_CODE: Final = 64
_MOST_URL: Final = 1000


def start(
    client: Client, metadata: Metadata, connection: HttpConnection, *, reauthenticate: bool
) -> DeviceAuthorization:
    """Ask for a code. Raises OpenIdError."""
    endpoint = metadata.device_authorization_endpoint
    if endpoint is None:
        raise unreachable(
            SsoStep.DEVICE,
            "The provider has no device flow",
            "Choose the browser, or allow the device flow at the provider",
        )
    form = {"scope": client.scope}
    if reauthenticate:
        # Not part of RFC 8628; providers that know it ask again. With a max_age of 0 some ask, but
        # do not say when somebody answered; a token that old passes the check of auth_time.
        form |= {"prompt": "login", "max_age": str(LEEWAY)}
    # RFC 8628, 3.1: the client authenticates as at the token endpoint; its id is sent either way.
    sent, headers = tokens.authenticated(client, metadata, form)
    answer = connection.post(
        endpoint, SsoStep.DEVICE, {**sent, "client_id": client.client_id}, headers
    )
    document = tokens.answered(answer, SsoStep.DEVICE)
    if answer.status != 200:
        raise tokens.refused(document, SsoStep.DEVICE)
    return _authorization(document)


def poll(
    client: Client, metadata: Metadata, connection: HttpConnection, device_code: str
) -> Tokens | Waiting:
    """Ask whether the code was approved. Raises OpenIdError when it never will be.

    A lost line or an overloaded provider is no end (RFC 8628, 3.5): poll on, more slowly.
    """
    form = {"grant_type": GRANT, "device_code": device_code}
    try:
        document = tokens.ask(client, metadata, connection, form)
    except OpenIdError as error:
        if error.passing:
            return Waiting(SLOW_DOWN, error.message)
        raise
    code = text(document, "error")
    if code is None:
        return tokens.tokens(document)
    if code == "authorization_pending":
        return Waiting()
    if code == "slow_down":
        return Waiting(SLOW_DOWN)
    if code == "temporarily_unavailable":
        return Waiting(SLOW_DOWN, "The provider is busy")
    if code in {"invalid_grant", "bad_verification_code"}:
        raise tokens.expired(SsoStep.TOKEN)
    raise tokens.refused(document, SsoStep.TOKEN, (device_code,))


def _authorization(document: Document) -> DeviceAuthorization:
    device_code, user_code = text(document, "device_code"), text(document, "user_code")
    # Google writes the name of an early draft.
    uri = _address(document, "verification_uri") or _address(document, "verification_url")
    if device_code is None or user_code is None or uri is None:
        raise unreachable(
            SsoStep.DEVICE,
            "The provider's answer has no device code, user code or address",
            "Check the device flow at the provider",
        )
    if len(user_code) > _MOST_CODE or not is_visible(user_code):
        raise unreachable(
            SsoStep.DEVICE, "The provider's user code cannot be shown", "Choose another way"
        )
    return DeviceAuthorization(
        device_code=device_code,
        user_code=user_code,
        verification_uri=uri,
        verification_uri_complete=_address(document, "verification_uri_complete"),
        expires_in=seconds(document, "expires_in", _LIFETIME, _MOST_LIFETIME),
        interval=seconds(document, "interval", _INTERVAL, _MOST_INTERVAL),
    )


def _address(document: Document, name: str) -> str | None:
    """A web address that a person may be sent to."""
    found = text(document, name)
    if found is None or len(found) > _MOST_URL or not found.isascii() or not is_visible(found):
        return None
    try:
        parts = urlsplit(found)
    except ValueError:
        return None
    web = parts.scheme in {"https", "http"} and parts.netloc and " " not in found
    return found if web else None
