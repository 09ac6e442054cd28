"""What a change does to people is printed by every command that takes or gives a way in."""

import pytest

from tests.cli.conftest import OWNER, Join
from tests.cli.driver import CommandLine

GRACE = "grace@harbor.example"
TOM = "tom@harbor.example"
SAM = "sam@harbor.example"
REGISTERED = ("--issuer", "https://idp.harbor.example", "--client-id", "bgconsole")


@pytest.fixture
def harbor(team: CommandLine, join: Join) -> CommandLine:
    """Ada and Grace are on Entra's list, Tom is on none, Sam has no password; OIDC is set up."""
    join(GRACE, TOM)
    assert team("member", "add", SAM, "--sso-only").code == 0
    assert team("provider", "set", "oidc", *REGISTERED).code == 0
    listed = ("--add", OWNER, "--add", GRACE)
    assert team("provider", "enforce", "entra", "on", *listed).code == 0
    return team


NOBODY = "Nobody loses password login; 2 people could not use it before either"
STILL = f"2 of 4 people can still get in if Microsoft Entra ID is down: {OWNER}, {GRACE}"
ALONE = f"1 of {{}} people can still get in if Microsoft Entra ID is down: {OWNER}"

ACTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("provider", "enforce", "entra", "off"): (
        "Nobody loses password login; 1 person could not use it before either",
        f"1 of 4 people can use a password again: {TOM}",
        "No session ends",
        "3 of 4 people can use a password",
        f"1 of 4 people cannot use one: {SAM}",
    ),
    ("provider", "enforce", "oidc", "on", "--add", OWNER): (
        NOBODY,
        "No session ends",
        f"2 of 4 people can still get in if Generic OIDC is down: {OWNER}, {GRACE}",
    ),
    ("provider", "remove", "entra"): (
        "Nobody loses password login; 1 person could not use it before either",
        f"1 of 4 people can use a password again: {TOM}",
        "No session ends",
        "3 of 4 people can use a password",
    ),
    ("provider", "remove", "oidc"): (
        f"2 of 4 people cannot get in any more: {SAM}, {TOM}",
        NOBODY,
        "No session ends",
        STILL,
    ),
    ("provider", "set", "oidc", "--issuer", ""): (
        f"2 of 4 people cannot get in any more: {SAM}, {TOM}",
        NOBODY,
        STILL,
    ),
    ("glass", "remove", "entra", GRACE): (
        f"1 of 4 people loses password login: {GRACE}",
        "Their password sessions end",
        ALONE.format(4),
    ),
    ("glass", "remove", "entra", OWNER): (
        f"1 of 4 people loses password login: {OWNER}",
        "Their password sessions end, except your current one",
    ),
    ("glass", "add", "entra", TOM): (
        "Nobody loses password login; 1 person could not use it before either",
        f"1 of 4 people can use a password again: {TOM}",
        "No session ends",
    ),
    ("member", "remove", GRACE): (
        f"1 of 4 people loses password login and cannot get in any more: {GRACE}",
        f"All sessions and tokens of {GRACE} end",
        ALONE.format(3),
    ),
    ("member", "remove", TOM): (
        f"1 of 4 people cannot get in any more: {TOM}",
        NOBODY.replace("2 people", "1 person"),
        f"All sessions and tokens of {TOM} end",
        STILL.replace("of 4", "of 3"),
    ),
    ("member", "reset", GRACE): (
        f"1 of 4 people loses password login: {GRACE}",
        f"All sessions and tokens of {GRACE} end",
        ALONE.format(4),
    ),
}


@pytest.mark.parametrize(("act", "told"), ACTS.items(), ids=lambda value: " ".join(value)[:40])
def test_who_loses_who_gains_whose_sessions_end_and_who_is_left_is_said(
    harbor: CommandLine, act: tuple[str, ...], told: tuple[str, ...]
) -> None:
    done = harbor(*act)
    assert done.code == 0, done.err
    places = [done.out.find(f"{sentence}.\n") for sentence in told]
    assert -1 not in places, done.out
    assert places == sorted(places), done.out


@pytest.mark.parametrize("act", [act for act in ACTS if act[1] != "reset"], ids=" ".join)
def test_json_has_the_effect_and_warns_of_what_people_lose(
    harbor: CommandLine, act: tuple[str, ...]
) -> None:
    done = harbor(*act, "--json")
    assert done.code == 0, done.err
    assert set(ACTS[act]) <= set(done.json["effect"])
    if not {"enforce", "glass"} & set(act):
        losses = [one for one in ACTS[act] if " lose" in one or "cannot get in" in one]
        lost = [one for one in losses if "Nobody" not in one]
        assert done.json["warnings"][: len(lost)] == lost


def test_a_reset_in_json_keeps_its_shape_and_tells_the_effect_beside_it(
    harbor: CommandLine,
) -> None:
    done = harbor("member", "reset", GRACE, "--json")
    assert set(done.json) >= {"email", "code", "expires_at"}
    assert "effect" not in done.json
    for sentence in ACTS["member", "reset", GRACE]:
        assert f"bgconsole: {sentence}.\n" in done.err


def test_somebody_on_two_lists_keeps_password_login_through_the_other(
    harbor: CommandLine,
) -> None:
    both = ("--add", GRACE, "--add", OWNER)
    assert harbor("provider", "enforce", "oidc", "on", *both).code == 0
    kept = f"{GRACE} keeps password login through Generic OIDC's list."
    assert kept in harbor("glass", "remove", "entra", GRACE).out
    ended = harbor("provider", "enforce", "oidc", "off").out
    assert f"1 of 4 people loses password login: {GRACE}.\n" in ended
    assert f"{OWNER} keeps password login through Microsoft Entra ID's list.\n" in ended
    assert "Nobody gains password login: SSO stays enforced for Microsoft Entra ID.\n" in ended
