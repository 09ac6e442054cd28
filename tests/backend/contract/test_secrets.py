"""Secrets that are typed where they do not belong never reach the log, which cannot be erased."""

from collections.abc import Awaitable

import pytest

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import Caller, SsoRequest
from bgconsole.backend.values import MemberAddition, Simulation
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from bgconsole.policy.sso import Flow
from bgconsole.policy.team import Role
from tests.backend.contract.test_throttle import WRONG, refused_tries
from tests.backend.world import OWNER, PASSWORD, World, network, refused

ANNA = "anna@acme.test"
STRANGER = Caller(network("192.0.2.1"))

FORMS = {
    "as it is": "{code}",
    "as a mailbox": "{code}@acme.test",
    "in small letters, as a domain": "x@{lower}",
    "without its dashes, as a mailbox": "{plain}@acme.test",
    "behind a mailbox": "anna+{code}@acme.test",
}
PASSWORDS = [
    "plum violin harbour staple",
    "P@ssw0rd-of-mine-2024",
    "Summer.p@rk.2024",
    "correct:h@rse.battery",
    f"{ANNA}x9plumviolinharbour",
]
"""What people use as passwords, some of which read like emails."""


@pytest.fixture
async def code(world: World) -> str:
    """Anna's one-time code, not redeemed; with a digit, as all but one of 500 have."""
    (issued,) = await world.backend.add_members(world.owner, [MemberAddition(ANNA)])
    while issued.code is None or issued.code.replace("-", "").isalpha():
        issued = await world.backend.reset_member(world.owner, ANNA)
    return issued.code


def written(form: str, code: str) -> str:
    return FORMS[form].format(code=code, lower=code.lower(), plain=code.replace("-", ""))


async def _refused(call: Awaitable[object]) -> None:
    with pytest.raises(BackendError):
        await call


async def log(world: World) -> str:
    """Everything on record, as it would be exported, in capitals and without dashes."""
    return repr(await world.events()).upper().replace("-", "")


@pytest.mark.parametrize("form", FORMS)
async def test_a_code_in_place_of_an_email_is_refused_and_kept_nowhere(
    world: World, code: str, form: str
) -> None:
    typed = written(form, code)
    with refused(Code.LOGIN_FAILED):
        await world.backend.sign_in(STRANGER, typed, PASSWORD)
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(STRANGER, typed, code, PASSWORD)
    with refused(Code.INVALID_EMAIL):
        await world.backend.start_sso(STRANGER, "entra", SsoRequest(Flow.DEVICE, login_hint=typed))
    events = await world.newest(2)
    assert [(event.type, event.actor, event.reason) for event in events] == [
        (EventType.LOGIN_FAILURE, None, "invalid_email")
    ] * 2
    assert code.replace("-", "") not in await log(world)
    # It is still good where it belongs.
    await world.backend.redeem(STRANGER, ANNA, code, PASSWORD)


@pytest.mark.parametrize("typed", PASSWORDS)
async def test_what_reads_like_a_password_has_no_name_on_record(world: World, typed: str) -> None:
    with refused(Code.LOGIN_FAILED):
        await world.backend.sign_in(STRANGER, typed, PASSWORD)
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(STRANGER, typed, "AAAAA", PASSWORD)
    events = await world.newest(2)
    assert [(event.actor, event.reason) for event in events] == [(None, "invalid_email")] * 2
    assert typed.upper().replace("-", "") not in await log(world)


@pytest.mark.parametrize("typed", PASSWORDS)
async def test_nor_has_it_where_a_wait_refuses_it_unjudged(world: World, typed: str) -> None:
    for _ in range(5):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(STRANGER, typed, WRONG)
    with refused(Code.THROTTLED):
        await world.backend.sign_in(STRANGER, typed, WRONG)
    event = await refused_tries(world)
    assert (event.actor, event.reason, event.metadata["emails"]) == (None, "throttled", 0)
    assert typed.upper().replace("-", "") not in await log(world)


async def test_an_account_is_named_wherever_its_mail_goes(world: World) -> None:
    """On a host of one's own, addresses need no domain of the internet."""
    await world.backend.add_members(world.owner, [MemberAddition("root@localhost", sso_only=True)])
    for _ in range(5):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(STRANGER, "root@localhost", WRONG)
    (event,) = await world.newest()
    assert (event.actor, event.reason) == ("root@localhost", "no_password")
    with refused(Code.THROTTLED):
        await world.backend.sign_in(STRANGER, "root@localhost", WRONG)
    assert (await refused_tries(world)).actor == "root@localhost"


@pytest.mark.parametrize("form", FORMS)
async def test_no_door_for_people_who_are_signed_in_keeps_a_code_either(
    world: World, code: str, form: str
) -> None:
    typed, backend, owner = written(form, code), world.backend, world.owner
    await world.enforce("entra", OWNER)
    head = await world.head()
    await _refused(backend.add_members(owner, [MemberAddition(typed)]))
    await _refused(backend.reset_member(owner, typed))
    await _refused(backend.set_role(owner, typed, Role.ADMIN))
    await _refused(backend.rename_member(owner, typed, "other@acme.test"))
    await _refused(backend.rename_member(owner, OWNER, typed))
    await _refused(backend.set_name(owner, typed, "Other"))
    await _refused(backend.unpause(owner, typed))
    await _refused(backend.remove_member(owner, typed))
    await _refused(backend.unlink(owner, typed, "entra"))
    await _refused(backend.identities(owner, typed))
    await _refused(backend.revoke_token(owner, typed))
    await _refused(backend.check_entry(owner, "entra", typed))
    await _refused(backend.simulate(owner, Simulation(typed)))
    await _refused(backend.apply_delta(owner, "entra", Delta(add=(typed,))))
    await _refused(backend.check_provider(owner, typed))
    assert await world.head() == head
    await backend.record_export(owner, AuditFilter(actor=typed, text=typed, provider=typed), 0)
    (event,) = await world.newest()
    assert event.metadata["filter"] == dict.fromkeys(("actor", "text", "provider"), "(withheld)")
    assert code.replace("-", "") not in await log(world)


async def test_an_export_by_a_password_does_not_keep_it(world: World) -> None:
    await world.backend.record_export(world.owner, AuditFilter(actor="plum violin harbour"), 0)
    (event,) = await world.newest()
    assert event.metadata["filter"] == {"actor": "(withheld)"}


async def test_a_script_s_token_is_no_email_and_no_search(world: World) -> None:
    issued = await world.backend.create_token(world.owner, 30)
    for typed in (issued.token, f"{issued.token}@acme.test"):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(STRANGER, typed, PASSWORD)
        await world.backend.record_export(world.owner, AuditFilter(text=typed), 0)
    found = repr(await world.events())
    assert issued.token not in found
    assert issued.token.lower() not in found
