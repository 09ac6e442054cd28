"""The token endpoint: a code or a device code for an id_token, and what its errors mean."""

import base64
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote_plus

from bgconsole.openid.client import Client
from bgconsole.openid.documents import Document, overloaded, parsed, text
from bgconsole.openid.errors import OpenIdError, SsoStep, quoted
from bgconsole.openid.transport import HttpAnswer, HttpConnection
from bgconsole.openid.values import Metadata, Tokens
from bgconsole.policy.sso import SsoReason

_BASIC: Final = "client_secret_basic"
_POST: Final = "client_secret_post"

_SHORTEST_SECRET: Final = 8


def ask(
    client: Client, metadata: Metadata, connection: HttpConnection, form: Mapping[str, str]
) -> Document:
    """Send a grant. Gives the answer's document, an error's too. Raises OpenIdError."""
    sent, headers = authenticated(client, metadata, form)
    answer = connection.post(metadata.token_endpoint, SsoStep.TOKEN, sent, headers)
    return answered(answer, SsoStep.TOKEN)


def authenticated(
    client: Client, metadata: Metadata, form: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The form and the headers by which the client says who it is. Raises OpenIdError.

    A public client sends its id alone (RFC 6749, 2.3.1 and 3.2.1).
    """
    secret = client.secret()
    if secret is None:
        return {**form, "client_id": client.client_id}, {}
    methods = metadata.token_auth_methods
    if _POST in methods and _BASIC not in methods:
        return {**form, "client_id": client.client_id, "client_secret": secret}, {}
    pair = f"{quote_plus(client.client_id)}:{quote_plus(secret)}"
    return dict(form), {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def answered(answer: HttpAnswer, step: SsoStep) -> Document:
    """The document of an answer, an OAuth error's too. Raises OpenIdError for anything else."""
    if answer.status >= 500 or (answer.status == 429 and not answer.is_json):
        raise overloaded(answer, step)
    if answer.status == 200 or (400 <= answer.status < 500 and answer.is_json):
        document = parsed(answer, step)
        if answer.status == 200 or text(document, "error") is not None:
            return document
    raise OpenIdError(
        SsoReason.IDP_UNREACHABLE,
        step,
        f"{quoted(answer.url)} answers with status {answer.status}, which is not an OAuth answer",
        "Check the provider's endpoints",
    )


def tokens(document: Document) -> Tokens:
    """The tokens of an answer that is no error. Raises OpenIdError."""
    id_token = document.get("id_token")
    if not isinstance(id_token, str) or not id_token:
        raise OpenIdError(
            SsoReason.SSO_TOKEN_INVALID,
            SsoStep.TOKEN,
            "The provider gave no id_token",
            "Check that the scope 'openid' is allowed for this client",
            check="format",
        )
    return Tokens(id_token, text(document, "access_token"))


def refused(document: Document, step: SsoStep, sent: Sequence[str] = ()) -> OpenIdError:
    """What an OAuth error means for the person who signs in; it quotes nothing of `sent`."""
    code = text(document, "error") or ""
    if code in {"access_denied", "authorization_declined"}:
        return OpenIdError(
            SsoReason.SSO_DENIED,
            step,
            "The sign-in was denied at the identity provider",
            "Try again and approve it there; you may not be allowed to use this app",
        )
    if code in {"expired_token", "code_expired"}:
        return expired(step)
    message, remedy = _MEANINGS.get(
        code, (f"The provider answers {quoted(code)}", "Check the client's registration there")
    )
    if step is SsoStep.DEVICE and code in {"invalid_request", "unauthorized_client"}:
        remedy = "Allow the device flow (device code grant) in the app's registration there"
    reason = SsoReason.SSO_EXPIRED if code == "invalid_grant" else SsoReason.SSO_DENIED
    return OpenIdError(reason, step, message + _described(document, sent), remedy)


def expired(step: SsoStep) -> OpenIdError:
    """The code was not approved in time."""
    return OpenIdError(
        SsoReason.SSO_EXPIRED,
        step,
        "The code expired before the sign-in was approved",
        "Start again to get a new code",
    )


def _described(document: Document, sent: Sequence[str]) -> str:
    found = text(document, "error_description")
    if found is None:
        return ""
    for secret in sent:
        # Shorter ones are none, and would be found in every word.
        if len(secret) >= _SHORTEST_SECRET:
            found = found.replace(secret, "…")
    return f": {quoted(found)}"


_REGISTRATION: Final = "Compare the client ID with the app's registration at the provider"
_MEANINGS: Final = {
    "invalid_client": (
        "The provider does not know this client, or requires its secret",
        _REGISTRATION,
    ),
    "unauthorized_client": (
        "The provider does not allow this client to sign people in this way",
        "Allow the grant (authorization code or device code) in the app's registration",
    ),
    "unsupported_grant_type": (
        "The provider does not support this way of signing in",
        "Choose another way, or allow the grant at the provider",
    ),
    "invalid_scope": (
        "The provider does not allow the requested scopes",
        "Allow openid, email and profile for this app, or change --scope",
    ),
    "invalid_grant": (
        "The provider does not accept the code: it was used, has expired or is for another client",
        "Sign in again",
    ),
    "bad_verification_code": ("The provider does not know the device code", "Start again"),
    "invalid_request": (
        "The provider does not understand the request",
        "Check the client's registration there, especially its redirect URIs",
    ),
    "interaction_required": ("The provider requires another step", "Sign in again"),
    "temporarily_unavailable": ("The provider is busy", "Try again later"),
}
