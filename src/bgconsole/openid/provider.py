"""One identity provider as bgconsole uses it: every call that a sign-in or a check needs."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from bgconsole.openid import (
    authorization,
    check,
    device,
    discovery,
    id_token,
    identity,
    probe,
    userinfo,
)
from bgconsole.openid.client import Client
from bgconsole.openid.errors import OpenIdError
from bgconsole.openid.flows import offered, unavailable
from bgconsole.openid.id_token import Expected
from bgconsole.openid.keys import KeyCache, KeySet, fetch_keys
from bgconsole.openid.tls import Trust
from bgconsole.openid.transport import HttpConnection
from bgconsole.openid.userinfo import AccessTokens
from bgconsole.openid.values import (
    CheckReport,
    Claims,
    DeviceAuthorization,
    Metadata,
    Probe,
    Tokens,
    VerifiedIdentity,
    Waiting,
)
from bgconsole.policy.sso import Flow

DISCOVERY_KEPT: Final = 600.0
"""Seconds for which the discovery document is kept."""


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class IdentityProvider:
    """Speaks to one provider. Thread-safe; every call blocks for 5 seconds a request at most.

    Discovery and keys are kept in memory, errors never. Every method raises OpenIdError unless it
    says otherwise.
    """

    def __init__(
        self,
        client: Client,
        clock: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self._clock = clock
        self._ticks = ticks
        self._trust = Trust(client.trust_file)
        self._lock = threading.Lock()
        self._discovered: tuple[float, Metadata] | None = None
        self._keys = KeyCache(self._fetch_keys, ticks)
        self._access = AccessTokens(ticks)

    def metadata(self) -> Metadata:
        """The endpoints, at most 10 minutes old."""
        with self._lock:
            kept = self._discovered
        if kept is not None and self._ticks() - kept[0] < DISCOVERY_KEPT:
            return kept[1]
        # Without the lock: while the provider hangs, nobody waits for more than their own request.
        with self._connect() as connection:
            found = discovery.discover(self.client, connection)
        with self._lock:
            self._discovered = self._ticks(), found
        return found

    def flows(self) -> tuple[Flow, ...]:
        """How people can sign in, in the order in which to offer it."""
        return offered(self.metadata())

    def unavailable_flows(self) -> dict[Flow, str]:
        """Why a flow is not offered, in a sentence each."""
        return unavailable(self.metadata())

    def start_device(self, *, reauthenticate: bool) -> DeviceAuthorization:
        """Ask for a device code."""
        metadata = self.metadata()
        with self._connect() as connection:
            return device.start(self.client, metadata, connection, reauthenticate=reauthenticate)

    def poll_device(self, device_code: str) -> Tokens | Waiting:
        """Whether the code was approved. A line that is down is `Waiting`, with its `trouble`."""
        try:
            metadata = self.metadata()
        except OpenIdError as error:
            if error.passing:
                return Waiting(device.SLOW_DOWN, error.message)
            raise
        with self._connect() as connection:
            found = device.poll(self.client, metadata, connection, device_code)
        if isinstance(found, Tokens):
            self._access.keep(found)
        return found

    def authorization_url(
        self,
        *,
        redirect_uri: str,
        state: str,
        nonce: str,
        verifier: str,
        login_hint: str | None,
        reauthenticate: bool,
    ) -> str:
        """The address of the sign-in page, for a browser."""
        return authorization.address(
            self.client,
            self.metadata(),
            redirect_uri=redirect_uri,
            state=state,
            nonce=nonce,
            verifier=verifier,
            login_hint=login_hint,
            reauthenticate=reauthenticate,
        )

    def exchange(
        self, code: str, *, redirect_uri: str, verifier: str, issuer: str | None = None
    ) -> Tokens:
        """The tokens for the code that came to `redirect_uri`.

        `issuer` is the `iss` that came with it (RFC 9207), where there was one: a code of another
        provider is not sent to this one.
        """
        metadata = self.metadata()
        authorization.demand_same_issuer(self.client, issuer)
        with self._connect() as connection:
            found = authorization.exchange(
                self.client,
                metadata,
                connection,
                code=code,
                redirect_uri=redirect_uri,
                verifier=verifier,
            )
        self._access.keep(found)
        return found

    def verify(
        self, token: str, *, nonce: str | None, authenticated_after: datetime | None
    ) -> Claims:
        """The claims of an id_token that is right in every respect; `check` names what is not.

        An email that is not among them is asked of the UserInfo endpoint, once, where the token
        came from this object's `exchange` or `poll_device` within a minute.
        """
        access_token = self._access.take(token)
        expected = Expected(nonce, authenticated_after)
        claims = id_token.verified(token, self.client, self._keys.key, self._clock(), expected)
        # An Entra tenant's word on emails is in its tokens; its UserInfo endpoint is another API.
        if access_token is None or not self.client.facts.trusts_email_verified:
            return claims
        endpoint = self.metadata().userinfo_endpoint
        if claims.email is not None or endpoint is None:
            return claims
        with self._connect() as connection:
            return userinfo.completed(claims, connection, endpoint, access_token)

    def identity(self, claims: Claims) -> VerifiedIdentity:
        """Who signed in, by the rules of the provider's kind."""
        return identity.identity(claims, self.client)

    def probe(self) -> Probe:
        """One look from outside, past what is kept; a failure is in the answer, never raised."""
        return probe.probe(self.client, self._trust, self._clock)

    def check(self) -> CheckReport:
        """Every step tried for real, and what to fix; a failure is in the answer, never raised."""
        return check.check(self.client, self._trust, self._clock)

    def _connect(self) -> HttpConnection:
        self.client.demand_settings()
        return HttpConnection(self.client, self._trust)

    def _fetch_keys(self) -> KeySet:
        uri = self.metadata().jwks_uri
        with self._connect() as connection:
            return fetch_keys(connection, uri)
