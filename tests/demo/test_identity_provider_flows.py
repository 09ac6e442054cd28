"""The demo's identity provider as a client and a browser see it, over HTTP."""

import base64
import hashlib
import re
import time
from collections.abc import Generator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from bgconsole.demo.identity_provider.process import DemoIdentityProvider
from bgconsole.demo.people import EVERYBODY

CALLBACK = "http://127.0.0.1:49152/callback"
VERIFIER = "a-verifier-that-only-the-client-knows-0123456789"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Browser:
    """A client and the person at the page, both without any memory between requests."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.origin = issuer.removesuffix(urlsplit(issuer).path)
        self.http = httpx.Client(trust_env=False)
        self.discovery = self.http.get(f"{issuer}/.well-known/openid-configuration").json()

    def ask(self, **changes: str | None) -> httpx.Response:
        """Open the page with an ordinary request, or one that is changed; None leaves it out."""
        request = {
            "client_id": "bgconsole-demo",
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid email profile",
            "state": "state & more",
            "nonce": "the nonce",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
        } | changes
        sent = {name: value for name, value in request.items() if value is not None}
        return self.http.get(self.discovery["authorization_endpoint"], params=sent)

    def choose(self, page: httpx.Response, person: str, button: str = "approve") -> httpx.Response:
        """Fill in the page and press a button."""
        form = {"person": person, button: "pressed"}
        if waiting := re.search(r'name="request" value="([^"]+)"', page.text):
            form["request"] = waiting[1]
        return self.http.post(self.discovery["authorization_endpoint"], data=form)

    def code(self, person: str, **changes: str | None) -> str:
        """Sign in as somebody, up to the code."""
        return answer_of(self.choose(self.ask(**changes), person))["code"]

    def redeem(self, code: str, /, **changes: str) -> httpx.Response:
        """Redeem a code as the client does."""
        form = {
            "grant_type": "authorization_code",
            "client_id": "bgconsole-demo",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return self.http.post(self.discovery["token_endpoint"], data=form | changes)

    def start_device(self) -> dict[str, object]:
        """Ask for a device code."""
        form = {"client_id": "bgconsole-demo", "scope": "openid email profile"}
        endpoint = self.discovery["device_authorization_endpoint"]
        answer = self.http.post(endpoint, data=form)
        assert answer.status_code == 200
        return answer.json()

    def answer_device(self, user_code: str, button: str = "approve") -> httpx.Response:
        """Type the code on the page, as Ken."""
        form = {"user_code": user_code, "person": "ken@harbor.example", button: "pressed"}
        return self.http.post(f"{self.origin}/device", data=form)

    def poll(self, device_code: object) -> httpx.Response:
        """Ask once whether somebody has approved."""
        form = {
            "grant_type": DEVICE_GRANT,
            "client_id": "bgconsole-demo",
            "device_code": str(device_code),
        }
        return self.http.post(self.discovery["token_endpoint"], data=form)

    def claims(self, answer: httpx.Response) -> dict[str, object]:
        """What the id_token says; its signature is right."""
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        keys = KeySet.import_key_set(self.http.get(self.discovery["jwks_uri"]).json())
        return jwt.decode(answer.json()["id_token"], keys, algorithms=["ES256"]).claims


def answer_of(response: httpx.Response) -> dict[str, str]:
    """What the redirect to the client says."""
    assert response.status_code == 303, response.text
    address = response.headers["Location"]
    assert address.startswith(CALLBACK)
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def error_of(response: httpx.Response) -> str:
    """The error of an answer to the client."""
    assert response.status_code == 400
    return response.json()["error"]


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with DemoIdentityProvider() as provider:
        yield Browser(provider.start())


def test_discovery_names_its_own_issuer_and_both_flows(browser: Browser) -> None:
    found = browser.discovery
    assert found["issuer"] == browser.issuer
    assert found["grant_types_supported"] == ["authorization_code", DEVICE_GRANT]
    assert found["code_challenge_methods_supported"] == ["S256"]
    addresses = [value for name, value in found.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(addresses) == 4
    assert all(address.startswith(f"{browser.origin}/") for address in addresses)


def test_browser_flow_says_who_signed_in_and_when(browser: Browser) -> None:
    answer = answer_of(browser.choose(browser.ask(), "ken@harbor.example"))
    assert answer["state"] == "state & more"
    assert answer["iss"] == browser.issuer
    claims = browser.claims(browser.redeem(answer["code"]))
    assert claims["iss"] == browser.issuer
    assert claims["aud"] == "bgconsole-demo"
    assert claims["nonce"] == "the nonce"
    assert claims["email"] == claims["preferred_username"] == "ken@harbor.example"
    assert claims["email_verified"] is True
    assert claims["name"] == "Ken Watanabe"
    now = time.time()
    for moment in (claims["iat"], claims["auth_time"]):
        assert isinstance(moment, int)
        assert now - 120 < moment <= now + 1


def test_everybody_of_the_team_can_be_chosen_and_is_somebody_of_their_own(browser: Browser) -> None:
    page = browser.ask().text
    offered = [unescape(email) for email in re.findall(r'<option value="([^"]+)"', page)]
    assert offered == [who.email for who in EVERYBODY]
    subjects: set[object] = set()
    for email in offered:
        claims = browser.claims(browser.redeem(browser.code(email)))
        assert claims["email"] == email
        subjects.add(claims["sub"])
    assert len(subjects) == 25


def test_subject_of_a_person_outlives_the_provider(browser: Browser) -> None:
    before = browser.claims(browser.redeem(browser.code("ken@harbor.example")))
    with DemoIdentityProvider() as provider:
        another = Browser(provider.start())
        after = another.claims(another.redeem(another.code("ken@harbor.example")))
    for claim in ("sub", "oid", "tid"):
        assert before[claim] == after[claim]
    assert before["iss"] != after["iss"]


def test_page_says_what_it_is_and_preselects_who_was_hinted(browser: Browser) -> None:
    page = browser.ask(login_hint="Tom@harbor.example")
    assert "<h1>This is the demo's identity provider. It checks no password.</h1>" in page.text
    assert re.findall(r'<option value="([^"]+)" selected', page.text) == ["tom@harbor.example"]
    assert "<script" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    # Chromium follows a form's redirect only to where the policy lets the form go.
    assert "form-action 'self' http://127.0.0.1:49152;" in policy


def test_denial_reaches_the_client(browser: Browser) -> None:
    answer = answer_of(browser.choose(browser.ask(), "ken@harbor.example", "deny"))
    assert answer["error"] == "access_denied"
    assert answer["state"] == "state & more"
    assert "code" not in answer


def test_page_is_answered_once(browser: Browser) -> None:
    page = browser.ask()
    answer_of(browser.choose(page, "ken@harbor.example"))
    again = browser.choose(page, "olga@harbor.example")
    assert again.status_code == 400
    assert "answered before" in again.text


def test_wrong_verifier_is_refused_and_uses_the_code_up(browser: Browser) -> None:
    code = browser.code("ken@harbor.example")
    assert error_of(browser.redeem(code, code_verifier=VERIFIER[::-1])) == "invalid_grant"
    assert error_of(browser.redeem(code)) == "invalid_grant"


def test_code_is_redeemed_once(browser: Browser) -> None:
    code = browser.code("ken@harbor.example")
    browser.claims(browser.redeem(code))
    assert error_of(browser.redeem(code)) == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:49153/callback"},
        {"code": "another"},
        {"grant_type": "password"},
        {"grant_type": ""},
    ],
)
def test_redemption_with_something_wrong_is_refused(
    browser: Browser, changes: dict[str, str]
) -> None:
    code = browser.code("ken@harbor.example")
    refused = browser.redeem(code, **changes)
    assert error_of(refused) in {"invalid_grant", "unsupported_grant_type"}


def test_another_client_is_refused(browser: Browser) -> None:
    refused = browser.redeem(browser.code("ken@harbor.example"), client_id="another")
    assert refused.status_code == 401
    assert refused.json()["error"] == "invalid_client"
    assert browser.ask(client_id="another").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "callback",
        "http://192.0.2.1/callback",
        "http://localhost/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.1@evil.example/callback",
        "http://evil.example\\@127.0.0.1/callback",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1/callback#fragment",
        "https://server.example/elsewhere",
        "https://server.example/v1/sso/callback?more",
        "https:///v1/sso/callback",
        "https://[server/v1/sso/callback",
        "javascript:alert(1)",
        "http://127.0.0.1/\r\nSet-Cookie: a=b",
        "http://127.0.0.1/" + "a" * 2000,
    ],
)
def test_browser_is_never_sent_to_a_wrong_address(browser: Browser, address: str | None) -> None:
    refused = browser.ask(redirect_uri=address)
    assert refused.status_code == 400
    assert "Location" not in refused.headers
    assert "The redirect address must be" in refused.text


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:1/any/path",
        "http://[::1]:49152/callback",
        "https://bgconsole.example:8443/v1/sso/callback",
        "http://127.0.0.1:8080/v1/sso/callback",
    ],
)
def test_loopback_and_servers_get_answers(browser: Browser, address: str) -> None:
    sent = browser.choose(browser.ask(redirect_uri=address), "ken@harbor.example")
    assert sent.headers["Location"].startswith(f"{address}?code=")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "email"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_faulty_request_is_answered_at_the_redirect_address(
    browser: Browser, changes: dict[str, str | None], error: str
) -> None:
    answer = answer_of(browser.ask(**changes))
    assert answer["error"] == error
    assert answer["state"] == "state & more"


def test_device_flow(browser: Browser) -> None:
    given = browser.start_device()
    assert given["interval"] == 2
    assert given["expires_in"] == 600
    user_code = str(given["user_code"])
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", user_code)
    assert error_of(browser.poll(given["device_code"])) == "authorization_pending"
    page = browser.http.get(str(given["verification_uri_complete"]))
    assert f'value="{user_code}"' in page.text
    done = browser.answer_device(user_code)
    assert "You are signed in as Ken Watanabe" in done.text
    claims = browser.claims(browser.poll(given["device_code"]))
    assert claims["email"] == "ken@harbor.example"
    assert "nonce" not in claims
    assert error_of(browser.poll(given["device_code"])) == "invalid_grant", "only once"
    assert browser.answer_device(user_code).status_code == 400, "only once"


def test_user_code_may_be_typed_in_any_way(browser: Browser) -> None:
    given = browser.start_device()
    typed = str(given["user_code"]).replace("-", " ").lower()
    assert browser.answer_device(f" {typed} ").status_code == 200
    browser.claims(browser.poll(given["device_code"]))


def test_device_that_polls_too_often_is_told_to_slow_down(browser: Browser) -> None:
    given = browser.start_device()
    assert error_of(browser.poll(given["device_code"])) == "authorization_pending"
    assert error_of(browser.poll(given["device_code"])) == "slow_down"
    browser.answer_device(str(given["user_code"]))
    browser.claims(browser.poll(given["device_code"]))


def test_denied_device_learns_it(browser: Browser) -> None:
    given = browser.start_device()
    assert "Denied" in browser.answer_device(str(given["user_code"]), "deny").text
    assert error_of(browser.poll(given["device_code"])) == "access_denied"
    assert error_of(browser.poll(given["device_code"])) == "access_denied"


def test_unknown_user_code_is_refused_with_the_form_again(browser: Browser) -> None:
    refused = browser.answer_device('"><b>')
    assert refused.status_code == 400
    assert "No terminal waits for this code" in refused.text
    assert "<b>" not in refused.text
    assert 'name="user_code"' in refused.text


def test_what_nobody_answers_expires() -> None:
    with DemoIdentityProvider(lifetime=0.5) as provider:
        browser = Browser(provider.start())
        page, code, given = (
            browser.ask(),
            browser.code("ken@harbor.example"),
            browser.start_device(),
        )
        time.sleep(0.6)
        assert error_of(browser.poll(given["device_code"])) == "expired_token"
        assert browser.answer_device(str(given["user_code"])).status_code == 400
        assert error_of(browser.redeem(code)) == "invalid_grant"
        assert browser.choose(page, "ken@harbor.example").status_code == 400


def test_many_requests_push_out_the_oldest_only(browser: Browser) -> None:
    first = browser.start_device()
    last = [browser.start_device() for _ in range(200)][-1]
    assert error_of(browser.poll(first["device_code"])) == "invalid_grant"
    assert error_of(browser.poll(last["device_code"])) == "authorization_pending"
