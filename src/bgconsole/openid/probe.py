"""One look at a provider from outside: does it answer, and would a sign-in find all it needs?"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bgconsole.openid import clock
from bgconsole.openid.client import Client
from bgconsole.openid.discovery import document_url, metadata_of
from bgconsole.openid.documents import fetched
from bgconsole.openid.errors import OpenIdError, SsoStep
from bgconsole.openid.keys import counted, fetch_keys
from bgconsole.openid.tls import Trust
from bgconsole.openid.transport import HttpConnection
from bgconsole.openid.values import Metadata, Probe

LIMIT: Final = 12.0
"""Seconds for a whole probe."""

_NAMES: Final = {
    SsoStep.DEVICE: "device_authorization_endpoint",
    SsoStep.AUTHORIZATION: "authorization_endpoint",
    SsoStep.TOKEN: "token_endpoint",
}

_GATEWAY: Final = frozenset({502, 503, 504})


def probe(client: Client, trust: Trust, now: Callable[[], datetime]) -> Probe:
    """Fetch discovery and keys anew, then knock at the endpoints. Raises nothing of its own."""
    try:
        client.demand_settings()
        connection = HttpConnection(client, trust, LIMIT)
    except OpenIdError as error:
        return Probe(ok=False, step=error.step, detail=error.message, latency_ms=0)
    with connection:
        return _probed(client, connection, now)


def _probed(client: Client, connection: HttpConnection, now: Callable[[], datetime]) -> Probe:
    latency, skew = 0, None
    try:
        answer = connection.get(document_url(client), SsoStep.DISCOVERY)
        latency, skew = round(answer.ms), clock.skew(answer, now())
        metadata = metadata_of(client, fetched(answer, SsoStep.DISCOVERY))
        keys = fetch_keys(connection, metadata.jwks_uri)
    except OpenIdError as error:
        return Probe(
            ok=False,
            step=error.step,
            detail=error.message,
            latency_ms=latency,
            certificate_until=connection.certificate_until,
            clock_skew=skew,
        )
    endpoints = _endpoints(metadata)
    missing = tuple(_NAMES[step] for step, url in endpoints.items() if url is None)
    silent = _silent(connection, endpoints)
    first = next(iter(silent.values()), None)
    return Probe(
        ok=True,
        step=next(iter(silent), None),
        detail=first or f"Discovery and {counted(keys)}, {latency} ms",
        latency_ms=latency,
        certificate_until=connection.certificate_until,
        clock_skew=skew,
        missing=missing,
        unanswered=tuple(_NAMES[step] for step in silent),
    )


def _endpoints(metadata: Metadata) -> dict[SsoStep, str | None]:
    return {
        SsoStep.DEVICE: metadata.device_authorization_endpoint,
        SsoStep.AUTHORIZATION: metadata.authorization_endpoint,
        SsoStep.TOKEN: metadata.token_endpoint,
    }


def _silent(connection: HttpConnection, endpoints: dict[SsoStep, str | None]) -> dict[SsoStep, str]:
    """The endpoints that do not answer, and why.

    OPTIONS asks nothing of them and leaves no trace at the provider; any answer counts but that of
    a gateway which does not reach them.
    """
    found: dict[SsoStep, str] = {}
    for step, url in endpoints.items():
        if url is None:
            continue
        try:
            status = connection.options(url, step).status
        except OpenIdError as error:
            found[step] = error.message
        else:
            if status in _GATEWAY:
                found[step] = f"The {_NAMES[step]} answers with status {status}"
    return found
