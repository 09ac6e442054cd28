"""Adding people to the team, one or thousands, all or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from bgconsole.backend.confusables import prototypes
from bgconsole.backend.errors import BatchRefusedError, ItemRefusal, NotAllowedError, RefusedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, accounts
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.accounts import Account, demand_email, demand_text
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import account, membership
from bgconsole.backend.local.tokens import code_hash, code_of
from bgconsole.backend.values import Kept, MemberAddition, OneTimeCode
from bgconsole.policy.audit import EventType
from bgconsole.policy.email import comparable
from bgconsole.policy.look_alikes import LookAlikes
from bgconsole.policy.newcomers import code_is_not_enough
from bgconsole.policy.permissions import may_change_role
from bgconsole.policy.refusals import Code, RequestField, refusal
from bgconsole.policy.sessions import CODE_LIFETIME
from bgconsole.policy.team import Provider, Role


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """Somebody to add, with the code they are given."""

    email: str
    name: str
    role: Role
    code: str | None
    account: Account | None
    keeps_password: bool = False

    @property
    def kept(self) -> tuple[Kept, ...] | None:
        """What the account still has of the time before; None where there was none."""
        if self.account is None:
            return None
        has = {
            Kept.NAME: not self.name and bool(self.account.person.name),
            Kept.LAST_SIGN_IN: self.account.last_sign_in is not None,
            Kept.PASSWORD: self.keeps_password,
        }
        return tuple(one for one, stays in has.items() if stays)


def add_members(
    parts: Parts, caller: Caller, additions: Sequence[MemberAddition]
) -> tuple[OneTimeCode, ...]:
    """Add people. See `MemberOperations.add_members`."""
    with access.changing(parts, caller, Operation.ADD_MEMBERS, additions) as change:
        for addition in additions:
            if not may_change_role(change.actor.role, None, addition.role):
                message = "Only an owner can add owners and admins"
                remedy = "Ask an owner of the team"
                raise NotAllowedError(refusal(Code.FORBIDDEN, message, remedy, RequestField.ROLE))
        if change.repeated:
            return _codes_again(change, additions)
        newcomers = _checked(change, additions)
        if newcomers:
            _store(change, newcomers)
        warnings = _warnings(change)
        change.commit()
        expires_at = change.tx.now + timedelta(seconds=CODE_LIFETIME)
    return tuple(
        OneTimeCode(
            one.email,
            one.code,
            None if one.code is None else expires_at,
            one.kept,
            warnings(one.email, has_password=one.code is not None or one.keeps_password),
        )
        for one in newcomers
    )


def _checked(change: Change, additions: Sequence[MemberAddition]) -> list[_Newcomer]:
    """Everybody as they are stored. Raises BatchRefusedError with every item that is wrong."""
    forms: list[tuple[MemberAddition, str, str]] = []
    refused: list[ItemRefusal] = []
    for addition in additions:
        try:
            email = demand_email(addition.email)
            forms.append(
                (addition, email, demand_text("The name", RequestField.NAME, addition.name))
            )
        except RefusedError as error:
            refused.append(ItemRefusal(addition.email, error.refusal, addition.line))
    known = accounts.accounts_by_email(change.connection, (email for _, email, _ in forms))
    newcomers: list[_Newcomer] = []
    seen: set[str] = set()
    for addition, email, name in forms:
        found = known.get(email)
        key = comparable(email)
        if key in seen or (found is not None and found.person.role is not None):
            refused.append(ItemRefusal(addition.email, _DUPLICATE, addition.line))
            continue
        seen.add(key)
        newcomers.append(_newcomer(change, addition, email, name, found))
    if refused:
        raise BatchRefusedError(tuple(sorted(refused, key=_line)))
    return newcomers


def _newcomer(
    change: Change, addition: MemberAddition, email: str, name: str, found: Account | None
) -> _Newcomer:
    if found is not None:
        email = found.person.email
    keeps = (
        addition.keep_password
        and not addition.sso_only
        and found is not None
        and found.person.has_password
    )
    code = None if addition.sso_only or keeps else _new_code(change, email)
    return _Newcomer(email, name, addition.role, code, found, keeps)


def _new_code(change: Change, email: str) -> str:
    return code_of(change.secret("addition", email))


def _codes_again(change: Change, additions: Sequence[MemberAddition]) -> tuple[OneTimeCode, ...]:
    """The codes of people added before; none for whom it opens nothing, or no longer does."""
    emails = [demand_email(addition.email) for addition in additions]
    known = accounts.accounts_by_email(change.connection, emails)
    emails = [known[email].person.email if email in known else email for email in emails]
    known = {one.person.email: one for one in known.values()}
    warnings = _warnings(change)
    again: list[OneTimeCode] = []
    for email in emails:
        found, code = known.get(email), _new_code(change, email)
        if found is not None and found.code_hash == code_hash(code):
            given = OneTimeCode(email, code, found.code_expires_at)
        else:
            given = OneTimeCode(email, None, None)
        told = warnings(email, has_password=given.code is not None)
        again.append(replace(given, warnings=told))
    return tuple(again)


def _warnings(change: Change) -> "_Warnings":
    """What to say about each of the people added; to be asked before the change is stored."""
    look_alikes = LookAlikes(team_emails(change), prototypes())
    team = accounts.snapshot(change.connection, change.tx.now).team
    return _Warnings(look_alikes, team.providers)


@dataclass(frozen=True, slots=True)
class _Warnings:
    """About their address, and about what they need to sign in."""

    look_alikes: LookAlikes
    providers: tuple[Provider, ...]

    def __call__(self, email: str, *, has_password: bool) -> tuple[str, ...]:
        needs = code_is_not_enough(email, self.providers) if has_password else None
        return (*self.look_alikes.warnings(email), *(() if needs is None else (needs,)))


def team_emails(change: Change) -> Sequence[str]:
    """The addresses of the team."""
    query = select(account.c.email).join(membership, membership.c.account_id == account.c.id)
    return change.connection.execute(query).scalars().all()


def _store(change: Change, newcomers: Sequence[_Newcomer]) -> None:
    now = change.tx.now
    fresh = [_row(one, now) for one in newcomers if one.account is None]
    if fresh:
        change.tx.change(insert(account), fresh)
    for one in newcomers:
        if one.account is not None:
            _return(change, one, one.account)
    ids = _ids(change, [one.email for one in newcomers])
    change.tx.change(
        insert(membership),
        [{"account_id": ids[one.email], "role": one.role.value, "since": now} for one in newcomers],
    )
    for one in newcomers:
        change.record(
            EventType.MEMBER_ADDED,
            "Member added",
            target=one.email,
            metadata={
                "role": one.role.value,
                "codeGiven": one.code is not None,
                **({} if one.account is None else {"passwordKept": one.keeps_password}),
            },
        )


def _row(one: _Newcomer, now: datetime) -> Mapping[str, object]:
    return {
        "email": one.email,
        "email_key": comparable(one.email),
        "name": one.name,
        "created_at": now,
        **_code(one, now),
    }


def _code(one: _Newcomer, now: datetime) -> dict[str, object]:
    if one.code is None:
        return {"code_hash": None, "code_expires_at": None}
    expires_at = now + timedelta(seconds=CODE_LIFETIME)
    return {"code_hash": code_hash(one.code), "code_expires_at": expires_at}


def _return(change: Change, one: _Newcomer, found: Account) -> None:
    """Somebody who has an account already: their name if one is given, and a fresh start."""
    changed = _code(one, change.tx.now)
    if one.name:
        changed["name"] = one.name
    if not one.keeps_password:
        changed.update(password_hash=None, password_set_at=None, password_strong=None)
    change.tx.change(update(account).where(account.c.id == found.id).values(changed))


def _ids(change: Change, emails: Sequence[str]) -> dict[str, int]:
    return {
        email: found.id
        for email, found in accounts.accounts_by_email(change.connection, emails).items()
    }


def _line(item: ItemRefusal) -> int:
    return item.line or 0


_DUPLICATE = refusal(
    Code.DUPLICATE, "This email is already a member of the team, or given twice", "Leave it out"
)
