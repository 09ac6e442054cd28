"""Verification of an id_token: who signed it, for whom, when, and in answer to what."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from bgconsole.openid.client import Client
from bgconsole.openid.errors import OpenIdError, SsoStep, quoted
from bgconsole.openid.keys import ALGORITHMS, KeyDocument
from bgconsole.openid.values import Claims
from bgconsole.policy.sso import SsoReason

LEEWAY: Final = 60
"""Seconds by which the provider's clock may differ from this one."""

MOST_BYTES: Final = 1 << 16
"""Of a token."""

_MOST_SUBJECT: Final = 255
_MOST_TEXT: Final = 1000
_LATEST: Final = 253402300799
"""The last second of the year 9999."""

FindKey = Callable[[str | None, str], KeyDocument]
"""The key of that name for that algorithm. Raises OpenIdError."""

_Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must say: the nonce that was sent, and since when somebody must have proven
    who they are. None: neither was asked for.
    """

    nonce: str | None = None
    authenticated_after: datetime | None = None


def verified(
    id_token: str, client: Client, find_key: FindKey, now: datetime, expected: Expected
) -> Claims:
    """The claims of the token (OpenID Connect Core 1.0, 3.1.3.7). Raises OpenIdError.

    The order is fixed: nothing of the token counts before its signature.
    """
    algorithm, kid = _header(id_token)
    values = _signed(id_token, algorithm, find_key(kid, algorithm))
    _demand_addressed(values, client)
    _demand_current(values, now)
    _demand_answer(values, expected)
    return _claims(values, client)


def _header(id_token: str) -> tuple[str, str | None]:
    """The algorithm and key that the header names; only what is on the list gets further."""
    if len(id_token) > MOST_BYTES or not id_token.isascii() or id_token.count(".") != 2:
        raise invalid("format", "The id_token is not a signed token")
    encoded = id_token.partition(".")[0]
    try:
        padded = encoded + "=" * (-len(encoded) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise invalid("format", "The id_token's header cannot be read") from error
    if not isinstance(found, dict):
        raise invalid("format", "The id_token's header cannot be read")
    header = cast("_Values", found)
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise invalid(
            "alg", f"The id_token is signed by {quoted(algorithm)}, which is not accepted"
        )
    if "crit" in header or not isinstance(kid, (str, type(None))):
        raise invalid("format", "The id_token's header requires an unsupported feature")
    return algorithm, kid


def _signed(id_token: str, algorithm: str, key: KeyDocument) -> _Values:
    """The claims, once the signature is right."""
    # The cryptography behind it takes a while to load, and only a sign-in needs it.
    from bgconsole.openid import signature

    try:
        return signature.signed_claims(id_token, algorithm, key)
    except signature.WrongSignatureError as error:
        raise invalid("signature", "The id_token's signature is wrong") from error
    except signature.WeakKeyError as error:
        raise invalid("key", "The key that signed the id_token is too short to be safe") from error
    except signature.UnreadableTokenError as error:
        raise invalid("format", "The id_token or the key that signed it cannot be read") from error


def _demand_addressed(values: _Values, client: Client) -> None:
    """Issued by this provider, for this client."""
    issuer = values.get("iss")
    if issuer not in (client.issuer, *client.facts.issuer_aliases):
        raise invalid("iss", f"The id_token is from another issuer: {quoted(issuer)}")
    audience = values.get("aud")
    audiences = cast("list[Any]", audience) if isinstance(audience, list) else [audience]
    if client.client_id not in audiences:
        raise invalid("aud", "The id_token is for another client")
    party = values.get("azp")
    if (party is not None or len(audiences) > 1) and party != client.client_id:
        raise invalid("azp", "The id_token was issued to another client")


def _demand_current(values: _Values, now: datetime) -> None:
    """Not expired, and not from the future."""
    at = now.timestamp()
    if at >= _time(values, "exp") + LEEWAY:
        raise invalid("exp", "The id_token has expired", _CLOCK)
    if at < _time(values, "iat") - LEEWAY:
        raise invalid("iat", "The id_token was issued in the future", _CLOCK)
    if "nbf" in values and at < _time(values, "nbf") - LEEWAY:
        raise invalid("nbf", "The id_token is not valid yet", _CLOCK)


def _demand_answer(values: _Values, expected: Expected) -> None:
    """An answer to what was asked, and no copy of an earlier one."""
    if expected.nonce is not None and values.get("nonce") != expected.nonce:
        raise invalid("nonce", "The id_token belongs to another sign-in")
    if expected.authenticated_after is not None:
        if "auth_time" not in values:
            raise invalid(
                "auth_time",
                "The provider does not say when you last authenticated",
                "Configure it to add the claim auth_time to its id_tokens",
            )
        if _time(values, "auth_time") < expected.authenticated_after.timestamp() - LEEWAY:
            raise invalid(
                "auth_time",
                "The provider did not ask you to authenticate again",
                "Sign out there, then try again",
            )


def _claims(values: _Values, client: Client) -> Claims:
    subject = values.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _MOST_SUBJECT:
        raise invalid("sub", "The id_token does not say who signed in")
    authenticated = "auth_time" in values
    return Claims(
        issuer=client.issuer,
        subject=subject,
        expires_at=_moment(values, "exp"),
        authenticated_at=_moment(values, "auth_time") if authenticated else None,
        email=claim_text(values, "email"),
        email_verified=claim_truth(values, "email_verified"),
        preferred_username=claim_text(values, "preferred_username"),
        name=claim_text(values, "name"),
        tenant=claim_text(values, "tid"),
        object_id=claim_text(values, "oid"),
        guest_of=claim_text(values, "idp"),
        domain_verified=claim_truth(values, "xms_edov"),
    )


def _time(values: _Values, name: str) -> float:
    """A time in seconds since 1970 (NumericDate)."""
    found = values.get(name)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        raise invalid(name, f"The id_token has no time {quoted(name)}")
    # Written so that NaN fails as well.
    if not 0 <= found <= _LATEST:
        raise invalid(name, f"The id_token's time {quoted(name)} is invalid")
    return float(found)


def _moment(values: _Values, name: str) -> datetime:
    return datetime.fromtimestamp(_time(values, name), UTC)


def claim_text(values: _Values, name: str) -> str | None:
    """A claim that is a text of reasonable length, or None."""
    found = values.get(name)
    return found if isinstance(found, str) and 0 < len(found) <= _MOST_TEXT else None


def claim_truth(values: _Values, name: str) -> bool | None:
    """True or false; some providers send it as text, and Entra as a number."""
    found = values.get(name)
    if isinstance(found, str):
        found = found.lower()
    if found in (True, "true", "1"):
        return True
    if found in (False, "false", "0"):
        return False
    return None


_CLOCK: Final = "Check the clocks of this machine and of the provider"
_AGAIN: Final = 'Sign in again; if the error persists, run "bgconsole provider check SLUG"'


def invalid(check: str, message: str, remedy: str = _AGAIN) -> OpenIdError:
    """The token is refused, and which check refused it."""
    return OpenIdError(SsoReason.SSO_TOKEN_INVALID, SsoStep.ID_TOKEN, message, remedy, check=check)
