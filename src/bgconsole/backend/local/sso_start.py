"""Beginning a sign-in at a provider: what the person needs to go on there."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bgconsole.backend.errors import NotAllowedError, RefusedError
from bgconsole.backend.identity import Caller, SsoRequest, SsoStart
from bgconsole.backend.local import access, accounts, failures, sso_attempts, sso_failures
from bgconsole.backend.local import transaction as transactions
from bgconsole.backend.local.accounts import StoredProvider
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.sealed import Secrets, new_handle
from bgconsole.backend.local.sessions import StoredSession
from bgconsole.backend.local.sso_attempts import Beginning
from bgconsole.policy.provider_kinds import SERVER_CALLBACK_PATH
from bgconsole.policy.refusals import Code, RequestField, refusal
from bgconsole.policy.sso import Flow, SsoPurpose

if TYPE_CHECKING:
    from bgconsole.openid.provider import IdentityProvider

_LISTENER: Final = re.compile(r"http://127\.0\.0\.1:[1-9][0-9]{0,4}/callback")


@dataclass(frozen=True, slots=True)
class _Starting:
    """A sign-in that is stored, and about to be taken to the provider."""

    stored: StoredProvider
    request: SsoRequest
    session: StoredSession | None
    handle: str
    secrets: Secrets

    @property
    def reauthenticates(self) -> bool:
        return self.request.purpose is SsoPurpose.REAUTHENTICATE


def start_sso(parts: Parts, caller: Caller, slug: str, request: SsoRequest) -> SsoStart:
    """Begin a sign-in. See `SessionOperations.start_sso`."""
    from bgconsole.openid.errors import OpenIdError

    starting = _stored(parts, caller, slug, request)
    try:
        provider = parts.idps.of(starting.stored)
        if request.flow is Flow.DEVICE:
            return _by_device(parts, starting, provider)
        return _by_browser(starting, provider)
    except OpenIdError as error:
        with parts.database.read() as connection:
            attempt = sso_attempts.find(connection, starting.handle, parts.clock())
        failed = sso_failures.of_openid(error)
        raise sso_failures.put_on_record(parts, caller, attempt, starting.stored, failed) from error


def _stored(parts: Parts, caller: Caller, slug: str, request: SsoRequest) -> _Starting:
    """The sign-in, stored before the provider is asked, so that so many may be asked for."""
    if request.login_hint:
        # It goes into an address that browsers and the provider keep.
        _demand_hint(request.login_hint)
    session = _proving(parts, caller) if request.purpose is SsoPurpose.REAUTHENTICATE else None
    with transactions.begin(parts.database, parts.clock()) as tx:
        if accounts.team_name(tx.connection) is None:
            raise failures.no_team(parts.database.place)
        stored = accounts.snapshot(tx.connection, tx.now).provider(slug)
        if not stored.detail.configured:
            raise RefusedError(refusal(Code.SSO_UNCONFIGURED))
        if session is not None and session.provider_id != stored.id:
            raise NotAllowedError(
                refusal(
                    Code.FORBIDDEN,
                    "This session was not opened by that provider",
                    "Re-authenticate the way you signed in",
                )
            )
        kept = Secrets.fresh(_redirect(parts, request))
        handle = new_handle()
        beginning = Beginning(
            stored.id, request.flow, request.purpose, session.token_hash if session else None
        )
        sso_attempts.begin(tx, caller.source, beginning, handle, kept)
        tx.commit()
    return _Starting(stored, request, session, handle, kept)


def _demand_hint(email: str) -> None:
    """Raises RefusedError `invalid_email`."""
    try:
        accounts.demand_email(email)
    except RefusedError as error:
        raise RefusedError(replace(error.refusal, field=RequestField.LOGIN_HINT)) from error


def _proving(parts: Parts, caller: Caller) -> StoredSession:
    """The session whose person proves who they are."""
    with access.reading(parts, caller, Operation.PROVE_BY_SSO) as view:
        if view.actor.session is None:
            raise NotAllowedError(refusal(Code.FORBIDDEN))
        return view.actor.session


def _redirect(parts: Parts, request: SsoRequest) -> str | None:
    """Where the browser comes back to. Raises RefusedError `invalid_value`."""
    match request.flow:
        case Flow.DEVICE:
            return None
        case Flow.BROWSER:
            listener = request.redirect_uri or ""
            if not _LISTENER.fullmatch(listener):
                raise RefusedError(
                    refusal(
                        Code.INVALID_VALUE,
                        "The browser flow needs a listener on this machine",
                        "Send redirect_uri: http://127.0.0.1:PORT/callback",
                        RequestField.REDIRECT_URI,
                    )
                )
            return listener
        case Flow.SERVER:
            if parts.sso.public_url is None:
                raise RefusedError(
                    refusal(
                        Code.INVALID_VALUE,
                        "This needs a server with a public address",
                        'Start it with "bgconsole serve --public-url", or use the device flow',
                        RequestField.FLOW,
                    )
                )
            return parts.sso.public_url + SERVER_CALLBACK_PATH


def _by_device(parts: Parts, starting: _Starting, provider: "IdentityProvider") -> SsoStart:
    given = provider.start_device(reauthenticate=starting.reauthenticates)
    kept = replace(starting.secrets, device_code=given.device_code)
    with transactions.begin(parts.database, parts.clock()) as tx:
        sso_attempts.answered_by_device(
            tx, starting.handle, kept, expires_in=given.expires_in, interval=given.interval
        )
        tx.commit()
    return SsoStart(
        handle=starting.handle,
        flow=Flow.DEVICE,
        expires_in=min(given.expires_in, sso_attempts.LIFETIME),
        interval=given.interval,
        verification_uri=given.verification_uri,
        verification_uri_complete=given.verification_uri_complete,
        user_code=given.user_code,
    )


def _by_browser(starting: _Starting, provider: "IdentityProvider") -> SsoStart:
    kept, request = starting.secrets, starting.request
    hint = starting.session.email if starting.session is not None else request.login_hint or None
    url = provider.authorization_url(
        redirect_uri=kept.redirect_uri or "",
        state=kept.state,
        nonce=kept.nonce,
        verifier=kept.verifier,
        login_hint=hint,
        reauthenticate=starting.reauthenticates,
    )
    return SsoStart(
        handle=starting.handle,
        flow=request.flow,
        expires_in=sso_attempts.LIFETIME,
        interval=_PACE,
        authorization_url=url,
        state=kept.state if request.flow is Flow.BROWSER else None,
    )


_PACE: Final = 2
"""Seconds between two questions after a sign-in that is answered here, not at the provider."""
