"""A provider's switch and list: checked, guarded, versioned, on record."""

import asyncio

import pytest

from bgconsole.backend.errors import ConflictError
from bgconsole.backend.identity import Caller
from bgconsole.backend.values import SettingsSave
from bgconsole.policy.audit import EventType
from bgconsole.policy.guard import Override
from bgconsole.policy.refusals import Code, RequestField
from bgconsole.policy.settings import Delta, Settings
from bgconsole.policy.team import EntryProblem
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, refused

pytestmark = pytest.mark.on_both

A, B, C = "a@acme.test", "b@acme.test", "c@acme.test"


@pytest.fixture
async def staffed(world: World) -> World:
    """A to g with passwords, one without, one outside the team."""
    await world.add(*"abcdefg", "gone")
    await world.add("sso", password=None)
    await world.backend.remove_member(world.owner, "gone@acme.test")
    return world


async def test_switch_and_list_are_saved_together_with_an_event_for_each(staffed: World) -> None:
    head = await staffed.head()
    detail = await staffed.save("entra", " A@Acme.test", B)
    assert (detail.enforced, detail.version, detail.saved_by) == (True, 2, OWNER)
    assert [(e.email, e.added_by, e.usable) for e in detail.entries] == [
        (A, OWNER, True),
        (B, OWNER, True),
    ]
    assert detail == await staffed.provider("entra")
    events = (await staffed.events())[head:]
    assert [(e.type, e.actor, e.target, e.provider) for e in events] == [
        (EventType.ENFORCEMENT_ENABLED, OWNER, None, "entra"),
        (EventType.ENTRY_ADDED, OWNER, A, "entra"),
        (EventType.ENTRY_ADDED, OWNER, B, "entra"),
    ]


async def test_a_save_is_all_or_nothing_and_names_every_refused_email(staffed: World) -> None:
    head = await staffed.head()
    emails = (A, "none", "nobody@acme.test", "sso@acme.test", "gone@acme.test", A, B)
    with refused(Code.INVALID_EMAIL) as it:
        await staffed.save("entra", *emails)
    assert it.items == {
        "none": Code.INVALID_EMAIL,
        "nobody@acme.test": Code.UNKNOWN_ACCOUNT,
        "sso@acme.test": Code.NO_PASSWORD,
        "gone@acme.test": Code.NOT_A_MEMBER,
        A: Code.DUPLICATE,
    }
    assert await staffed.head() == head
    assert not (await staffed.provider("entra")).enforced


async def test_five_are_the_limit(staffed: World) -> None:
    with refused(Code.LIMIT_REACHED) as it:
        await staffed.save("entra", *(f"{name}@acme.test" for name in "abcdef"))
    assert it.items == {"f@acme.test": Code.LIMIT_REACHED}
    await staffed.save("entra", *(f"{name}@acme.test" for name in "abcde"))
    with refused(Code.LIMIT_REACHED):
        await staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, ("f@acme.test",)))
    delta = Delta(None, ("f@acme.test",), (A,))
    await staffed.backend.apply_delta(staffed.owner, "entra", delta)
    emails = (await staffed.provider("entra")).settings.emails
    assert emails == tuple(f"{name}@acme.test" for name in "bcdef")


async def test_adds_made_at_once_never_pass_the_limit(staffed: World) -> None:
    await staffed.enforce("entra", A)
    adds = [
        staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, (f"{name}@acme.test",)))
        for name in "bcdefg"
    ]
    answers = await asyncio.gather(*adds, return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) == 2
    assert len((await staffed.provider("entra")).entries) == 5


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("none", Code.INVALID_EMAIL),
        (" A@ACME.test", Code.DUPLICATE),
        ("nobody@acme.test", Code.UNKNOWN_ACCOUNT),
        ("sso@acme.test", Code.NO_PASSWORD),
        ("gone@acme.test", Code.NOT_A_MEMBER),
    ],
)
async def test_an_email_can_be_checked_before(staffed: World, email: str, code: Code) -> None:
    await staffed.enforce("entra", A)
    with refused(code):
        await staffed.backend.check_entry(staffed.owner, "entra", email)
    await staffed.backend.check_entry(staffed.owner, "entra", B)
    await staffed.backend.check_entry(staffed.owner, "oidc", A)
    with refused(Code.UNKNOWN_PROVIDER):
        await staffed.backend.check_entry(staffed.owner, "nowhere", B)


async def test_the_full_list_is_told_before_the_person_is_looked_up(staffed: World) -> None:
    await staffed.enforce("entra", *(f"{name}@acme.test" for name in "abcde"))
    with refused(Code.LIMIT_REACHED):
        await staffed.backend.check_entry(staffed.owner, "entra", "nobody@acme.test")


async def test_a_provider_that_is_not_enforced_takes_no_additions(staffed: World) -> None:
    with refused(Code.NOT_ENFORCED):
        await staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, (A,)))
    with refused(Code.NOT_ENFORCED):
        await staffed.save("entra", A, enforced=False)


async def test_switching_off_keeps_the_list_dormant_and_it_can_be_shortened(
    staffed: World,
) -> None:
    await staffed.enforce("entra", A, B)
    await staffed.backend.apply_delta(staffed.owner, "entra", Delta(False))
    detail = await staffed.provider("entra")
    assert (detail.enforced, detail.settings.emails) == (False, (A, B))
    await staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, remove=(A,)))
    assert (await staffed.provider("entra")).settings.emails == (B,)
    with refused(Code.DUPLICATE):
        await staffed.backend.apply_delta(staffed.owner, "entra", Delta(True, (B,)))
    await staffed.backend.apply_delta(staffed.owner, "entra", Delta(True))
    assert (await staffed.provider("entra")).settings == Settings(True, (B,))


async def test_an_old_version_conflicts_and_shows_both_sides(staffed: World) -> None:
    read = await staffed.provider("entra")
    theirs = await staffed.save("entra", A)
    head = await staffed.head()
    with refused(Code.VERSION_CONFLICT) as it:
        save = SettingsSave(Settings(True, (B,)), read.version)
        await staffed.backend.save_settings(staffed.owner, "entra", save)
    assert isinstance(it.error, ConflictError)
    assert it.error.theirs == Settings(True, (A,))
    assert (it.error.version, it.error.saved_by) == (theirs.version, OWNER)
    assert await staffed.head() == head


async def test_of_two_saves_at_once_one_wins(staffed: World) -> None:
    version = (await staffed.provider("entra")).version
    saves = [
        staffed.backend.save_settings(
            staffed.owner, "entra", SettingsSave(Settings(True, (email,)), version)
        )
        for email in (A, B, C)
    ]
    answers = await asyncio.gather(*saves, return_exceptions=True)
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 2


async def test_a_save_that_changes_nothing_writes_nothing(staffed: World) -> None:
    before = await staffed.save("entra", A, B)
    head = await staffed.head()
    assert await staffed.save("entra", B, A) == before
    assert await staffed.head() == head


async def test_a_delta_names_what_is_there_already_and_what_is_not(staffed: World) -> None:
    await staffed.enforce("entra", A)
    with refused(Code.DUPLICATE) as it:
        await staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, (A, B, B)))
    assert it.items == {A: Code.DUPLICATE, B: Code.DUPLICATE}
    with refused(Code.UNKNOWN_MEMBER) as it:
        await staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, remove=(C, "x")))
    assert it.items == {C: Code.UNKNOWN_MEMBER, "x": Code.UNKNOWN_MEMBER}
    with refused(Code.UNKNOWN_MEMBER) as it:
        await staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, (A, B), (C,)))
    assert it.items == {C: Code.UNKNOWN_MEMBER, A: Code.DUPLICATE}
    assert it.field is RequestField.EMAIL
    with refused(Code.UNKNOWN_PROVIDER):
        await staffed.backend.apply_delta(staffed.owner, "nowhere", Delta(True))


async def test_nothing_may_leave_an_enforced_provider_without_a_usable_entry(
    staffed: World,
) -> None:
    with refused(Code.WOULD_LOCK_OUT):
        await staffed.save("entra")
    await staffed.enforce("entra", A)
    head = await staffed.head()
    with refused(Code.WOULD_LOCK_OUT):
        await staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, remove=(A,)))
    with refused(Code.WOULD_LOCK_OUT):
        await staffed.backend.remove_member(staffed.owner, A)
    with refused(Code.WOULD_LOCK_OUT):
        await staffed.backend.reset_member(staffed.owner, A)
    assert await staffed.head() == head


@pytest.mark.parametrize(
    "override",
    [
        Override(("Generic OIDC",), "outage"),
        Override(("Microsoft Entra ID",), "  "),
        Override((), "outage"),
    ],
)
async def test_an_override_names_the_provider_and_a_reason(
    staffed: World, override: Override
) -> None:
    with refused(Code.WOULD_LOCK_OUT):
        await staffed.save("entra", override=override)


@pytest.mark.parametrize("confirmation", ["Microsoft Entra ID", "entra"])
async def test_an_override_passes_and_its_reason_is_on_record(
    staffed: World, confirmation: str
) -> None:
    head = await staffed.head()
    await staffed.save("entra", override=Override((confirmation,), "moving to SSO"))
    events = (await staffed.events())[head:]
    assert [e.type for e in events] == [
        EventType.GUARD_OVERRIDDEN,
        EventType.ENFORCEMENT_ENABLED,
    ]
    assert events[0].metadata["reason"] == "moving to SSO"
    assert events[0].provider == "entra"


async def test_a_bad_entry_stays_visible_counts_to_five_and_blocks_no_save(
    staffed: World,
) -> None:
    await staffed.enforce("entra", *(f"{name}@acme.test" for name in "abcde"))
    await staffed.backend.reset_member(staffed.owner, A)
    detail = await staffed.provider("entra")
    assert detail.entries[0].problem is EntryProblem.NO_PASSWORD
    assert not detail.entries[0].usable
    with refused(Code.LIMIT_REACHED):
        await staffed.backend.apply_delta(staffed.owner, "entra", Delta(None, ("f@acme.test",)))
    await staffed.save("entra", A, B)
    with refused(Code.WOULD_LOCK_OUT):
        await staffed.save("entra", A)


async def test_a_save_ends_the_password_sessions_it_takes_the_password_from(
    staffed: World,
) -> None:
    await staffed.sign_in(A)
    await staffed.sign_in(B)
    head = await staffed.head()
    await staffed.enforce("entra", A)
    assert (await staffed.backend.me(staffed.sessions[A])).email == A
    assert (await staffed.backend.me(staffed.owner)).email == OWNER
    with refused(Code.SIGNED_OUT):
        await staffed.backend.me(staffed.sessions[B])
    revoked = [e for e in (await staffed.events())[head:] if e.type is EventType.SESSION_REVOKED]
    assert [(e.actor, e.target, e.reason) for e in revoked] == [(OWNER, B, "sso_required")]


async def test_a_session_opened_by_recovery_outlives_a_save(staffed: World) -> None:
    signed_in = await staffed.founder.recover(Caller(CONSOLE), B, PASSWORD)
    await staffed.enforce("entra", A)
    assert (await staffed.backend.me(Caller(CONSOLE, signed_in.token))).email == B


async def test_the_reason_of_an_override_is_bounded(staffed: World) -> None:
    with refused(Code.INVALID_VALUE):
        await staffed.save("entra", override=Override(("entra",), "x" * 501))
