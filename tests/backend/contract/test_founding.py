"""Making a team, and what the sign-in screen shows before and after."""

import asyncio

import pytest

from bgconsole.backend.errors import BackendError, UnreachableError
from bgconsole.backend.identity import Caller, SignedIn
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.audit import EventType
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, START, World, refused


async def test_the_first_run_finds_nothing_and_may_offer_set_up(empty: World) -> None:
    welcome = await empty.backend.welcome()
    assert (welcome.team, welcome.enforced, welcome.ways) == (None, False, ())


async def test_calls_on_nothing_say_to_run_init(empty: World) -> None:
    with pytest.raises(UnreachableError) as caught:
        await empty.backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    assert "init" in caught.value.refusal.remedy


async def test_a_new_team_has_its_owner_signed_in_and_two_providers(empty: World) -> None:
    signed_in = await empty.founder.initialise(
        Caller(CONSOLE), " Acme ", "Owner@ACME.test", PASSWORD
    )
    caller = Caller(CONSOLE, signed_in.token)
    me = await empty.backend.me(caller)
    assert (me.team, me.email, me.role, me.locked) == ("Acme", "Owner@ACME.test", Role.OWNER, False)
    assert me.proven_at == START
    details = await empty.backend.providers(caller)
    assert [(d.slug, d.name, d.enforced, d.entries) for d in details] == [
        ("entra", "Microsoft Entra ID", False, ()),
        ("oidc", "Generic OIDC", False, ()),
    ]
    kinds = [event.type for event in await empty.events(caller)]
    assert kinds[0] is EventType.MEMBER_ADDED
    assert kinds.count(EventType.PROVIDER_ADDED) == 2
    assert kinds[-1] is EventType.LOGIN_SUCCESS


async def test_a_team_is_made_once(world: World) -> None:
    head = await world.head()
    with refused(Code.ALREADY_INITIALISED):
        await world.founder.initialise(Caller(CONSOLE), "Other", "x@acme.test", PASSWORD)
    assert await world.head() == head


async def test_of_two_set_ups_at_once_one_wins(empty: World) -> None:
    others = (empty.another_founder() or empty.another() for _ in range(2))
    backends = (empty.founder, *others)
    answers = await asyncio.gather(
        *(b.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD) for b in backends),
        return_exceptions=True,
    )
    codes = [answer.code for answer in answers if isinstance(answer, BackendError)]
    assert codes == [Code.ALREADY_INITIALISED] * 2
    (signed_in,) = [answer for answer in answers if isinstance(answer, SignedIn)]
    assert (await empty.backend.audit_verify(Caller(CONSOLE, signed_in.token))).ok


@pytest.mark.parametrize(
    ("team", "owner", "password", "code"),
    [
        ("Acme", "nobody", PASSWORD, Code.INVALID_EMAIL),
        ("  ", OWNER, PASSWORD, Code.INVALID_VALUE),
        ("x" * 201, OWNER, PASSWORD, Code.INVALID_VALUE),
        ("A\ud800", OWNER, PASSWORD, Code.INVALID_VALUE),
        ("Acme", OWNER, "fourteen chars", Code.PASSWORD_TOO_SHORT),
        ("Acme", OWNER, "x" * 1025, Code.PASSWORD_TOO_LONG),
        ("Acme", OWNER, "passwordpassword", Code.PASSWORD_COMMON),
    ],
)
async def test_a_bad_value_makes_nothing(
    empty: World, team: str, owner: str, password: str, code: Code
) -> None:
    with refused(code):
        await empty.founder.initialise(Caller(CONSOLE), team, owner, password)
    assert (await empty.backend.welcome()).team is None


async def test_the_team_s_and_the_person_s_own_words_make_no_password(empty: World) -> None:
    with refused(Code.PASSWORD_COMMON):
        await empty.founder.initialise(
            Caller(CONSOLE), "Quixotic Zephyr", "zanzibar@quixotic.test", "zanzibar quixotic zephyr"
        )


async def test_the_sign_in_screen_tells_whether_anything_is_enforced(world: World) -> None:
    welcome = await world.backend.welcome()
    assert (welcome.team, welcome.enforced) == ("Acme", False)
    assert [(way.slug, way.configured) for way in welcome.ways] == [
        ("entra", False),
        ("oidc", False),
    ]
    await world.enforce("oidc", OWNER)
    assert (await world.backend.welcome()).enforced


async def test_two_backends_on_the_same_data_see_the_same_team(world: World) -> None:
    other = world.another()
    assert (await other.me(world.owner)).email == OWNER


async def test_a_read_only_console_signs_in_and_changes_nothing(world: World) -> None:
    console = world.another(read_only=True)
    signed_in = await console.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    caller = Caller(CONSOLE, signed_in.token)
    await console.reauthenticate(caller, PASSWORD)
    with refused(Code.FORBIDDEN) as it:
        await console.apply_delta(caller, "entra", Delta(True, (OWNER,)))
    assert it.message == "This console is read-only"
    with refused(Code.FORBIDDEN):
        await console.add_members(caller, [MemberAddition("x@acme.test")])
    with refused(Code.FORBIDDEN):
        await console.change_password(caller, PASSWORD, PASSWORD + " x")
    with refused(Code.FORBIDDEN):
        await console.redeem(Caller(CONSOLE), OWNER, "code", PASSWORD)
    with refused(Code.FORBIDDEN):
        await console.recover(Caller(CONSOLE), OWNER, PASSWORD)
    assert (await console.audit_page(caller)).events[0].type is EventType.REAUTH_SUCCESS
    await console.sign_out(caller)
