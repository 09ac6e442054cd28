"""The two ways in that need no session: making the team, and recovering it."""

import os
import socket
from contextlib import suppress

from sqlalchemy import insert, select, update

from bgconsole.backend.errors import NothingThereError, RefusedError
from bgconsole.backend.identity import Caller, SignedIn
from bgconsole.backend.local import (
    access,
    accounts,
    failures,
    sessions,
    throttle,
    tokens,
    transaction,
)
from bgconsole.backend.local.accounts import demand_email, demand_name
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.credentials import store_password
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.passwords import demand_length, demand_strength
from bgconsole.backend.local.providers import FIRST_PROVIDERS, store_addition
from bgconsole.backend.local.schema import account, membership, team
from bgconsole.backend.local.sessions import Opening
from bgconsole.backend.local.transaction import Transaction
from bgconsole.backend.strength import is_strong
from bgconsole.policy.audit import BREAK_GLASS_KEY, PASSWORD_LOGIN, EventType
from bgconsole.policy.email import comparable
from bgconsole.policy.login import Method
from bgconsole.policy.refusals import Code, RequestField, refusal
from bgconsole.policy.team import Role


def initialise(parts: Parts, caller: Caller, name: str, owner: str, password: str) -> SignedIn:
    """Make the team. See `SessionOperations.initialise`."""
    access.demand_writable(parts)
    with suppress(NothingThereError), parts.database.read() as connection:
        _demand_empty(accounts.team_name(connection))
    email, team_name = demand_email(owner), demand_name("The team's name", RequestField.TEAM, name)
    demand_length(password)
    demand_strength(password, [email, team_name])
    hashed = parts.passwords.hash(password, known=True)
    with transaction.create(parts.database, parts.clock()) as tx:
        _demand_empty(accounts.team_name(tx.connection))
        tx.change(insert(team).values(id=1, name=team_name, created_at=tx.now))
        account_id = _make_owner(tx, email)
        strong = is_strong(password, [email, team_name])
        store_password(tx, account_id, hashed, strong=strong)
        source = caller.source.label
        tx.record(
            EventDraft(
                EventType.MEMBER_ADDED,
                "Team created with its first owner",
                actor=email,
                source=source,
                target=email,
                metadata={"role": Role.OWNER.value, "team": team_name},
            )
        )
        for addition in FIRST_PROVIDERS:
            store_addition(tx, addition)
            tx.record(
                EventDraft(
                    EventType.PROVIDER_ADDED,
                    "Provider added",
                    actor=email,
                    source=source,
                    target=addition.name,
                    provider=addition.slug,
                    metadata={"kind": addition.kind.value},
                )
            )
        metadata = {"method": Method.PASSWORD.value, BREAK_GLASS_KEY: False}
        tx.record(
            EventDraft(EventType.LOGIN_SUCCESS, PASSWORD_LOGIN, email, source, metadata=metadata)
        )
        signed_in = _open(tx, caller, email, Opening(account_id))
        tx.commit()
        return signed_in


def has_account(parts: Parts, email: str) -> bool:
    """Whether there is one. See `SessionOperations.has_account`."""
    who = demand_email(email)
    with parts.database.read() as connection:
        if accounts.team_name(connection) is None:
            raise failures.no_team(parts.database.place)
        found = accounts.account_of(connection, who)
    parts.database.demand_owner()
    return found is not None


def recover(parts: Parts, caller: Caller, email: str, password: str) -> SignedIn:
    """Make somebody an owner by the database's own rights. See `SessionOperations.recover`."""
    access.demand_writable(parts)
    parts.database.demand_owner()
    who = demand_email(email)
    demand_length(password)
    with parts.database.read() as connection:
        name = accounts.team_name(connection)
        if name is None:
            raise failures.no_team(parts.database.place)
        found = accounts.account_of(connection, who)
        who = who if found is None else found.person.email
        listed = accounts.is_listed(connection, who)
    words = [who, name, "" if found is None else found.person.name]
    demand_strength(password, words, listed=listed)
    hashed = parts.passwords.hash(password, known=True)
    with transaction.begin(parts.database, parts.clock()) as tx:
        found = accounts.account_of(tx.connection, who)
        was = None if found is None else found.person.role
        account_id = _make_owner(tx, who)
        store_password(tx, account_id, hashed, strong=is_strong(password, words))
        throttle.forget(tx, who)
        for ended in sessions.open_sessions(tx.connection, tx.now, [account_id]):
            sessions.end(tx, ended)
            tx.record(
                EventDraft(
                    EventType.SESSION_REVOKED,
                    "Session revoked",
                    actor=who,
                    source=caller.source.label,
                    target=who,
                    metadata={"reasonCode": "recovered"},
                )
            )
        tokens.revoke_all(
            tx,
            EventDraft(
                EventType.TOKEN_REVOKED,
                "",
                actor=who,
                source=caller.source.label,
                metadata={"reasonCode": "recovered"},
            ),
            account_id,
        )
        tx.record(
            EventDraft(
                EventType.SYSTEM_RECOVERED,
                "Made an owner by the rights of the database",
                actor=who,
                source=caller.source.label,
                target=who,
                metadata={**_place(), "roleBefore": None if was is None else was.value},
            )
        )
        signed_in = _open(tx, caller, who, Opening(account_id, opened_by_recover=True))
        tx.commit()
        return signed_in


def _demand_empty(team_name: str | None) -> None:
    if team_name is not None:
        raise RefusedError(refusal(Code.ALREADY_INITIALISED))


def _make_owner(tx: Transaction, email: str) -> int:
    """The id of the account of `email`, which is an owner's from now on."""
    found = accounts.account_of(tx.connection, email)
    if found is None:
        key = comparable(email)
        row = {"email": email, "email_key": key, "name": "", "created_at": tx.now}
        tx.change(insert(account), [row])
        account_id = tx.connection.execute(
            select(account.c.id).where(account.c.email == email)
        ).scalar_one()
    else:
        account_id = found.id
    if found is None or found.person.role is None:
        tx.change(
            insert(membership).values(account_id=account_id, role=Role.OWNER.value, since=tx.now)
        )
    elif found.person.role is not Role.OWNER:
        mine = update(membership).where(membership.c.account_id == account_id)
        tx.change(mine.values(role=Role.OWNER.value))
    return account_id


def _open(tx: Transaction, caller: Caller, email: str, opening: Opening) -> SignedIn:
    token, expires_at = sessions.open_session(tx, caller.source, opening)
    throttle.succeed(tx, email, opening.account_id, caller.source)
    mine = update(account).where(account.c.id == opening.account_id)
    tx.change(mine.values(last_sign_in_at=tx.now))
    return SignedIn(token, email, Role.OWNER, expires_at, is_break_glass=False)


def _place() -> dict[str, object]:
    """Who runs this process, on which terminal of which machine; their names may be no text."""
    terminal = None
    for descriptor in (0, 1, 2):
        with suppress(OSError):
            terminal = os.ttyname(descriptor)
            break
    return {"uid": os.getuid(), "tty": terminal, "host": socket.gethostname()}
