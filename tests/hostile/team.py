"""A team in which every text that a person can choose is hostile."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.passwords import Argon2Hasher
from bgconsole.backend.values import MemberAddition, ProviderAddition, ProviderChange
from bgconsole.policy.chain import timestamp
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.guard import Override
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from tests.hostile.corpus import BLANK, HOSTILE, STORABLE

OWNER = "owner@harbor.example"
PASSWORD = "seven green lanterns hum"
MAX_NAME = 200
MIXED = "\x1b[31m\x9b2J\u202e[@click=app.quit]x[/]\t\n\x07bad[/]"
"""The worst of each kind in one name."""


def cheap() -> Argon2Hasher:
    """A hasher that costs nothing."""
    return Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)


def hostile_emails() -> tuple[str, ...]:
    """Those strings of the corpus that make an address, one way or another."""
    found: dict[str, None] = {}
    for text in HOSTILE:
        for shape in (text, f"{text}@harbor.example", f"x{text[:40]}@harbor.example"):
            try:
                found[canonical_email(shape)] = None
            except InvalidEmailError:
                continue
    return tuple(found)


def names() -> tuple[str, ...]:
    """Every name that may be stored."""
    kept = (text[:MAX_NAME] for text in STORABLE if text not in BLANK)
    return tuple(text for text in kept if "\0" not in text and text.strip())


async def fill(path: Path) -> str:
    """Make the team at `path`; returns its owner's token."""
    backend = LocalBackend.at(path, clock=lambda: datetime.now(UTC), hasher=cheap())
    source = Source("local:1000", f"host {MIXED}", local=True)
    opened = await backend.initialise(Caller(source), f"Team {MIXED}", OWNER, PASSWORD)
    caller = Caller(source, opened.token)
    additions = [MemberAddition(email, MIXED) for email in hostile_emails()]
    additions += [
        MemberAddition(f"p{number}@harbor.example", name, Role.ADMIN)
        for number, name in enumerate(names())
    ]
    codes = await backend.add_members(caller, additions)
    for given in codes[:3]:
        await backend.redeem(Caller(source), given.email, given.code or "", PASSWORD + " loud")
    for number, name in enumerate(names()):
        await backend.add_provider(caller, ProviderAddition(f"s{number}", ProviderKind.OIDC, name))
    await backend.change_provider(caller, "entra", ProviderChange(name=f"Entra {MIXED}"))
    await backend.apply_delta(
        caller, "entra", Delta(True, (OWNER, *(given.email for given in codes[:3])))
    )
    await backend.apply_delta(caller, "oidc", Delta(True), Override(("oidc",), f"because {MIXED}"))
    await backend.reset_member(caller, codes[0].email)
    await _fail_to_sign_in(backend)
    await backend.close()
    return opened.token


async def _fail_to_sign_in(backend: LocalBackend) -> None:
    """Whatever is typed as an email is on record, with wherever it came from."""
    for number, text in enumerate(HOSTILE):
        source = Source(f"10.0.{number}", text, local=False)
        try:
            await backend.sign_in(Caller(source), text, text)
        except BackendError:
            continue
        raise AssertionError(f"{text!r} was let in")


def make(path: Path) -> str:
    """As `fill`, for those who have no loop."""
    return asyncio.run(fill(path))


def prove(path: Path) -> None:
    """Make the owner's session as fresh as if it had been opened just now."""
    with closing(sqlite3.connect(path)) as connection:
        now = timestamp(datetime.now(UTC))
        connection.execute("UPDATE session SET proven_at = ?, last_seen_at = ?", (now, now))
        connection.commit()


TAMPERED = ("type", "outcome", "description", "metadata", "id", "hash", "provider", "target", "at")


def tamper(path: Path) -> None:
    """Put hostile text where only somebody with the database itself can write."""
    with closing(sqlite3.connect(path)) as connection:
        (head,) = connection.execute("SELECT max(seq) FROM audit_event").fetchone()
        for offset, column in enumerate(TAMPERED):
            connection.execute(
                f"UPDATE audit_event SET {column} = ? WHERE seq = ?", (MIXED, head - offset)
            )
        connection.execute(
            "UPDATE account SET email = email || ? WHERE email LIKE 'p1@%'", (MIXED,)
        )
        connection.execute(
            "UPDATE provider SET slug = ?, issuer = ? WHERE slug = 's1'", (MIXED, MIXED)
        )
        connection.execute("UPDATE provider SET idp_detail = ?", (MIXED,))
        connection.commit()


def spoil(path: Path) -> None:
    """Put bytes that are no text into names, events and providers."""
    with closing(sqlite3.connect(path)) as connection:
        bytes_as_text = "CAST(x'1b5bff9b80' AS TEXT)"
        for table, column in (
            ("account", "name"),
            ("provider", "name"),
            ("audit_event", "source"),
            ("audit_event", "metadata"),
            ("team", "name"),
        ):
            connection.execute(f"UPDATE {table} SET {column} = {bytes_as_text}")
        connection.commit()
