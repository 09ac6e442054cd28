"""Giving somebody another email or another name: asks for it, and does it."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from textual.screen import Screen

from bgconsole.backend.confusables import prototypes
from bgconsole.backend.errors import RefusedError
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import Member
from bgconsole.policy.email import InvalidEmailError, canonical_email, comparable, is_email
from bgconsole.policy.guard import Override
from bgconsole.policy.look_alikes import LookAlikes
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.tui.members.rename_dialog import MemberRenameDialog, Renaming
from bgconsole.tui.model.session import Session
from bgconsole.tui.proof.asking import DeclinedError, act

_EMAIL_TOLD = (
    "Password, role, lists, sessions and links to identity providers stay.",
    "They sign in with the new email. The audit log names both.",
)
_NAME_TOLD = ("Shown beside the email. Empty: no name.",)

_Change = Callable[[Backend, str], Awaitable[Member]]


async def another_email(
    screen: Screen[None], session: Session, members: Mapping[str, Member], one: Member
) -> Member:
    """Give another email. Raises DeclinedError and the BackendErrors of `rename_member`."""
    others = {comparable(email) for email in members if email != one.email}

    def check(typed: str) -> Refusal | None:
        try:
            key = canonical_email(typed)
        except InvalidEmailError:
            return refusal(Code.INVALID_EMAIL)
        if key not in others:
            return None
        return refusal(Code.DUPLICATE, "Somebody else has this email", "Find them with /")

    @cache
    def look_alikes() -> LookAlikes:
        team = (it.email for it in members.values() if it.role is not None and it != one)
        return LookAlikes(team, prototypes())

    def warn(typed: str) -> tuple[str, ...]:
        return look_alikes().warnings(typed) if is_email(typed) else ()

    asked = Renaming("Change the email", "Email", one.email, _EMAIL_TOLD, check, warn)
    return await _ask(
        screen, session, one, asked,
        lambda backend, typed: backend.rename_member(session.caller, one.email, typed),
    )  # fmt: skip


async def another_name(screen: Screen[None], session: Session, one: Member) -> Member:
    """Give another name. Raises DeclinedError and the BackendErrors of `set_name`."""
    asked = Renaming("Change the name", "Name", one.name, _NAME_TOLD, lambda _typed: None)
    return await _ask(
        screen, session, one, asked,
        lambda backend, typed: backend.set_name(session.caller, one.email, typed),
    )  # fmt: skip


async def _ask(
    screen: Screen[None], session: Session, one: Member, asked: Renaming, change: _Change
) -> Member:
    """Ask until it is taken or left."""
    given, refused = asked.was, None
    backend = await session.backend()
    while True:
        typed = await screen.app.push_screen_wait(MemberRenameDialog(one, asked, given, refused))
        if typed is None:
            raise DeclinedError

        async def call(_override: Override | None, typed: str = typed) -> Member:
            return await change(backend, typed)

        try:
            return await act(screen, session, call)
        except DeclinedError:
            given, refused = typed, None
        except RefusedError as error:
            given, refused = typed, error.refusal
