"""The guard: nothing leaves an enforced provider without a usable entry, unless overridden."""

from dataclasses import replace

import pytest

from bgconsole.policy.guard import (
    NO_OWNER,
    Guard,
    Guarded,
    Override,
    at_risk,
    check_lock_out,
    check_owner_stays,
    confirmations,
    guarded,
    newly_locked_out,
)
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import IdpState, Person, Provider, Role, Team
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


def test_a_name_that_two_providers_share_names_neither() -> None:
    twin = Provider("backup", "Microsoft Entra ID", enforced=True)
    locked = (entra(), twin)
    assert confirmations(locked) == ("entra", "backup")
    assert check_lock_out(locked, Override(("Microsoft Entra ID",), "why")) is not None
    refusal = check_lock_out(locked, Override(("entra",), "why"))
    assert refusal is not None
    assert check_lock_out(locked, Override(confirmations(locked), "why")) is None
    assert confirmations((entra(), oidc())) == ("Microsoft Entra ID", "Generic OIDC")


def test_a_refusal_names_those_that_the_override_left_out() -> None:
    refusal = check_lock_out((entra(), oidc()), Override(("entra",), "why"))
    assert refusal is not None
    assert refusal.message.startswith("Generic OIDC would be")


CODE = Person("code@harbor.example", "Cora", Role.OWNER, has_password=False)
"""An owner with a one-time code, or by SSO only: the rules see the same."""

LINKED = replace(CODE, linked=frozenset({"oidc"}))
SECOND = Person("second@harbor.example", "Sun", Role.OWNER, has_password=True)
PROVEN = replace(oidc(enforced=False), proven=True)
NOT_SET_UP = oidc(enforced=False, configured=False)
SET_UP = oidc(enforced=False)
DOWN = replace(PROVEN, idp=IdpState.DOWN)


@pytest.mark.parametrize(
    ("others", "providers", "refused"),
    [
        ((), (SET_UP,), True),
        ((SECOND,), (NOT_SET_UP,), False),
        # A one-time code expires, and SSO lets nobody in before it is set up.
        ((CODE,), (NOT_SET_UP,), True),
        ((LINKED,), (NOT_SET_UP,), True),
        # Never tried by them: not to be counted on, though it let others in.
        ((CODE,), (SET_UP,), True),
        ((CODE,), (PROVEN,), True),
        ((LINKED,), (PROVEN,), False),
        ((LINKED,), (DOWN,), True),
        # The other owner's password is switched off by enforcement, Olga's is not.
        ((SECOND,), (entra(OLGA, configured=False),), True),
        ((SECOND,), (entra(OLGA, SECOND, configured=False),), False),
        # Neither gets in: those count whom the end of enforcement would let in.
        ((SECOND,), (entra(TOM, configured=False),), False),
        ((CODE,), (entra(TOM, configured=False),), True),
    ],
)
@pytest.mark.parametrize("fate", ["removed", "demoted", "reset"])
def test_the_last_owner_who_can_get_in_stays_one(
    others: tuple[Person, ...], providers: tuple[Provider, ...], refused: bool, fate: str
) -> None:
    becomes = {
        "removed": replace(OLGA, role=None),
        "demoted": replace(OLGA, role=Role.MEMBER),
        "reset": replace(OLGA, has_password=False),
    }[fate]
    before = team(*providers, people=(OLGA, *others, KEN))
    refusal = check_owner_stays(before, team(*providers, people=(becomes, *others, KEN)))
    assert (refusal is not None) is refused
    if refusal is not None:
        assert refusal.code is Code.LAST_OWNER


def test_what_happens_to_others_is_no_matter_of_owners() -> None:
    before = team(SET_UP, people=(OLGA, CODE, KEN))
    for becomes in (replace(KEN, role=None), replace(KEN, role=Role.OWNER)):
        assert check_owner_stays(before, team(SET_UP, people=(OLGA, CODE, becomes))) is None
    assert check_owner_stays(before, team(SET_UP, people=(OLGA, KEN))) is None


def test_a_provider_s_change_is_guarded_where_no_owner_could_get_in_then() -> None:
    before = team(entra(), oidc(enforced=False))
    owners = [one for one in before.members if one.role is Role.OWNER]
    after = before
    for one in owners:
        after = after.with_person(replace(one, has_password=False))
    about = oidc(enforced=False)
    open_before = team(entra(enforced=False), about)
    shut_after = Team(after.people, open_before.providers)
    found = guarded(open_before, shut_after, NOBODY, about)
    assert found.ownerless == about
    assert found.providers == (about,)
    for override in (None, Override(("entra",), "why"), Override(("oidc",), " ")):
        refused = found.refusal(override)
        assert refused is not None
        assert refused.code is Code.WOULD_LOCK_OUT
    assert found.refusal(Override(("oidc",), "why")) is None
    assert not guarded(open_before, shut_after, NOBODY).providers
    assert not guarded(shut_after, shut_after, NOBODY, about).providers


def test_an_override_lifts_those_guards_that_it_names_and_no_other() -> None:
    """Removing Entra takes the last usable list, and the last owner's way in."""
    found = Guarded(locked=(oidc(),), ownerless=entra())
    assert found.guards == ((Guard.NO_USABLE_ENTRY, oidc()), (Guard.NO_OWNER, entra()))
    neither = found.refusal(Override(("backup",), "why"))
    assert neither is not None
    assert neither.message.startswith("Generic OIDC would be enforced with no usable")
    assert neither.message.endswith(NO_OWNER)
    assert "Generic OIDC, Microsoft Entra ID" in neither.remedy
    only_list = found.refusal(Override(("oidc",), "why"))
    assert only_list is not None
    assert only_list.message == NO_OWNER
    only_owner = found.refusal(Override(("entra",), "why"))
    assert only_owner is not None
    assert "no usable" in only_owner.message
    assert NO_OWNER not in only_owner.message
    assert found.refusal(Override(("entra", "oidc"), "why")) is None
