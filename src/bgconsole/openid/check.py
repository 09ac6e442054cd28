"""Every step of a sign-in that needs no person, tried for real, and what to fix where one fails."""

import re
import secrets
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bgconsole.openid import authorization, clock, device, tokens
from bgconsole.openid.client import Client
from bgconsole.openid.discovery import document_url, metadata_of
from bgconsole.openid.documents import fetched, overloaded, text
from bgconsole.openid.errors import OpenIdError, SsoStep, unreachable
from bgconsole.openid.flows import unavailable
from bgconsole.openid.keys import ALGORITHMS, KeyDocument, counted, fetch_keys
from bgconsole.openid.tls import Trust
from bgconsole.openid.transport import HttpAnswer, HttpConnection
from bgconsole.openid.values import CheckReport, Metadata, TriedStep
from bgconsole.policy.provider_kinds import LOOPBACK_REDIRECT
from bgconsole.policy.sso import Flow, SsoReason

ENDS_SOON: Final = timedelta(days=7)
"""A certificate that ends within this time is worth a word."""

_REDIRECT: Final = "http://127.0.0.1:53682/callback"
"""Any port must do at the provider (RFC 8252, 7.3)."""

_ENTRA_ERROR: Final = re.compile(rb"AADSTS\d{4,8}")


def check(client: Client, trust: Trust, now: Callable[[], datetime]) -> CheckReport:
    """Try every step; after one without which the next make no sense, stop. Raises nothing."""
    trial = _Trial(client, now)
    try:
        with trial.step(SsoStep.SETTINGS) as said:
            client.demand_settings()
            said.detail = "Public client" if client.secret() is None else "Client with a secret"
            connection = HttpConnection(client, trust)
        with connection:
            trial.connect(connection)
    except _StopError:
        # What it stopped at is the last step of the report.
        pass
    return trial.report()


class _StopError(Exception):
    """No further step makes sense."""


@dataclass(slots=True)
class _Said:
    """What there is to say of a step that works; `failed` is why it does not."""

    detail: str = ""
    remedy: str = ""
    failed: str | None = None


@dataclass
class _Trial:
    """The steps so far."""

    client: Client
    now: Callable[[], datetime]
    steps: list[TriedStep] = field(default_factory=list[TriedStep])
    missing: dict[Flow, str] = field(default_factory=dict[Flow, str])
    certificate_until: datetime | None = None
    finished: bool = False

    @contextmanager
    def step(self, step: SsoStep, *, needed: bool = True) -> Generator[_Said]:
        """Time a step and note how it went; raises _StopError where a needed one fails."""
        said, began = _Said(), time.perf_counter()
        try:
            yield said
        except OpenIdError as error:
            said.failed = error.message
            self._note(error.step if needed else step, began, error)
            if needed:
                raise _StopError from error
        else:
            self.steps.append(TriedStep(step, True, _ms(began), said.detail, said.remedy))

    def connect(self, connection: HttpConnection) -> None:
        """Every step over the network."""
        answer, metadata = self._discover(connection)
        with self.step(SsoStep.KEYS) as said:
            keys = fetch_keys(connection, metadata.jwks_uri)
            kinds = sorted({_signs_by(key) for key in keys.keys})
            said.detail = f"{counted(keys)}: {', '.join(kinds)}"
        self.missing = unavailable(metadata)
        self._device(connection, metadata)
        self._authorization(connection, metadata)
        self._token(connection, metadata)
        self._clock(answer)
        self.finished = True

    def report(self) -> CheckReport:
        """What was found."""
        offered = (flow for flow in Flow if flow not in self.missing) if self.finished else ()
        return CheckReport(tuple(self.steps), tuple(offered), self.certificate_until, self.missing)

    def _discover(self, connection: HttpConnection) -> tuple[HttpAnswer, Metadata]:
        began = time.perf_counter()
        try:
            answer = connection.get(document_url(self.client), SsoStep.DISCOVERY)
        except OpenIdError as error:
            self._connected(connection)
            self._note(error.step, began, error)
            raise _StopError from error
        self._connected(connection)
        with self.step(SsoStep.DISCOVERY) as said:
            metadata = metadata_of(self.client, fetched(answer, SsoStep.DISCOVERY))
            said.detail = f"The document is for this issuer, {answer.ms:.0f} ms"
        return answer, metadata

    def _connected(self, connection: HttpConnection) -> None:
        """The steps below a request: the name, the connection, the certificate."""
        ending = self.certificate_until = connection.certificate_until
        for seen in connection.seen:
            remedy = ""
            if seen.step is SsoStep.CERTIFICATE and ending is not None:
                soon = ending - self.now() < ENDS_SOON
                remedy = "Renew it at the provider before it ends" if soon else ""
            self.steps.append(TriedStep(seen.step, True, seen.ms, seen.detail, remedy))

    def _device(self, connection: HttpConnection, metadata: Metadata) -> None:
        with self.step(SsoStep.DEVICE, needed=False) as said:
            if Flow.DEVICE in self.missing:
                said.detail = f"Not offered: {self.missing[Flow.DEVICE]}"
            else:
                found = device.start(self.client, metadata, connection, reauthenticate=False)
                said.detail = f"Gives a code that is valid for {found.expires_in} s"
        self._without(said, Flow.DEVICE)

    def _authorization(self, connection: HttpConnection, metadata: Metadata) -> None:
        with self.step(SsoStep.AUTHORIZATION, needed=False) as said:
            if Flow.BROWSER in self.missing:
                said.detail = f"Not offered: {self.missing[Flow.BROWSER]}"
            else:
                said.detail = _sign_in_page(self.client, metadata, connection)
        self._without(said, Flow.BROWSER, Flow.SERVER)

    def _token(self, connection: HttpConnection, metadata: Metadata) -> None:
        with self.step(SsoStep.TOKEN, needed=False) as said:
            said.detail = _made_up_code(self.client, metadata, connection)
        self._without(said, *Flow)

    def _clock(self, answer: HttpAnswer) -> None:
        with self.step(SsoStep.CLOCK, needed=False) as said:
            skew = clock.skew(answer, self.now())
            if skew is None:
                said.detail = "The provider does not report its time"
            elif abs(skew) > clock.MOST_SKEW:
                way = "ahead of" if skew > 0 else "behind"
                raise unreachable(
                    SsoStep.CLOCK,
                    f"The provider's clock is {abs(skew):.0f} s {way} this machine's",
                    "Set this machine's clock (NTP); tokens are refused beyond 60 s",
                )
            else:
                said.detail = f"{abs(skew):.0f} s apart"

    def _without(self, said: _Said, *flows: Flow) -> None:
        """Where a step failed, these flows do not work."""
        if said.failed is not None:
            for flow in flows:
                self.missing.setdefault(flow, said.failed)

    def _note(self, step: SsoStep, began: float, error: OpenIdError) -> None:
        self.steps.append(TriedStep(step, False, _ms(began), error.message, error.remedy))


def _sign_in_page(client: Client, metadata: Metadata, connection: HttpConnection) -> str:
    """Ask for the sign-in page as a browser would. Raises OpenIdError when it refuses."""
    url = authorization.address(
        client,
        metadata,
        redirect_uri=_REDIRECT,
        state=secrets.token_urlsafe(16),
        nonce=secrets.token_urlsafe(16),
        verifier=secrets.token_urlsafe(48),
        login_hint=None,
        reauthenticate=False,
    )
    answer = connection.get(url, SsoStep.AUTHORIZATION)
    if answer.location.startswith(_REDIRECT):
        found = parse_qs(urlsplit(answer.location).query)
        said = {name: values[0] for name, values in found.items()}
        raise tokens.refused(said, SsoStep.AUTHORIZATION)
    if answer.status >= 500:
        raise overloaded(answer, SsoStep.AUTHORIZATION)
    named = _ENTRA_ERROR.search(answer.body)
    if answer.status >= 400 or named is not None:
        what = f"error {named[0].decode()}" if named else f"status {answer.status}"
        raise OpenIdError(
            SsoReason.SSO_DENIED,
            SsoStep.AUTHORIZATION,
            f"The sign-in page refuses this client or its redirect address ({what})",
            f"Register {LOOPBACK_REDIRECT} for any port, and compare the client ID",
        )
    return f"Shows a sign-in page for {LOOPBACK_REDIRECT}"


def _made_up_code(client: Client, metadata: Metadata, connection: HttpConnection) -> str:
    """Send a code that nobody gave: the provider must refuse the code, not the client."""
    form = {
        "grant_type": authorization.GRANT,
        "code": secrets.token_urlsafe(32),
        "redirect_uri": _REDIRECT,
        "code_verifier": secrets.token_urlsafe(48),
    }
    document = tokens.ask(client, metadata, connection, form)
    code = text(document, "error")
    if code in {"invalid_grant", "invalid_request"}:
        return "Knows this client and refuses an invalid code"
    if code is None:
        raise unreachable(
            SsoStep.TOKEN,
            "The token endpoint accepts an invalid code",
            "Do not use this provider; check the issuer",
        )
    raise tokens.refused(document, SsoStep.TOKEN)


def _signs_by(key: KeyDocument) -> str:
    algorithm = key.get("alg")
    return algorithm if algorithm in ALGORITHMS else str(key["kty"])


def _ms(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
