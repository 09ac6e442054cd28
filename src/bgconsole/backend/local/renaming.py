"""Another email or another name for somebody in the team; their account stays the same one."""

from dataclasses import replace

from sqlalchemy import select, update

from bgconsole.backend.confusables import prototypes
from bgconsole.backend.errors import RefusedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, throttle
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.accounts import Account, demand_email, demand_text
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.joining import team_emails
from bgconsole.backend.local.members import demand_right, member_account, member_as_listed
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import account
from bgconsole.backend.values import Member
from bgconsole.policy.audit import EventType
from bgconsole.policy.email import comparable
from bgconsole.policy.look_alikes import LookAlikes
from bgconsole.policy.refusals import Code, RequestField, refusal


def rename_member(parts: Parts, caller: Caller, email: str, becomes: str) -> Member:
    """Give another email. See `MemberOperations.rename_member`."""
    with access.changing(parts, caller, Operation.RENAME_MEMBER, email, becomes) as change:
        after = demand_email(becomes)
        found = member_account(change, after if change.repeated else email)
        demand_right(change, found.person.role, found.person.role)
        before = found.person.email
        if change.repeated or before == after:
            return _renamed(change, found)
        _demand_free(change, found, after)
        mine = update(account).where(account.c.id == found.id)
        change.tx.change(mine.values(email=after, email_key=comparable(after)))
        throttle.rename(change.tx, before, after)
        change.record(
            EventType.MEMBER_RENAMED,
            f"Email changed to {after}",
            target=before,
            metadata={"from": before, "to": after},
        )
        member = _renamed(change, found)
        change.commit()
        return member


def _renamed(change: Change, found: Account) -> Member:
    """As stored now, with what to look at twice in the email."""
    member = member_as_listed(change, found)
    look_alikes = LookAlikes(team_emails(change), prototypes())
    return replace(member, warnings=look_alikes.warnings(member.email))


def set_name(parts: Parts, caller: Caller, email: str, name: str) -> Member:
    """Give another name. See `MemberOperations.set_name`."""
    with access.changing(parts, caller, Operation.SET_NAME, email, name) as change:
        found = member_account(change, email)
        demand_right(change, found.person.role, found.person.role)
        after = demand_text("The name", RequestField.NAME, name)
        if change.repeated or found.person.name == after:
            return member_as_listed(change, found)
        change.tx.change(update(account).where(account.c.id == found.id).values(name=after))
        # Without the names: the log cannot be erased, and the email says who it was.
        change.record(EventType.MEMBER_NAME_CHANGED, "Name changed", target=found.person.email)
        member = member_as_listed(change, found)
        change.commit()
        return member


def _demand_free(change: Change, found: Account, email: str) -> None:
    """Raises RefusedError `duplicate` where another account has this email, in any spelling."""
    same = (account.c.email_key == comparable(email)) | (account.c.email == email)
    others = select(account.c.id).where(same, account.c.id != found.id).limit(1)
    if change.connection.execute(others).first() is not None:
        message = "Another account has this email, of a member or a former member"
        raise RefusedError(refusal(Code.DUPLICATE, message, "Use one that nobody else has"))
