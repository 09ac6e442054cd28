"""An id_token is accepted when all of it is right; otherwise the failed check is named."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from joserfc.jwk import ECKey, OKPKey

from bgconsole.openid.errors import OpenIdError, SsoStep
from bgconsole.openid.id_token import LEEWAY
from bgconsole.openid.provider import IdentityProvider
from bgconsole.policy.sso import SsoReason
from tests.openid.stub import Stub, as_json, provider, rsa_key

NOW = time.time


def check_of(idp: IdentityProvider, token: str, nonce: str | None = "a nonce") -> str | None:
    """Which check refuses the token; None: it is accepted."""
    refused: OpenIdError | None = None
    try:
        idp.verify(token, nonce=nonce, authenticated_after=None)
    except OpenIdError as error:
        refused = error
    if refused is None:
        return None
    assert (refused.reason, refused.step) == (SsoReason.SSO_TOKEN_INVALID, SsoStep.ID_TOKEN)
    assert refused.remedy
    assert not token or token not in refused.message
    return refused.check


def test_a_right_token_is_accepted(stub: Stub) -> None:
    claims = provider(stub).verify(stub.signed(), nonce="a nonce", authenticated_after=None)
    assert (claims.issuer, claims.subject, claims.email) == (
        stub.issuer,
        "1234",
        "ken@example.com",
    )


CHANGES: dict[str, tuple[str, dict[str, object]]] = {
    "another issuer": ("iss", {"iss": "https://evil.example"}),
    "no issuer": ("iss", {"iss": None}),
    "an issuer in a list": ("iss", {"iss": ["x"]}),
    "another audience": ("aud", {"aud": "other"}),
    "no audience": ("aud", {"aud": None}),
    "an audience that holds the client's name": ("aud", {"aud": "console2"}),
    "several audiences without azp": ("azp", {"aud": ["console", "other"]}),
    "another party": ("azp", {"azp": "other"}),
    "another party of several": ("azp", {"aud": ["console", "other"], "azp": "other"}),
    "another nonce": ("nonce", {"nonce": "another"}),
    "no nonce": ("nonce", {"nonce": None}),
    "a nonce in a list": ("nonce", {"nonce": ["a nonce"]}),
    "no subject": ("sub", {"sub": None}),
    "an empty subject": ("sub", {"sub": ""}),
    "a subject that is no text": ("sub", {"sub": 7}),
    "a subject that is too long": ("sub", {"sub": "x" * 256}),
    "no expiry": ("exp", {"exp": None}),
    "an expiry that is text": ("exp", {"exp": "tomorrow"}),
    "an expiry that is true": ("exp", {"exp": True}),
    "an expiry beyond all calendars": ("exp", {"exp": 10**400}),
    "no time of issue": ("iat", {"iat": None}),
    "a time of issue before all calendars": ("iat", {"iat": -1}),
    "a start that is text": ("nbf", {"nbf": "x"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_wrong_claim_is_refused_by_its_name(stub: Stub, name: str) -> None:
    check, changed = CHANGES[name]
    assert check_of(provider(stub), stub.signed(stub.claims(**changed))) == check


@pytest.mark.parametrize(
    ("claim", "offset", "check"),
    [
        ("exp", -LEEWAY - 5, "exp"),
        ("exp", -LEEWAY + 20, None),
        ("iat", LEEWAY + 20, "iat"),
        ("iat", LEEWAY - 20, None),
        ("nbf", LEEWAY + 20, "nbf"),
        ("nbf", LEEWAY - 20, None),
    ],
)
def test_clocks_may_differ_by_a_minute(
    stub: Stub, claim: str, offset: int, check: str | None
) -> None:
    claims = stub.claims(**{claim: int(NOW()) + offset})
    assert check_of(provider(stub), stub.signed(claims)) == check


@pytest.mark.parametrize("claim", ["exp", "iat"])
def test_a_time_that_is_no_number_is_refused(stub: Stub, claim: str) -> None:
    # JSON has no NaN, but the parser of a careless library reads it.
    assert check_of(provider(stub), stub.signed(stub.claims(**{claim: float("nan")}))) == claim


def test_several_audiences_with_the_right_party_are_accepted(stub: Stub) -> None:
    claims = stub.claims(aud=["other", "console"], azp="console")
    assert check_of(provider(stub), stub.signed(claims)) is None


def test_without_a_nonce_asked_for_none_is_needed(stub: Stub) -> None:
    assert check_of(provider(stub), stub.signed(stub.claims(nonce=None)), None) is None


def unsigned(stub: Stub, alg: str) -> str:
    parts = ({"alg": alg, "kid": "one"}, stub.claims())
    written = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return "".join(part.rstrip("=") + "." for part in written)


def by_public_key(stub: Stub, alg: str) -> str:
    """Signed with what everybody knows: the text of the public key as a shared secret."""
    signed = unsigned(stub, alg).rstrip(".")
    known = rsa_key().as_pem(private=False)
    digest = hmac.new(known, signed.encode(), f"sha{alg[2:]}").digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


FORGED: dict[str, tuple[str, Callable[[Stub], str]]] = {
    "alg none": ("alg", lambda stub: unsigned(stub, "none")),
    "alg None": ("alg", lambda stub: unsigned(stub, "None")),
    "no signature": ("signature", lambda stub: unsigned(stub, "RS256")),
    "HS256 with the public key": ("alg", lambda stub: by_public_key(stub, "HS256")),
    "HS512 with the public key": ("alg", lambda stub: by_public_key(stub, "HS512")),
    "another key": ("signature", lambda stub: stub.signed(key=rsa_key("evil"))),
    "another key by its own name": (
        "kid",
        lambda stub: stub.signed(key=rsa_key("evil"), kid="evil"),
    ),
    "a key in the header": (
        "signature",
        lambda stub: stub.signed(key=rsa_key("evil"), jwk=rsa_key("evil").as_dict(private=False)),
    ),
    "a key elsewhere": (
        "signature",
        lambda stub: stub.signed(key=rsa_key("evil"), jku="https://evil.example/keys"),
    ),
    "an algorithm of another family": (
        "alg",
        lambda stub: stub.signed(key=ECKey.generate_key("P-256"), alg="ES256"),
    ),
    "an extension that is critical": (
        "format",
        lambda stub: stub.signed().replace(
            stub.signed().partition(".")[0],
            base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"one","crit":["exp"]}').decode(),
        ),
    ),
    "changed claims": (
        "signature",
        lambda stub: ".".join(
            (
                stub.signed().split(".")[0],
                stub.signed(stub.claims(sub="root")).split(".")[1],
                stub.signed().split(".")[2],
            )
        ),
    ),
    "claims that are a list": ("format", lambda stub: stub.signed([])),  # pyright: ignore[reportArgumentType]
    "no token": ("format", lambda _stub: "hello"),
    "nothing": ("format", lambda _stub: ""),
    "an encrypted token": ("format", lambda _stub: "a.b.c.d.e"),
    "a header that is no JSON": ("format", lambda _stub: "aGVsbG8.e30.x"),
    "a header that is a list": ("format", lambda _stub: "W10.e30.x"),
    "a deep header": (
        "format",
        lambda _stub: base64.urlsafe_b64encode(b"[" * 20_000).decode() + ".e30.x",
    ),
    "a huge token": ("format", lambda _stub: "x" * (1 << 17) + "..x"),
    "letters of other scripts": ("format", lambda _stub: "é.é.é"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(stub: Stub, name: str) -> None:
    check, forge = FORGED[name]
    assert check_of(provider(stub), forge(stub)) == check


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        ({"use": "enc"}, "key"),
        ({"key_ops": ["encrypt"]}, "key"),
        ({"key_ops": "verify"}, "key"),
        ({"alg": "PS256"}, "alg"),
        ({"n": "AQAB"}, "key"),
        ({"n": "A" * 342}, "key"),
        ({"n": None}, "format"),
        ({"e": "!"}, "format"),
    ],
)
def test_a_key_that_is_not_for_this_is_refused(
    stub: Stub, changed: dict[str, object], check: str
) -> None:
    stub.keys = [{**stub.keys[0], **changed}]
    assert check_of(provider(stub), stub.signed()) == check


@pytest.mark.parametrize("padding", ["", "A" * 400])
def test_a_short_key_is_refused_however_long_it_looks(stub: Stub, padding: str) -> None:
    modulus = (1 << 1023) + 1
    written = base64.urlsafe_b64encode(modulus.to_bytes(129)).decode().rstrip("=")
    stub.keys = [{"kty": "RSA", "kid": "one", "e": "AQAB", "n": padding + written}]
    assert check_of(provider(stub), stub.signed()) == "key"


def test_each_algorithm_on_the_list_works(stub: Stub) -> None:
    curves = {"ES256": ECKey.generate_key("P-256"), "ES384": ECKey.generate_key("P-384")}
    keys = {
        **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), rsa_key()),
        **curves,
        "EdDSA": OKPKey.generate_key("Ed25519"),
    }
    for alg, key in keys.items():
        stub.keys = [{**key.as_dict(private=False), "kid": alg}]
        assert check_of(provider(stub), stub.signed(key=key, alg=alg, kid=alg)) is None, alg


def test_a_token_without_a_key_id_is_for_the_only_key_that_fits(stub: Stub) -> None:
    assert check_of(provider(stub), stub.signed(kid=None)) is None
    stub.keys.append({**stub.keys[0], "kid": "enc", "use": "enc"})
    assert check_of(provider(stub), stub.signed(kid=None)) is None
    stub.keys.append({**stub.keys[0], "kid": "two"})
    assert check_of(provider(stub), stub.signed(kid=None)) == "kid"


def test_rotated_keys_are_followed_once_a_minute(stub: Stub) -> None:
    at = [1000.0]
    idp = provider(stub, ticks=lambda: at[0])
    assert check_of(idp, stub.signed()) is None
    stub.keys = [dict(rsa_key("two").as_dict(private=False))]
    rotated = stub.signed(key=rsa_key("two"), kid="two")
    assert check_of(idp, rotated) == "kid"
    assert stub.count("/keys") == 1
    at[0] += 60
    assert check_of(idp, rotated) is None
    assert check_of(idp, stub.signed()) == "kid"
    # However many tokens name a key that is not there, the provider is asked once a minute.
    for _ in range(20):
        assert check_of(idp, stub.signed(kid="guess")) == "kid"
    assert stub.count("/keys") == 2


def test_an_error_is_never_kept(stub: Stub) -> None:
    right = stub.routes["/keys"]
    idp = provider(stub)
    stub.routes["/keys"] = lambda _asked: as_json({}, 500)
    with pytest.raises(OpenIdError) as refused:
        idp.verify(stub.signed(), nonce="a nonce", authenticated_after=None)
    assert (refused.value.step, refused.value.reason) == (SsoStep.KEYS, SsoReason.IDP_UNREACHABLE)
    stub.routes["/keys"] = right
    assert check_of(idp, stub.signed()) is None


def test_an_hour_later_the_keys_are_fetched_again(stub: Stub) -> None:
    at = [1000.0]
    idp = provider(stub, ticks=lambda: at[0])
    assert check_of(idp, stub.signed()) is None
    stub.keys = []
    at[0] += 3600
    with pytest.raises(OpenIdError, match="no signing key"):
        idp.verify(stub.signed(), nonce="a nonce", authenticated_after=None)


@pytest.mark.parametrize(
    ("auth_time", "check"), [(None, "auth_time"), (-300, "auth_time"), (0, None), (-30, None)]
)
def test_reauthentication_needs_a_recent_proof(
    stub: Stub, auth_time: int | None, check: str | None
) -> None:
    began = datetime.now(UTC)
    said = None if auth_time is None else int(began.timestamp()) + auth_time
    token = stub.signed(stub.claims(auth_time=said))
    idp = provider(stub)
    if check is None:
        assert idp.verify(token, nonce="a nonce", authenticated_after=began).authenticated_at
        return
    with pytest.raises(OpenIdError) as refused:
        idp.verify(token, nonce="a nonce", authenticated_after=began)
    assert refused.value.check == check
