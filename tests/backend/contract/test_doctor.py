"""What `doctor` and `upgrade` say."""

from bgconsole.backend.identity import Caller
from bgconsole.backend.values import Severity
from bgconsole.policy.guard import Override
from tests.backend.world import CONSOLE, OWNER, World


async def test_a_sound_team_has_no_problem(world: World) -> None:
    findings = await world.backend.doctor(world.owner)
    assert findings
    assert not [f for f in findings if f.severity is Severity.PROBLEM]


async def test_an_enforced_provider_without_a_way_in_is_a_problem_and_names_nobody(
    world: World,
) -> None:
    await world.add("anna", "bert")
    await world.enforce("entra", "anna@acme.test", "bert@acme.test")
    await world.enforce("oidc", "anna@acme.test", "bert@acme.test")
    for name in ("anna", "bert"):
        override = Override(("entra", "oidc"), "test")
        await world.backend.reset_member(world.owner, f"{name}@acme.test", override)
    findings = await world.backend.doctor(world.owner)
    problems = {f.check for f in findings if f.severity is Severity.PROBLEM}
    assert problems == {"owners", "provider entra", "provider oidc"}
    assert "acme.test" not in repr(findings).replace(OWNER, "")


async def test_nothing_at_all_is_a_problem_with_a_remedy(empty: World) -> None:
    findings = await empty.founder.doctor(Caller(CONSOLE))
    problems = [f for f in findings if f.severity is Severity.PROBLEM]
    assert "init" in problems[0].remedy


async def test_upgrade_says_from_which_to_which(world: World) -> None:
    said = await world.founder.upgrade()
    assert "→" in said


async def test_the_place_is_named_without_secrets(world: World) -> None:
    assert world.backend.label
    assert "://" in world.backend.target
