"""A wrong code is answered at one time, whether or not there is an account to read."""

import pytest

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import gate
from bgconsole.policy.refusals import Code
from tests.backend.world import PASSWORD, World, network


@pytest.mark.parametrize("email", ["grace@acme.test", "nobody@acme.test", "no email"])
async def test_a_wrong_code_waits_for_the_same_moment(
    world: World, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    await world.add("grace", password=None)
    # Longer than anything takes here, so that what is left of it is what was not used.
    monkeypatch.setattr(gate, "CODE_ANSWERED", 1000.0)
    caller = Caller(network("198.51.100.7"))
    with pytest.raises(BackendError) as caught:
        await world.backend.redeem(caller, email, "AAAAA-BBBBB", PASSWORD)
    assert caught.value.code is Code.CODE_INVALID
    assert 900 < caught.value.hold < 1000
