"""The one answer to a refused password login: it follows from the providers alone."""

import pytest

from bgconsole.policy.refusals import Code
from bgconsole.policy.refused_login import refused_login, why_no_sso
from bgconsole.policy.team import IdpState, Provider
from tests.policy.build import entra, oidc

DOWN, UP = IdpState.DOWN, IdpState.UP
SHUT = "only break-glass users get in. Ask one of your admins"


@pytest.mark.parametrize(
    ("providers", "remedy"),
    [
        ((entra(idp=UP),), "Check both, or sign in with Microsoft Entra ID"),
        ((entra(), oidc(enforced=False, configured=False)), "sign in with Microsoft Entra ID"),
        ((entra(idp=IdpState.DEGRADED),), "sign in with Microsoft Entra ID"),
        ((entra(idp=DOWN), oidc(idp=UP)), "Check both, or sign in with Generic OIDC"),
        ((entra(idp=DOWN), oidc(enforced=False)), "Check both, or sign in with Generic OIDC"),
        ((entra(), oidc()), "sign in with Microsoft Entra ID or Generic OIDC"),
        ((entra(idp=DOWN),), f"Microsoft Entra ID is down: {SHUT}"),
        ((entra(idp=DOWN), oidc(configured=False)), f"Microsoft Entra ID is down: {SHUT}"),
        (
            (entra(idp=DOWN), oidc(idp=DOWN)),
            f"Microsoft Entra ID and Generic OIDC are down: {SHUT}",
        ),
        ((entra(configured=False),), f"SSO is not set up: {SHUT}"),
        ((entra(enforced=False, configured=False),), "Check both, or ask one of your admins"),
        ((entra(enforced=False, idp=DOWN),), "Check both, or ask one of your admins"),
        ((), "Check both, or ask one of your admins"),
    ],
)
def test_it_sends_nobody_to_a_provider_that_is_down_or_not_set_up(
    providers: tuple[Provider, ...], remedy: str
) -> None:
    told = refused_login(providers)
    assert told.code is Code.LOGIN_FAILED
    assert told.message == "This email and password do not let you in"
    assert remedy in told.remedy


def test_many_providers_are_counted() -> None:
    many = tuple(Provider(f"p{n}", f"Provider {n}", True, configured=True) for n in range(3))
    assert "one of your identity providers" in refused_login(many).remedy
    down = tuple(Provider(f"p{n}", f"P{n}", True, (), configured=True, idp=DOWN) for n in range(3))
    assert why_no_sso(down) == "All 3 identity providers are down"
