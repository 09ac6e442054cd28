"""Who signed in, and whose email counts, by the rules of each kind."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bgconsole.openid.client import Client
from bgconsole.openid.errors import OpenIdError
from bgconsole.openid.identity import identity
from bgconsole.openid.values import Claims
from bgconsole.policy.provider_kinds import ProviderKind

TENANT = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"
ISSUERS = {
    ProviderKind.ENTRA: f"https://login.microsoftonline.com/{TENANT}/v2.0",
    ProviderKind.OIDC: "https://id.example.com",
}


def client(kind: ProviderKind, *domains: str) -> Client:
    return Client(kind, ISSUERS[kind], "console", email_domains=domains)


def claims(kind: ProviderKind, **said) -> Claims:
    found = Claims(ISSUERS[kind], "sub-1", datetime(2026, 1, 1, tzinfo=UTC), name="Ken")
    if kind is ProviderKind.ENTRA:
        found = replace(found, tenant=TENANT, object_id="oid-1")
    return replace(found, **said)


@pytest.mark.parametrize(
    ("said", "domains", "verified"),
    [
        ({"email": "Ken@Example.com", "email_verified": True}, (), True),
        ({"email": "ken@example.com"}, (), False),
        ({"email": "ken@example.com"}, ("example.com",), True),
        ({"email": "ken@example.com"}, ("@EXAMPLE.com ",), True),
        ({"email": "ken@evil.example"}, ("example.com",), False),
        ({"email": "ken@sub.example.com"}, ("example.com",), False),
        ({"email": "ken@notexample.com"}, ("example.com",), False),
        ({"email": "ken@example.com", "email_verified": False}, ("example.com",), False),
    ],
)
def test_a_provider_vouches_by_its_claim_or_for_its_domains(
    said: dict[str, Any], domains: tuple[str, ...], verified: bool
) -> None:
    found = identity(claims(ProviderKind.OIDC, **said), client(ProviderKind.OIDC, *domains))
    assert found.email_verified is verified
    assert found.email == said["email"].casefold()
    assert (found.issuer, found.subject) == ("https://id.example.com", "sub-1")


@pytest.mark.parametrize(
    ("said", "domains", "email"),
    [
        ({"preferred_username": "ken@acme.com"}, ("acme.com",), "ken@acme.com"),
        ({"preferred_username": "ken@acme.com"}, (), None),
        (
            {"preferred_username": "ken@acme.onmicrosoft.com", "email": "ken@acme.com"},
            ("acme.com",),
            "ken@acme.com",
        ),
        # An admin of any tenant can write any address into `email`; the domain owner's word counts.
        ({"email": "ceo@acme.com", "domain_verified": False}, ("acme.com",), None),
        ({"email": "ceo@acme.com", "email_verified": False}, ("acme.com",), None),
        # A guest's `email` is the word of their own organisation.
        (
            {
                "preferred_username": "eve@evil.example",
                "email": "ceo@acme.com",
                "guest_of": "https://sts.windows.net/other/",
            },
            ("acme.com",),
            None,
        ),
        ({"email": "ken@acme.com", "email_verified": True}, (), None),
        ({"email": "ken@acme.com", "email_verified": True}, ("other.com",), None),
    ],
)
def test_entra_vouches_inside_its_domains_alone(
    said: dict[str, Any], domains: tuple[str, ...], email: str | None
) -> None:
    found = identity(claims(ProviderKind.ENTRA, **said), client(ProviderKind.ENTRA, *domains))
    assert (found.email if found.email_verified else None) == email
    assert found.subject == f"{TENANT}/oid-1"


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ({"tenant": None}, "tid"),
        ({"object_id": None}, "oid"),
        ({"tenant": "9188040d-6c67-4c5b-b112-36a304b66dad"}, "tid"),
        ({"tenant": "v2.0"}, "tid"),
    ],
)
def test_entra_needs_its_own_tenant_and_object(said: dict[str, Any], check: str) -> None:
    with pytest.raises(OpenIdError) as refused:
        identity(claims(ProviderKind.ENTRA, **said), client(ProviderKind.ENTRA, "acme.com"))
    assert refused.value.check == check


def test_a_changed_email_does_not_change_who_it_is() -> None:
    known = [
        identity(
            claims(ProviderKind.OIDC, email=email, email_verified=True), client(ProviderKind.OIDC)
        )
        for email in ("ken@example.com", "olga@example.com")
    ]
    assert known[0].subject == known[1].subject


@pytest.mark.parametrize("email", ["", "no address", "a@b@c", "ken@example.com\x1b", "x" * 900])
def test_what_is_no_email_is_none(email: str) -> None:
    said = claims(ProviderKind.OIDC, email=email, email_verified=True)
    found = identity(said, client(ProviderKind.OIDC))
    assert (found.email, found.email_verified) == (None, False)


def test_a_name_is_made_harmless_and_never_empty() -> None:
    found = identity(claims(ProviderKind.OIDC, name="Ken\x1b[31m"), client(ProviderKind.OIDC))
    assert found.name == "Ken\\x1b[31m"
    found = identity(claims(ProviderKind.OIDC, name=None), client(ProviderKind.OIDC))
    assert found.name == "sub-1"
