"""The device and code flows against a provider that answers as it should not."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bgconsole.openid.authorization import challenge
from bgconsole.openid.errors import OpenIdError, SsoStep
from bgconsole.openid.provider import IdentityProvider
from bgconsole.openid.userinfo import AccessTokens
from bgconsole.openid.values import Tokens, Waiting
from bgconsole.policy.sso import Flow, SsoReason
from tests.openid.stub import Asked, Said, Stub, as_json, error, provider

REDIRECT = "http://127.0.0.1:1/callback"


def refusal(call: Callable[[], object]) -> OpenIdError:
    with pytest.raises(OpenIdError) as refused:
        call()
    assert refused.value.message
    assert refused.value.remedy
    return refused.value


def exchange(idp: IdentityProvider, **more: str) -> Tokens:
    return idp.exchange("a code of the provider", redirect_uri=REDIRECT, verifier="v" * 43, **more)


def test_a_device_authorization_has_defaults_where_the_provider_is_silent(stub: Stub) -> None:
    stub.routes["/device"] = lambda _asked: as_json(stub.device(expires_in=None))
    found = provider(stub).start_device(reauthenticate=False)
    assert (found.interval, found.expires_in) == (5, 900)
    assert found.verification_uri_complete is None
    assert stub.asked[-1].form == {"client_id": "console", "scope": "openid email profile"}


def test_reauthentication_by_a_device_asks_for_a_fresh_login(stub: Stub) -> None:
    provider(stub).start_device(reauthenticate=True)
    assert stub.asked[-1].form["prompt"] == "login"
    assert stub.asked[-1].form["max_age"] == "60"


def test_googles_spelling_of_the_address_is_understood(stub: Stub) -> None:
    device = stub.device(verification_uri=None, verification_url="https://google.example/device")
    stub.routes["/device"] = lambda _asked: as_json(device)
    found = provider(stub).start_device(reauthenticate=False)
    assert found.verification_uri == "https://google.example/device"


@pytest.mark.parametrize(
    "changed",
    [
        {"device_code": None},
        {"user_code": ""},
        {"user_code": "x" * 65},
        {"user_code": "AB\x1b[31m"},
        {"verification_uri": None},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "https://x.example/\u202e"},
        {"verification_uri": "https://[::1"},
        {"verification_uri": 7},
    ],
)
def test_a_device_answer_that_cannot_be_shown_is_refused(
    stub: Stub, changed: dict[str, object]
) -> None:
    stub.routes["/device"] = lambda _asked: as_json(stub.device(**changed))
    found = refusal(lambda: provider(stub).start_device(reauthenticate=False))
    assert (found.step, found.reason) == (SsoStep.DEVICE, SsoReason.IDP_UNREACHABLE)


@pytest.mark.parametrize(
    ("said", "expected"), [(10**9, (3600, 60)), (-3, (900, 5)), (True, (900, 5)), ("7", (7, 7))]
)
def test_times_of_a_device_code_have_bounds(
    stub: Stub, said: object, expected: tuple[int, int]
) -> None:
    stub.routes["/device"] = lambda _asked: as_json(stub.device(expires_in=said, interval=said))
    found = provider(stub).start_device(reauthenticate=False)
    assert (found.expires_in, found.interval) == expected


@pytest.mark.parametrize(
    ("answer", "step", "troubled"),
    [
        (error("authorization_pending"), 0, False),
        (error("authorization_pending", 428), 0, False),
        (error("slow_down"), 5, False),
        (error("temporarily_unavailable"), 5, True),
        (Said(503), 5, True),
        (Said(429), 5, True),
        (Said(then=lambda handler: handler.connection.close()), 5, True),
    ],
)
def test_polling_goes_on(stub: Stub, answer: Said, step: int, troubled: bool) -> None:
    stub.routes["/token"] = lambda _asked: answer
    found = provider(stub).poll_device("a device code")
    assert isinstance(found, Waiting)
    assert found.interval_step == step
    assert (found.trouble is not None) is troubled


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("expired_token", SsoReason.SSO_EXPIRED),
        ("invalid_grant", SsoReason.SSO_EXPIRED),
        ("bad_verification_code", SsoReason.SSO_EXPIRED),
        ("access_denied", SsoReason.SSO_DENIED),
        ("authorization_declined", SsoReason.SSO_DENIED),
        ("invalid_client", SsoReason.SSO_DENIED),
        ("unsupported_grant_type", SsoReason.SSO_DENIED),
        ("something\x1b[31m", SsoReason.SSO_DENIED),
    ],
)
def test_polling_ends(stub: Stub, code: str, reason: SsoReason) -> None:
    stub.routes["/token"] = lambda _asked: error(code)
    found = refusal(lambda: provider(stub).poll_device("a device code"))
    assert (found.reason, found.step) == (reason, SsoStep.TOKEN)
    assert "a device code" not in found.message
    assert "\x1b" not in found.message


def test_polling_outlives_a_lost_discovery(stub: Stub) -> None:
    at = [0.0]
    idp = provider(stub, ticks=lambda: at[0])
    idp.start_device(reauthenticate=False)
    stub.discovery = lambda _asked: Said(503)
    at[0] = 601.0
    found = idp.poll_device("a device code")
    assert isinstance(found, Waiting)
    assert found.trouble is not None
    stub.discovery = lambda _asked: Said(404)
    refusal(lambda: idp.poll_device("a device code"))


def test_the_device_code_is_sent_once_and_kept_nowhere(stub: Stub) -> None:
    stub.id_token = stub.signed()
    found = provider(stub).poll_device("a device code")
    assert isinstance(found, Tokens)
    assert stub.id_token not in repr(found)
    assert stub.asked[-1].form == {
        "client_id": "console",
        "device_code": "a device code",
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
    }


def test_without_a_device_endpoint_the_flow_is_refused(stub: Stub) -> None:
    del stub.document["device_authorization_endpoint"]
    idp = provider(stub)
    assert idp.flows() == (Flow.BROWSER, Flow.SERVER)
    assert refusal(lambda: idp.start_device(reauthenticate=False)).step is SsoStep.DEVICE


def test_what_a_provider_says_of_the_code_it_was_sent_does_not_quote_it(stub: Stub) -> None:
    def told(asked: Asked) -> Said:
        sent = [value for name, value in asked.form.items() if "code" in name]
        why = f"Malformed code: {', '.join(sent)}"
        return as_json({"error": "invalid_request", "error_description": why}, 400)

    stub.routes["/token"] = told
    idp = provider(stub)
    for found in (
        refusal(lambda: exchange(idp, issuer=stub.issuer)),
        refusal(lambda: idp.poll_device("a device code")),
    ):
        assert "Malformed code" in found.message
        assert "a device code" not in found.message
        assert "v" * 43 not in found.message


def address(idp: IdentityProvider, **changed: object) -> str:
    asked = {
        "redirect_uri": REDIRECT,
        "state": "s",
        "nonce": "n",
        "verifier": "v" * 43,
        "login_hint": None,
        "reauthenticate": False,
    } | changed
    return idp.authorization_url(**asked)  # pyright: ignore[reportArgumentType]


def test_the_address_asks_for_a_code_with_pkce_state_and_nonce(stub: Stub) -> None:
    stub.document["authorization_endpoint"] += "?tenant=a"
    found = urlsplit(address(provider(stub), login_hint="ken@example.com", reauthenticate=True))
    said = {name: values[0] for name, values in parse_qs(found.query).items()}
    assert said == {
        "tenant": "a",
        "response_type": "code",
        "client_id": "console",
        "redirect_uri": REDIRECT,
        "scope": "openid email profile",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge("v" * 43),
        "code_challenge_method": "S256",
        "login_hint": "ken@example.com",
        "prompt": "login",
        "max_age": "0",
    }


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B.
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    "endpoint", ["http://login.example.com/a", "javascript:1", "https:///a", "https://[::1", None]
)
def test_a_browser_is_sent_to_https_alone(stub: Stub, endpoint: str | None) -> None:
    stub.document["authorization_endpoint"] = endpoint
    assert refusal(lambda: address(provider(stub))).step is SsoStep.AUTHORIZATION


def test_a_code_of_another_provider_is_not_sent_on(stub: Stub) -> None:
    found = refusal(lambda: exchange(provider(stub), issuer="https://evil.example"))
    assert (found.reason, found.check) == (SsoReason.SSO_TOKEN_INVALID, "iss")
    assert "evil" not in found.message
    assert stub.count("/token") == 0
    stub.id_token = stub.signed()
    assert exchange(provider(stub), issuer=stub.issuer).id_token


def test_an_answer_without_an_id_token_is_refused(stub: Stub) -> None:
    stub.routes["/token"] = lambda _asked: as_json({"access_token": "x"})
    found = refusal(lambda: exchange(provider(stub)))
    assert (found.reason, found.step) == (SsoReason.SSO_TOKEN_INVALID, SsoStep.TOKEN)


@pytest.mark.parametrize(
    "answer",
    [
        Said(404),
        Said(302, headers={"Location": "https://evil.example"}),
        Said(200, b"<html>", {"Content-Type": "text/html"}),
        as_json([]),
        as_json({"no": "error"}, 400),
    ],
)
def test_what_is_no_answer_of_a_token_endpoint_is_refused(stub: Stub, answer: Said) -> None:
    stub.routes["/token"] = lambda _asked: answer
    found = refusal(lambda: exchange(provider(stub)))
    assert (found.reason, found.step) == (SsoReason.IDP_UNREACHABLE, SsoStep.TOKEN)


def test_a_secret_is_sent_as_the_provider_wants_it(stub: Stub, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(" a secret \n")
    stub.id_token = stub.signed()
    exchange(provider(stub, client_secret_file=file))
    assert stub.asked[-1].headers["Authorization"].startswith("Basic ")
    assert "client_secret" not in stub.asked[-1].form
    stub.document["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    exchange(provider(stub, client_secret_file=file))
    assert stub.asked[-1].form["client_secret"] == "a secret"


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"x" * 5000])
def test_a_secret_file_that_is_of_no_use_is_named(
    stub: Stub, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    found = refusal(lambda: exchange(provider(stub, client_secret_file=file)))
    assert found.step is SsoStep.SETTINGS
    assert str(file) in found.message
    report = provider(stub, client_secret_file=file).check()
    assert [(step.step, step.ok) for step in report.steps] == [(SsoStep.SETTINGS, False)]


def test_a_check_sees_the_sign_in_page_send_an_error_back(stub: Stub) -> None:
    def back(asked: object) -> Said:
        uri = stub.asked[-1].query["redirect_uri"]
        return Said(302, headers={"Location": f"{uri}?error=unauthorized_client&state=x"})

    stub.routes["/authorize"] = back
    report = provider(stub).check()
    failed = {step.step: step for step in report.steps if not step.ok}
    assert "does not allow this client" in failed[SsoStep.AUTHORIZATION].detail
    assert report.flows == (Flow.DEVICE,)


@pytest.mark.parametrize(
    ("page", "part"),
    [
        (Said(200, b"... AADSTS50011: the redirect URI ..."), "AADSTS50011"),
        (Said(400), "status 400"),
        (Said(503), "status 503"),
    ],
)
def test_a_check_reads_the_sign_in_page(stub: Stub, page: Said, part: str) -> None:
    stub.routes["/authorize"] = lambda _asked: page
    failed = [step for step in provider(stub).check().steps if not step.ok]
    assert [step.step for step in failed] == [SsoStep.AUTHORIZATION]
    assert part in failed[0].detail


def test_a_check_distrusts_a_provider_that_takes_any_code(stub: Stub) -> None:
    stub.id_token = stub.signed()
    report = provider(stub).check()
    assert [step.step for step in report.steps if not step.ok] == [SsoStep.TOKEN]
    assert report.flows == ()


def test_a_check_reports_clocks_that_differ(stub: Stub) -> None:
    def late(_asked: object) -> Said:
        return Said(then=lambda handler: _dated(handler, stub, "Sat, 01 Jan 2022 00:00:00 GMT"))

    stub.discovery = late
    report = provider(stub).check()
    clock = report.steps[-1]
    assert (clock.step, clock.ok) == (SsoStep.CLOCK, False)
    assert "behind" in clock.detail
    skew = provider(stub).probe().clock_skew
    assert skew is not None
    assert skew < -60


def _dated(handler: object, stub: Stub, date: str) -> None:
    import json

    body = json.dumps(stub.document).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: {date}\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    handler.wfile.write(head.encode() + body)  # pyright: ignore[reportAttributeAccessIssue]


def test_a_probe_names_an_endpoint_behind_a_dead_gateway(stub: Stub) -> None:
    stub.routes["/token"] = lambda _asked: Said(502)
    stub.routes["/device"] = lambda _asked: Said(then=lambda handler: handler.connection.close())
    found = provider(stub).probe()
    assert found.ok
    assert found.unanswered == ("device_authorization_endpoint", "token_endpoint")
    assert found.step is SsoStep.DEVICE
    assert not any(asked.method == "POST" for asked in stub.asked)


def thin(stub: Stub, **said: object) -> IdentityProvider:
    """A provider that tells the email at its UserInfo endpoint alone."""
    stub.document["userinfo_endpoint"] = f"{stub.issuer}/me"
    stub.id_token = stub.signed(stub.claims(email=None, email_verified=None, name=None))
    answer = {"sub": "1234", "email": "ken@example.com", "email_verified": True, **said}
    stub.routes["/me"] = lambda _asked: as_json(answer)
    return provider(stub)


def verified(idp: IdentityProvider, stub: Stub) -> str | None:
    exchange(idp)
    return idp.verify(stub.id_token, nonce="a nonce", authenticated_after=None).email


def test_the_userinfo_endpoint_is_asked_with_the_access_token(stub: Stub) -> None:
    assert verified(thin(stub), stub) == "ken@example.com"
    assert stub.asked[-1].headers["Authorization"] == "Bearer x"


def test_userinfo_about_somebody_else_is_refused(stub: Stub) -> None:
    idp = thin(stub, sub="5678")
    found = refusal(lambda: verified(idp, stub))
    assert (found.reason, found.check) == (SsoReason.SSO_TOKEN_INVALID, "sub")


def test_userinfo_that_fails_is_named(stub: Stub) -> None:
    idp = thin(stub)
    stub.routes["/me"] = lambda _asked: Said(200, b"a.b.c", {"Content-Type": "application/jwt"})
    found = refusal(lambda: verified(idp, stub))
    assert (found.reason, found.step) == (SsoReason.IDP_UNREACHABLE, SsoStep.USERINFO)


def test_userinfo_is_not_asked_when_the_token_says_it_or_is_wrong(stub: Stub) -> None:
    idp = thin(stub)
    exchange(idp)
    refusal(lambda: idp.verify(stub.id_token, nonce="another", authenticated_after=None))
    stub.id_token = stub.signed()
    assert verified(idp, stub) == "ken@example.com"
    assert stub.count("/me") == 0


def test_an_access_token_is_kept_for_a_minute_and_few_at_once() -> None:
    at = [0.0]
    held = AccessTokens(lambda: at[0])
    held.keep(Tokens("first", "a"))
    assert (held.take("other"), held.take("first"), held.take("first")) == (None, "a", None)
    held.keep(Tokens("old", "b"))
    at[0] = 60.0
    assert held.take("old") is None
    held.keep(Tokens("nothing"))
    for number in range(101):
        held.keep(Tokens(f"t{number}", "x"))
    assert (held.take("nothing"), held.take("t0"), held.take("t1")) == (None, None, "x")
