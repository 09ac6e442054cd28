"""Provider kinds: the table has everything, and takes only issuers that a kind may have."""

import pytest

from bgconsole.policy.issuers import InvalidSettingError
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.sso import FLOW_LABELS, Flow

TENANT = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"


def test_every_kind_is_in_the_table_with_words_and_steps() -> None:
    for kind in ProviderKind:
        facts = kind.facts
        assert facts.label
        assert facts.button == f"Sign in with {facts.default_name}"
        assert facts.steps
        assert set(facts.subject_claims) <= {"sub", "tid", "oid"}
        assert set(facts.email_claims) <= {"email", "preferred_username"}


def test_every_flow_has_its_words() -> None:
    assert set(FLOW_LABELS) == set(Flow)


def test_what_is_typed_is_brought_into_the_form_that_providers_use() -> None:
    entra, keycloak = ProviderKind.ENTRA.facts, ProviderKind.KEYCLOAK.facts
    assert TENANT in entra.issuer({"tenant": f" {TENANT.upper()} "})
    base = {"base": "https://sso.example.com/", "realm": "acme"}
    assert keycloak.issuer(base) == "https://sso.example.com/realms/acme"
    oidc = ProviderKind.OIDC.facts
    assert oidc.issuer({"issuer": "https://id.example.com/"}) == "https://id.example.com/"


@pytest.mark.parametrize(
    ("kind", "values", "issuer"),
    [
        ("entra", {"tenant": TENANT}, f"https://login.microsoftonline.com/{TENANT}/v2.0"),
        ("oidc", {"issuer": "https://id.example.com/"}, "https://id.example.com/"),
        ("okta", {"domain": "acme.okta.com"}, "https://acme.okta.com"),
        (
            "okta",
            {"domain": "acme.okta.com/oauth2/default"},
            "https://acme.okta.com/oauth2/default",
        ),
        ("google", {}, "https://accounts.google.com"),
        (
            "keycloak",
            {"base": "https://sso.example.com/auth", "realm": "acme"},
            "https://sso.example.com/auth/realms/acme",
        ),
    ],
)
def test_an_issuer_is_made_from_a_kinds_settings(
    kind: str, values: dict[str, str], issuer: str
) -> None:
    facts = ProviderKind(kind).facts
    assert facts.issuer(values) == issuer
    assert facts.values(issuer) == values
    facts.demand(issuer)


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "login.example.com",
        "ftp://login.example.com",
        "http://login.example.com",
        "https://",
        "https://user:secret@login.example.com",
        "https://login.example.com?tenant=1",
        "https://login.example.com#top",
        "https://login.example.com/\x1b[31m",
        "https://login.example.com/a b",
        "https://[::1",
        "https://login.example.com:port",
        "https://" + "x" * 600,
    ],
)
def test_what_is_no_issuer_is_refused_with_a_remedy(issuer: str) -> None:
    with pytest.raises(InvalidSettingError) as refused:
        ProviderKind.OIDC.facts.demand(issuer)
    assert refused.value.setting == "issuer"
    assert refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize(
    "issuer", ["http://127.0.0.1:8080", "http://localhost/realms/x", "http://[::1]:9"]
)
def test_http_is_for_this_machine(issuer: str) -> None:
    ProviderKind.OIDC.facts.demand(issuer)


@pytest.mark.parametrize("tenant", ["common", "organizations", "Consumers", "acme.com", ""])
def test_entra_takes_a_tenant_of_ones_own_alone(tenant: str) -> None:
    facts = ProviderKind.ENTRA.facts
    with pytest.raises(InvalidSettingError) as refused:
        facts.issuer({"tenant": tenant})
    assert refused.value.setting == "tenant"
    with pytest.raises(InvalidSettingError):
        facts.demand(f"https://login.microsoftonline.com/{tenant}/v2.0")


@pytest.mark.parametrize(
    ("kind", "issuer"),
    [
        ("entra", f"https://login.example.com/{TENANT}/v2.0"),
        ("entra", f"https://sts.windows.net/{TENANT}/"),
        ("google", "https://accounts.example.com"),
        ("keycloak", "https://sso.example.com"),
    ],
)
def test_another_providers_issuer_is_refused(kind: str, issuer: str) -> None:
    with pytest.raises(InvalidSettingError, match="not an issuer of"):
        ProviderKind(kind).facts.demand(issuer)


def test_a_base_url_without_tls_is_refused_at_its_own_field() -> None:
    with pytest.raises(InvalidSettingError, match="must use https") as refused:
        ProviderKind.KEYCLOAK.facts.issuer({"base": "http://sso.example.com", "realm": "acme"})
    assert refused.value.setting == "base"
