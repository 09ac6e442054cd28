"""Signing in by an identity provider, and what is known of the providers' state."""

from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import SignedIn, SsoAnswer, SsoRequest, SsoStart, SsoWaiting
from bgconsole.backend.values import IdentityLink, IdpReport, ProviderCheck
from bgconsole.backend.wire import OverrideBody, SsoFinishBody, SsoStartBody, received
from bgconsole.policy.refusals import Code
from bgconsole.server import callback_page
from bgconsole.server.call import Call
from bgconsole.server.operations import Admission, Parameter, Routes
from bgconsole.server.provider_routes import override_of
from bgconsole.server.settings import SMALL_BODY

routes = Routes("sso")


def _text(name: str, length: int, meaning: str) -> Parameter:
    return Parameter(name, {"type": "string", "maxLength": length, "pattern": "^[!-~]*$"}, meaning)


# Together, and percent-encoded, they fit into a request's first line.
_CALLBACK: Final = (
    _text("state", 64, "The sign-in that the browser returns from."),
    _text("code", 1800, "The authorization code, if the provider issued one."),
    _text("error", 64, "Why the provider issued none."),
    _text("error_description", 200, "The error in words. Not shown."),
    _text("error_uri", 200, "An address about the error. Not followed."),
    _text("iss", 200, "The provider's issuer (RFC 9207)."),
    _text("session_state", 64, "Specific to the provider. Not used."),
)


@routes.add(
    "POST",
    "/sso/{slug}/start",
    status=201,
    admission=Admission.EITHER,
    limit=SMALL_BODY,
    refuses=(
        Code.UNKNOWN_PROVIDER,
        Code.SSO_UNCONFIGURED,
        Code.INVALID_EMAIL,
        Code.INVALID_VALUE,
        Code.IDP_UNREACHABLE,
        Code.THROTTLED,
    ),
)
async def start_sso(call: Call, body: SsoStartBody) -> SsoStart:
    """Begin a sign-in at a provider, or a proof by it.

    A proof needs the session's token. Keep the `handle` as secret as a password.
    """
    request = received(body, SsoRequest)
    return await call.backend.start_sso(call.caller, call.slug, request)


@routes.add(
    "POST",
    "/sso/finish",
    admission=Admission.EITHER,
    limit=SMALL_BODY,
    also={202: SsoWaiting, 204: None},
    refuses=(
        Code.SSO_EXPIRED,
        Code.SSO_DENIED,
        Code.SSO_TOKEN_INVALID,
        Code.IDP_UNREACHABLE,
        Code.LOGIN_FAILED,
    ),
)
async def finish_sso(call: Call, body: SsoFinishBody) -> SignedIn:
    """What became of a sign-in.

    202 with `interval` while there is no answer: ask again after so many seconds, with the three
    digits of the server's page where `digits_needed` says so. 204 for a proof that is given.
    """
    answer = received(body, SsoAnswer)
    found = await call.backend.finish_sso(call.caller, body.handle, answer)
    if isinstance(found, SignedIn):
        call.facts.let_in = True
        return found
    return _unfinished(found)  # pyright: ignore[reportReturnType] (a response is sent as it is)


def _unfinished(found: SsoWaiting | None) -> Response:
    if found is None:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    body = msgspec.json.encode(found)
    return Response(body, HTTPStatus.ACCEPTED, media_type="application/json")


@routes.add(
    "GET",
    "/sso/callback",
    admission=Admission.ANYBODY,
    query=_CALLBACK,
    media="text/html",
    also={403: str},
)
async def sso_callback(call: Call) -> str:
    """Where a provider sends a browser back to: a page with three digits for the console."""
    query = call.query
    # A provider's answer counts once: nothing but the browser's own request takes it.
    look = call.request.method == "HEAD"
    came = SsoAnswer(code=query.get("code"), denied="error" in query, issuer=query.get("iss"))
    try:
        digits = await call.backend.sso_callback(query.get("state", ""), came, look=look)
    except BackendError as error:
        return callback_page.refused(error.refusal)  # pyright: ignore[reportReturnType]
    return callback_page.digits(digits)  # pyright: ignore[reportReturnType]


@routes.add("GET", "/idp")
async def list_idps(call: Call) -> tuple[IdpReport, ...]:
    """What is known of each provider: state, since when, latencies, who last signed in by it."""
    return await call.backend.idps(call.caller)


@routes.add(
    "POST", "/providers/{slug}/probe", refuses=(Code.UNKNOWN_PROVIDER, Code.SSO_UNCONFIGURED)
)
async def check_provider(call: Call) -> ProviderCheck:
    """Try every step of a sign-in by this provider, for real."""
    return await call.backend.check_provider(call.caller, call.slug)


@routes.add("GET", "/members/{email}/identities", refuses=(Code.UNKNOWN_MEMBER,))
async def list_identities(call: Call) -> tuple[IdentityLink, ...]:
    """Who a person is at the providers."""
    return await call.backend.identities(call.caller, call.email)


@routes.add(
    "DELETE",
    "/members/{email}/identities/{slug}",
    keyed=True,
    refuses=(
        Code.UNKNOWN_MEMBER,
        Code.UNKNOWN_PROVIDER,
        Code.UNKNOWN_IDENTITY,
        Code.WOULD_LOCK_OUT,
    ),
)
async def unlink_identity(call: Call, body: OverrideBody | None) -> None:
    """Forget who a person is at a provider.

    Ends the sessions opened by it; the next sign-in links by email again.
    """
    await call.backend.unlink(call.caller, call.email, call.slug, override_of(body))
