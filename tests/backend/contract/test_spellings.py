"""People as they are written: shown as typed, compared so that one mailbox is one person."""

import pytest

from bgconsole.backend.errors import BatchRefusedError
from bgconsole.backend.values import MemberAddition, Simulation
from bgconsole.policy.audit import AuditFilter
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from tests.backend.world import OWNER, World


async def test_two_spellings_of_one_mailbox_are_one_person(world: World) -> None:
    spellings = {
        "U@München.example": ("u@xn--mnchen-3ya.example", "u@MÜNCHEN.example"),
        "Strauß@acme.test": ("STRAUẞ@Acme.test", "strauß@ACME.TEST"),
    }
    for written, others in spellings.items():
        await world.add(written)
        for other in others:
            for addition in (other, written.lower()):
                with pytest.raises(BatchRefusedError) as caught:
                    await world.backend.add_members(world.owner, [MemberAddition(addition)])
                assert caught.value.items[0].refusal.code is Code.DUPLICATE
            assert (await world.sign_in(other)).email == written
    await world.add("strauss@acme.test")
    emails = {m.email for m in await world.backend.members(world.owner)}
    assert emails == {OWNER, *spellings, "strauss@acme.test"}


async def test_lists_and_the_log_name_people_as_they_are_written(world: World) -> None:
    await world.add("Strauß@München.example")
    await world.enforce("entra", OWNER, "strauß@xn--mnchen-3ya.example")
    assert (await world.provider("entra")).settings.emails == (OWNER, "Strauß@München.example")
    with pytest.raises(BatchRefusedError) as caught:
        await world.backend.apply_delta(
            world.owner, "entra", Delta(add=("STRAUẞ@münchen.example",))
        )
    assert caught.value.items[0].refusal.code is Code.DUPLICATE
    await world.sign_in("strauß@münchen.EXAMPLE")
    wanted = AuditFilter(actor="STRAUß@xn--mnchen-3ya.example")
    page = await world.backend.audit_page(world.owner, wanted)
    assert {e.actor for e in page.events} == {"Strauß@München.example"}
    assert page.events[0].is_break_glass
    decision = await world.backend.simulate(world.owner, Simulation("strauß@MÜNCHEN.example"))
    assert (decision.allowed, decision.via) == (True, ("entra",))
    await world.backend.apply_delta(world.owner, "entra", Delta(remove=("strauß@münchen.example",)))
    assert (await world.provider("entra")).settings.emails == (OWNER,)
