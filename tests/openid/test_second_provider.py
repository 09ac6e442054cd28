"""Sign-ins at another provider that nobody here wrote, of another make: nanoidp."""

import secrets
from collections.abc import Generator
from datetime import UTC, datetime

import pytest

from bgconsole.openid.client import Client
from bgconsole.openid.errors import OpenIdError
from bgconsole.openid.provider import IdentityProvider
from bgconsole.openid.values import Tokens, Waiting
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.sso import Flow, SsoReason
from tests.openid.browser import Browser, query
from tests.openid.nanoidp_process import PASSWORD, SECRET, nanoidp

REDIRECT = "http://127.0.0.1:43210/callback"
VERIFIER = secrets.token_urlsafe(48)


@pytest.fixture(scope="module")
def idp(tmp_path_factory: pytest.TempPathFactory) -> Generator[IdentityProvider]:
    folder = tmp_path_factory.mktemp("nanoidp")
    secret = folder / "client-secret"
    secret.write_text(SECRET)
    with nanoidp(folder) as issuer:
        yield IdentityProvider(
            Client(ProviderKind.OIDC, issuer, "console", client_secret_file=secret)
        )


def signed_in(idp: IdentityProvider, *, reauthenticate: bool = False) -> Tokens:
    browser = Browser()
    browser.visit(
        idp.authorization_url(
            redirect_uri=REDIRECT,
            state="a state",
            nonce="a nonce",
            verifier=VERIFIER,
            login_hint="ken@example.com",
            reauthenticate=reauthenticate,
        )
    )
    back = query(browser.submit(username="ken", password=PASSWORD))
    assert back["state"] == "a state"
    return idp.exchange(back["code"], redirect_uri=REDIRECT, verifier=VERIFIER)


def test_every_step_works(idp: IdentityProvider) -> None:
    report = idp.check()
    assert report.ok, report
    assert report.flows == tuple(Flow)
    assert idp.probe().ok


def test_the_code_flow_signs_in(idp: IdentityProvider) -> None:
    began = datetime.now(UTC)
    tokens = signed_in(idp, reauthenticate=True)
    claims = idp.verify(tokens.id_token, nonce="a nonce", authenticated_after=began)
    found = idp.identity(claims)
    assert (found.email, found.email_verified) == ("ken@example.com", True)
    with pytest.raises(OpenIdError) as refused:
        idp.verify(tokens.id_token, nonce="another", authenticated_after=None)
    assert refused.value.check == "nonce"


def test_the_device_flow_waits_then_signs_in(idp: IdentityProvider) -> None:
    device = idp.start_device(reauthenticate=False)
    assert isinstance(idp.poll_device(device.device_code), Waiting)
    browser = Browser()
    browser.visit(device.verification_uri_complete or "")
    browser.submit(
        user_code=device.user_code, username="olga", password=PASSWORD, action="authorize"
    )
    tokens = idp.poll_device(device.device_code)
    assert isinstance(tokens, Tokens), browser.page
    claims = idp.verify(tokens.id_token, nonce=None, authenticated_after=None)
    assert idp.identity(claims).email == "olga@example.com"
    # A second device cannot use the code again.
    with pytest.raises(OpenIdError) as refused:
        idp.poll_device(device.device_code)
    assert refused.value.reason is SsoReason.SSO_EXPIRED
