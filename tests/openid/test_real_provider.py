"""Sign-ins at a certified provider that nobody here wrote."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bgconsole.openid.client import Client
from bgconsole.openid.errors import OpenIdError, SsoStep
from bgconsole.openid.provider import IdentityProvider
from bgconsole.openid.values import DeviceAuthorization, Tokens, Waiting
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.sso import Flow, SsoReason
from tests.openid.browser import Browser, query
from tests.openid.panva_process import panva

REDIRECT = "http://127.0.0.1:43210/callback"
VERIFIER = secrets.token_urlsafe(48)


def provider(issuer: str, client_id: str = "console", **settings) -> IdentityProvider:
    return IdentityProvider(Client(ProviderKind.OIDC, issuer, client_id, **settings))


def code_for(
    idp: IdentityProvider,
    login: str = "ken",
    *,
    browser: Browser | None = None,
    reauthenticate: bool = False,
) -> dict[str, str]:
    """Sign in by a browser; gives what came to the redirect address."""
    browser = browser or Browser()
    url = idp.authorization_url(
        redirect_uri=REDIRECT,
        state="a state",
        nonce="a nonce",
        verifier=VERIFIER,
        login_hint=None,
        reauthenticate=reauthenticate,
    )
    browser.visit(url)
    return query(browser.sign_in(login))


def approve(device: DeviceAuthorization, login: str = "ken") -> Browser:
    browser = Browser()
    browser.visit(device.verification_uri_complete or "")
    for _ in range(4):
        if 'name="user_code"' not in browser.page:
            break
        browser.submit()
    browser.sign_in(login)
    return browser


def test_the_document_names_the_endpoints_and_every_flow(panva_issuer: str) -> None:
    idp = provider(panva_issuer)
    assert idp.metadata().token_endpoint == f"{panva_issuer}/token"
    assert idp.flows() == (Flow.DEVICE, Flow.BROWSER, Flow.SERVER)
    assert idp.unavailable_flows() == {}


@pytest.mark.parametrize("client_id", ["console", "elliptic", "edwards", "padded"])
def test_the_code_flow_signs_in_whatever_the_signature(panva_issuer: str, client_id: str) -> None:
    idp = provider(panva_issuer, client_id)
    back = code_for(idp)
    assert back["state"] == "a state"
    tokens = idp.exchange(back["code"], redirect_uri=REDIRECT, verifier=VERIFIER)
    claims = idp.verify(tokens.id_token, nonce="a nonce", authenticated_after=None)
    found = idp.identity(claims)
    assert (found.issuer, found.subject) == (panva_issuer, "ken")
    assert (found.email, found.email_verified, found.name) == ("ken@example.com", True, "Ken")


def test_the_device_flow_waits_then_signs_in(panva_issuer: str) -> None:
    idp = provider(panva_issuer)
    device = idp.start_device(reauthenticate=False)
    assert (device.interval, device.expires_in) == (5, 600)
    assert urlsplit(device.verification_uri).path == "/device"
    assert device.device_code not in repr(device)
    assert idp.poll_device(device.device_code) == Waiting()
    approve(device, "olga")
    tokens = idp.poll_device(device.device_code)
    assert isinstance(tokens, Tokens)
    claims = idp.verify(tokens.id_token, nonce=None, authenticated_after=None)
    assert claims.email == "olga@example.com"


def test_a_confidential_client_sends_its_secret(panva_issuer: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("only the two of us know: 100% & more\n")
    idp = provider(panva_issuer, "confidential", client_secret_file=file)
    back = code_for(idp)
    tokens = idp.exchange(back["code"], redirect_uri=REDIRECT, verifier=VERIFIER)
    assert idp.verify(tokens.id_token, nonce="a nonce", authenticated_after=None)
    file.write_text("something else")
    with pytest.raises(OpenIdError) as refused:
        idp.exchange(code_for(idp)["code"], redirect_uri=REDIRECT, verifier=VERIFIER)
    assert "does not know this client" in refused.value.message
    assert "something else" not in refused.value.message


def test_a_replayed_code_is_refused(panva_issuer: str) -> None:
    idp = provider(panva_issuer)
    code = code_for(idp)["code"]
    idp.exchange(code, redirect_uri=REDIRECT, verifier=VERIFIER)
    with pytest.raises(OpenIdError) as refused:
        idp.exchange(code, redirect_uri=REDIRECT, verifier=VERIFIER)
    assert (refused.value.reason, refused.value.step) == (SsoReason.SSO_EXPIRED, SsoStep.TOKEN)


def test_a_code_is_worth_nothing_without_its_verifier(panva_issuer: str) -> None:
    idp = provider(panva_issuer)
    code = code_for(idp)["code"]
    with pytest.raises(OpenIdError, match="does not accept the code"):
        idp.exchange(code, redirect_uri=REDIRECT, verifier=secrets.token_urlsafe(48))


def test_reauthentication_asks_again_and_says_when(panva_issuer: str) -> None:
    idp, browser = provider(panva_issuer), Browser()
    code_for(idp, browser=browser)
    began = datetime.now(UTC)
    # The provider knows this browser by now, but asks all the same.
    back = code_for(idp, browser=browser, reauthenticate=True)
    tokens = idp.exchange(back["code"], redirect_uri=REDIRECT, verifier=VERIFIER)
    claims = idp.verify(tokens.id_token, nonce="a nonce", authenticated_after=began)
    assert claims.authenticated_at is not None
    later = began + timedelta(minutes=5)
    with pytest.raises(OpenIdError) as refused:
        idp.verify(tokens.id_token, nonce="a nonce", authenticated_after=later)
    assert refused.value.check == "auth_time"


def test_a_device_can_reauthenticate_too(panva_issuer: str) -> None:
    idp = provider(panva_issuer)
    began = datetime.now(UTC)
    device = idp.start_device(reauthenticate=True)
    approve(device)
    tokens = idp.poll_device(device.device_code)
    assert isinstance(tokens, Tokens)
    assert idp.verify(tokens.id_token, nonce=None, authenticated_after=began).authenticated_at


@pytest.mark.parametrize(("login", "verified"), [("ken", True), ("ken!unverified", False)])
def test_an_unverified_email_is_not_vouched_for(
    panva_issuer: str, login: str, verified: bool
) -> None:
    idp = provider(panva_issuer, email_domains=("example.com",))
    tokens = idp.exchange(code_for(idp, login)["code"], redirect_uri=REDIRECT, verifier=VERIFIER)
    found = idp.identity(idp.verify(tokens.id_token, nonce="a nonce", authenticated_after=None))
    assert found.email_verified is verified


def test_an_unknown_client_is_named(panva_issuer: str) -> None:
    with pytest.raises(OpenIdError) as refused:
        provider(panva_issuer, "nobody").start_device(reauthenticate=False)
    assert refused.value.step is SsoStep.DEVICE
    assert "does not know this client" in refused.value.message


def test_a_check_tries_every_step(panva_issuer: str) -> None:
    report = provider(panva_issuer).check()
    assert report.ok
    assert [step.step for step in report.steps] == [
        SsoStep.SETTINGS,
        SsoStep.NAME,
        SsoStep.CONNECTION,
        SsoStep.DISCOVERY,
        SsoStep.KEYS,
        SsoStep.DEVICE,
        SsoStep.AUTHORIZATION,
        SsoStep.TOKEN,
        SsoStep.CLOCK,
    ]
    assert all(step.detail and not step.remedy for step in report.steps)
    assert report.flows == (Flow.DEVICE, Flow.BROWSER, Flow.SERVER)
    assert report.unavailable == {}


def test_a_check_says_which_flow_the_client_may_not_use(panva_issuer: str) -> None:
    report = provider(panva_issuer, "browser-only").check()
    assert not report.ok
    assert report.flows == (Flow.BROWSER, Flow.SERVER)
    failed = [step for step in report.steps if not step.ok]
    assert [step.step for step in failed] == [SsoStep.DEVICE]
    assert "Allow the device flow" in failed[0].remedy


def test_a_check_names_a_client_that_is_not_registered(panva_issuer: str) -> None:
    report = provider(panva_issuer, "nobody").check()
    failed = {step.step: step.remedy for step in report.steps if not step.ok}
    assert set(failed) == {SsoStep.DEVICE, SsoStep.AUTHORIZATION, SsoStep.TOKEN}
    assert "client ID" in failed[SsoStep.TOKEN]
    assert report.flows == ()
    assert set(report.unavailable) == set(Flow)


def test_a_probe_finds_everything_in_place(panva_issuer: str) -> None:
    found = provider(panva_issuer).probe()
    assert found.ok
    assert (found.missing, found.unanswered, found.step) == ((), (), None)
    assert found.detail.startswith("Discovery and 4 keys, ")
    assert found.clock_skew == 0.0


def test_a_provider_without_the_device_flow_says_so() -> None:
    with panva(device=False) as issuer:
        idp = provider(issuer)
        assert idp.flows() == (Flow.BROWSER, Flow.SERVER)
        assert idp.unavailable_flows()[Flow.DEVICE].endswith("has no device endpoint")
        assert idp.probe().missing == ("device_authorization_endpoint",)
        report = idp.check()
        assert report.ok
        assert report.flows == (Flow.BROWSER, Flow.SERVER)


def test_a_provider_that_was_killed_is_unreachable() -> None:
    with panva() as issuer:
        idp = provider(issuer)
        device = idp.start_device(reauthenticate=False)
    # What was asked for goes on waiting: the provider may come back before the code expires.
    waiting = idp.poll_device(device.device_code)
    assert isinstance(waiting, Waiting)
    assert waiting.interval_step == 5
    assert "does not accept connections" in (waiting.trouble or "")
    with pytest.raises(OpenIdError) as refused:
        idp.start_device(reauthenticate=False)
    assert (refused.value.reason, refused.value.step) == (
        SsoReason.IDP_UNREACHABLE,
        SsoStep.CONNECTION,
    )
    found = idp.probe()
    assert (found.ok, found.step) == (False, SsoStep.CONNECTION)
    report = idp.check()
    assert [step.step for step in report.steps if not step.ok] == [SsoStep.CONNECTION]
    assert report.steps[-1].remedy


def test_an_email_that_is_not_in_the_token_is_asked_for() -> None:
    # What the standard wants of a provider, and what certified ones do unless told otherwise.
    with panva(thin=True) as issuer:
        idp = provider(issuer)
        tokens = idp.exchange(code_for(idp)["code"], redirect_uri=REDIRECT, verifier=VERIFIER)
        assert tokens.access_token not in (None, repr(tokens))
        claims = idp.verify(tokens.id_token, nonce="a nonce", authenticated_after=None)
        found = idp.identity(claims)
        assert (found.email, found.email_verified, found.name) == ("ken@example.com", True, "Ken")
        # Once: whoever shows the token again is told no more than is in it.
        again = idp.verify(tokens.id_token, nonce="a nonce", authenticated_after=None)
        assert again.email is None
