"""The guard: nothing leaves an enforced provider without a usable entry, unless overridden."""

import pytest

from bgconsole.policy.guard import (
    Override,
    at_risk,
    check_lock_out,
    check_owner_stays,
    newly_locked_out,
)
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import Person, Provider, Role, Team
from tests.policy.build import KEN, OLGA, PEOPLE, RAJ, TOM, ZOE, entra, oidc, team

ENTRA = frozenset({"entra"})
OIDC = frozenset({"oidc"})
NOBODY: frozenset[str] = frozenset()


def slugs(before: Team, after: Team, touched: frozenset[str]) -> list[str]:
    return [p.slug for p in newly_locked_out(before, after, touched)]


@pytest.mark.parametrize(
    ("provider", "risky"),
    [
        (entra(OLGA), False),
        (entra(), True),
        (entra(RAJ), True),
        (entra(ZOE), True),
        (entra("gone@harbor.example"), True),
        (entra(RAJ, TOM), False),
        (entra(enforced=False), False),
    ],
)
def test_at_risk_means_enforced_without_a_usable_entry(provider: Provider, risky: bool) -> None:
    assert bool(at_risk(team(provider))) is risky


def test_saving_an_enforced_provider_without_usable_entries_is_guarded() -> None:
    before = team(entra(OLGA))
    assert slugs(before, team(entra()), ENTRA) == ["entra"]
    assert slugs(before, team(entra(RAJ)), ENTRA) == ["entra"]
    assert slugs(team(entra(enforced=False)), team(entra()), ENTRA) == ["entra"]


def test_saving_it_again_as_it_was_is_guarded_too() -> None:
    """Whoever saves a provider answers for it."""
    assert slugs(team(entra()), team(entra()), ENTRA) == ["entra"]


def test_saving_another_provider_is_not_stopped_by_one_at_risk_already() -> None:
    before = team(entra(), oidc(OLGA))
    assert slugs(before, team(entra(), oidc(OLGA, KEN)), OIDC) == []


@pytest.mark.parametrize("fallen", [None, "no password", "no role"])
def test_loss_of_the_last_usable_person_is_guarded(fallen: str | None) -> None:
    """A member's removal, a password's loss, a membership's end."""
    before = team(entra(OLGA), oidc(KEN))
    others = tuple(p for p in PEOPLE if p is not OLGA)
    changed: tuple[Person, ...] = {
        None: (),
        "no password": (Person(OLGA.email, "Olga", Role.OWNER, has_password=False),),
        "no role": (Person(OLGA.email, "Olga", None, has_password=True),),
    }[fallen]
    after = team(entra(OLGA), oidc(KEN), people=(*others, *changed))
    assert slugs(before, after, NOBODY) == ["entra"]


def test_loss_of_somebody_not_listed_is_not_guarded() -> None:
    before = team(entra(OLGA))
    after = team(entra(OLGA), people=tuple(p for p in PEOPLE if p is not KEN))
    assert slugs(before, after, NOBODY) == []


def test_turning_off_the_only_list_that_still_lets_anybody_in_is_guarded() -> None:
    """Generic OIDC was left empty by an override; now Entra's people would lose their way in."""
    before = team(entra(OLGA), oidc())
    assert slugs(before, team(entra(OLGA, enforced=False), oidc()), ENTRA) == ["oidc"]
    assert slugs(before, team(oidc()), ENTRA) == ["oidc"]


def test_turning_enforcement_off_everywhere_is_never_guarded() -> None:
    assert slugs(team(entra()), team(entra(enforced=False)), ENTRA) == []


@pytest.mark.parametrize(
    ("override", "refused"),
    [
        (None, True),
        (Override(("Microsoft Entra ID",), "IdP migration tonight"), False),
        (Override(("entra",), "IdP migration tonight"), False),
        (Override(("microsoft entra id",), "IdP migration tonight"), True),
        (Override(("Microsoft Entra ID ",), "IdP migration tonight"), True),
        (Override(("Generic OIDC",), "IdP migration tonight"), True),
        (Override((), "IdP migration tonight"), True),
        (Override(("Microsoft Entra ID",), ""), True),
        (Override(("Microsoft Entra ID",), " \n"), True),
    ],
)
def test_override_names_the_provider_exactly_and_gives_a_reason(
    override: Override | None, refused: bool
) -> None:
    refusal = check_lock_out((entra(),), override)
    assert (refusal is not None) is refused
    if refusal is not None:
        assert refusal.code is Code.WOULD_LOCK_OUT
        assert "Microsoft Entra ID" in refusal.message
        assert refusal.remedy


def test_override_has_to_name_every_provider_concerned() -> None:
    locked = (entra(), oidc())
    assert check_lock_out(locked, Override(("entra",), "why")) is not None
    assert check_lock_out(locked, Override(("entra", "Generic OIDC"), "why")) is None


def test_nothing_locked_out_needs_no_override() -> None:
    assert check_lock_out((), None) is None


@pytest.mark.parametrize(
    ("owners", "was", "becomes", "refused"),
    [
        (1, Role.OWNER, None, True),
        (1, Role.OWNER, Role.ADMIN, True),
        (1, Role.OWNER, Role.MEMBER, True),
        (1, Role.OWNER, Role.OWNER, False),
        (2, Role.OWNER, None, False),
        (1, Role.ADMIN, None, False),
        (1, Role.MEMBER, Role.OWNER, False),
        (1, None, Role.MEMBER, False),
    ],
)
def test_last_owner_cannot_be_removed_or_demoted(
    owners: int, was: Role | None, becomes: Role | None, refused: bool
) -> None:
    refusal = check_owner_stays(owners, was, becomes)
    assert (refusal is not None) is refused
    if refusal is not None:
        assert refusal.code is Code.LAST_OWNER
