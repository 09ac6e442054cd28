"""What a change would do to people is said before it is made, and is what it then does."""

import pytest

from bgconsole.backend.forecasts import Act, ProposedChange
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from tests.backend.world import OWNER, World, refused

KEN, TOM = "ken@acme.test", "tom@acme.test"

FACTS = {
    Act.SAVE: ProposedChange(Act.SAVE, "entra", Delta(remove=(KEN.upper(),))),
    Act.REMOVE_PROVIDER: ProposedChange(Act.REMOVE_PROVIDER, "entra"),
    Act.CLEAR_SSO: ProposedChange(Act.CLEAR_SSO, "entra"),
    Act.REMOVE_MEMBER: ProposedChange(Act.REMOVE_MEMBER, KEN.upper()),
    Act.RESET_MEMBER: ProposedChange(Act.RESET_MEMBER, KEN),
}


@pytest.fixture
async def staffed(world: World) -> World:
    """Ken and Tom have passwords."""
    await world.add("ken", "tom")
    return world


@pytest.mark.parametrize("act", Act)
async def test_every_act_says_who_loses_whose_sessions_end_and_who_is_left(
    staffed: World, act: Act
) -> None:
    await staffed.enforce("entra", OWNER, KEN)
    before = await staffed.newest(1)
    found = await staffed.backend.forecast(staffed.owner, FACTS[act])
    told = "\n".join(found.effect)
    assert "loses password login" in told, told
    assert "ession" in told
    assert "can still get in if Microsoft Entra ID is down" in told or "can use a password" in told
    named = (KEN,) if act not in {Act.REMOVE_PROVIDER, Act.CLEAR_SSO} else ()
    assert found.loses == named
    assert found.needs_override == ()
    assert await staffed.newest(1) == before, "nothing is recorded"


async def test_what_a_save_would_do_is_what_it_does(staffed: World) -> None:
    switch = Delta(enforced=True, add=(OWNER,))
    asked = ProposedChange(Act.SAVE, "entra", switch)
    found = await staffed.backend.forecast(staffed.owner, asked)
    assert TOM in found.loses
    assert OWNER not in found.loses
    empty = ProposedChange(Act.SAVE, "entra", Delta(enforced=True))
    assert (await staffed.backend.forecast(staffed.owner, empty)).needs_override == ("entra",)
    await staffed.backend.apply_delta(staffed.owner, "entra", switch, None)
    again = await staffed.backend.forecast(staffed.owner, asked)
    assert again.loses == ()
    assert again.effect[0].startswith("Nobody loses password login; ")
    off = ProposedChange(Act.SAVE, "entra", Delta(enforced=False))
    assert set((await staffed.backend.forecast(staffed.owner, off)).gains) == set(found.loses)


@pytest.mark.parametrize(
    ("act", "target", "code"),
    [
        (Act.SAVE, "okta", Code.UNKNOWN_PROVIDER),
        (Act.REMOVE_PROVIDER, "okta", Code.UNKNOWN_PROVIDER),
        (Act.CLEAR_SSO, "okta", Code.UNKNOWN_PROVIDER),
        (Act.REMOVE_MEMBER, "nobody@acme.test", Code.UNKNOWN_MEMBER),
        (Act.RESET_MEMBER, "no email", Code.INVALID_EMAIL),
    ],
)
async def test_what_does_not_exist_is_refused(
    staffed: World, act: Act, target: str, code: Code
) -> None:
    with refused(code):
        await staffed.backend.forecast(staffed.owner, ProposedChange(act, target))
