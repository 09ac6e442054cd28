"""Looking after the database: what is not as it should be, and bringing its schema up."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from bgconsole.backend.errors import BackendError, SchemaError
from bgconsole.backend.local import access, accounts, clock_step, failures
from bgconsole.backend.local.accounts import Snapshot
from bgconsole.backend.local.audit import head
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import REVISIONS, account, audit_event
from bgconsole.backend.values import Finding, ProviderDetail, Severity
from bgconsole.policy.clock import is_from_future
from bgconsole.policy.forecast import can_get_in
from bgconsole.policy.guard import able_owners, at_risk
from bgconsole.policy.idp_words import IdpWord, meaning, sentence
from bgconsole.policy.readiness import hints
from bgconsole.policy.team import Provider, Role, Team

_STEP_TOLD: Final = timedelta(days=30)
"""How long a clock that went back is reported."""


def doctor(parts: Parts) -> tuple[Finding, ...]:
    """Look at everything. See `Backend.doctor`."""
    found = list(parts.database.surroundings())
    try:
        with parts.database.read() as connection:
            found.append(
                Finding(
                    "schema",
                    Severity.OK,
                    (f"revision {REVISIONS[-1]}, as this version of bgconsole uses"),
                )
            )
            found.extend(parts.database.condition(connection))
            found.extend(_log(connection))
            found.append(_clock(connection, parts.clock()))
            found.extend(_team(parts, connection))
            found.extend(_emails(connection))
    except BackendError as error:
        check = "schema" if isinstance(error, SchemaError) else "database"
        refused = error.refusal
        found.append(Finding(check, Severity.PROBLEM, refused.message, refused.remedy))
    return tuple(found)


def upgrade(parts: Parts) -> str:
    """Bring the schema up. See `Backend.upgrade`."""
    access.demand_writable(parts)
    before, after = parts.database.upgrade()
    return f"{before} → {after}"


def _log(connection: Connection) -> Iterator[Finding]:
    newest = connection.execute(
        select(audit_event.c.seq, audit_event.c.hash).order_by(audit_event.c.seq.desc()).limit(1)
    ).one_or_none()
    lowest = connection.execute(select(func.min(audit_event.c.seq))).scalar_one()
    seq, hash_ = head(connection)
    if lowest is not None and lowest < 1:
        yield Finding(
            "audit",
            Severity.PROBLEM,
            f"The audit log has a record number {lowest}, but numbers start at 1",
            'Run "bgconsole audit verify", and restore a backup',
        )
    elif (0 if newest is None else newest.seq) != seq or (newest and newest.hash != hash_):
        yield Finding(
            "audit",
            Severity.PROBLEM,
            "The newest record of the audit log is not the one written last",
            'Run "bgconsole audit verify", and restore a backup if records are missing',
        )
    else:
        yield Finding("audit", Severity.OK, f"{seq} records; the newest is the one written last")


def _clock(connection: Connection, now: datetime) -> Finding:
    newest, step = clock_step.newest_stamp(connection), clock_step.last_step(connection)
    if newest is not None and is_from_future(newest, now):
        return Finding(
            "clock",
            Severity.PROBLEM,
            f"The newest record is of {newest:%Y-%m-%d %H:%M:%S} UTC, which is in the future",
            "Check the clock of each machine that uses this database",
        )
    if step is not None and now - step.at < _STEP_TOLD:
        return Finding(
            "clock",
            Severity.NOTE,
            f"The clock went back on {step.at:%Y-%m-%d %H:%M} UTC (seq {step.seq})",
            "Check that every machine that uses this database sets its clock by NTP",
        )
    return Finding("clock", Severity.OK, "No record is from the future")


def _team(parts: Parts, connection: Connection) -> Iterator[Finding]:
    if accounts.team_name(connection) is None:
        raise failures.no_team(parts.database.place)
    snapshot = accounts.snapshot(connection, parts.clock(), accounts.owners(connection))
    team = snapshot.team
    yield _owners(team)
    risky = {p.slug for p in at_risk(team)}
    for stored in snapshot.providers:
        yield _idp(stored.detail, team)
    for provider in team.providers:
        check = f"provider {provider.slug}"
        if not provider.enforced:
            yield Finding(check, Severity.OK, "SSO is not enforced")
            continue
        found = hints(team, provider)
        if not found:
            count = len(team.usable(provider))
            yield Finding(check, Severity.OK, f"Enforced, {count} usable break-glass users")
        for hint in found:
            severity = Severity.PROBLEM if provider.slug in risky else Severity.NOTE
            yield Finding(check, severity, hint, f'Run "bgconsole glass add {provider.slug} EMAIL"')
        yield from _pauses(team, provider, check)
        yield from _passwords(snapshot, team.usable(provider), check)


_REMEDIES = {
    IdpWord.NOT_SET_UP: 'Run "bgconsole provider set {slug} --issuer URL --client-id ID"',
    IdpWord.DEGRADED: 'Run "bgconsole provider check {slug}"',
    IdpWord.DOWN: 'Run "bgconsole provider check {slug}"',
    IdpWord.UNKNOWN: 'Run "bgconsole watch", or leave a console or server running',
}


def _idp(detail: ProviderDetail, team: Team) -> Finding:
    """How its identity provider is, and what it means; a note where SSO is enforced."""
    mine = team.provider(detail.slug)
    told = detail.idp.told(configured=detail.configured)
    means = "" if mine is None else meaning(mine, team.providers)
    matters = detail.enforced and detail.word is not IdpWord.UP
    return Finding(
        f"idp {detail.slug}",
        Severity.NOTE if matters else Severity.OK,
        sentence(detail.name, told, means),
        _REMEDIES[detail.word].format(slug=detail.slug) if matters else "",
    )


def _pauses(team: Team, provider: Provider, check: str) -> Iterator[Finding]:
    """Whether guesses keep break-glass users from signing in at new places. Tells no names."""
    paused, usable = len(team.paused(provider)), len(team.usable(provider))
    if paused:
        count = f"{paused} of {usable} usable break-glass users"
        detail = f"{count} can only get in from known addresses, paused after too many failures"
        severity = Severity.PROBLEM if paused == usable else Severity.NOTE
        yield Finding(check, severity, detail, _UNPAUSE)


_UNPAUSE = 'See "bgconsole member list", and have an owner run "bgconsole member unpause EMAIL"'


def _owners(team: Team) -> Finding:
    """Whether an owner can sign in now. Names nobody."""
    owners = [one for one in team.members if one.role is Role.OWNER]
    able = len(able_owners(team))
    if able:
        return Finding("owners", Severity.OK, f"{able} of {len(owners)} can get in")
    if any(can_get_in(team, one) for one in owners):
        detail = "Owners can only get in by SSO, and none of them has ever used it"
        return Finding("owners", Severity.NOTE, detail, _owners_remedy(team))
    return Finding("owners", Severity.PROBLEM, "No owner can get in", _owners_remedy(team))


def _owners_remedy(team: Team) -> str:
    recovery = 'run "bgconsole recover EMAIL"'
    enforced = next((provider.slug for provider in team.providers if provider.enforced), None)
    if enforced is None:
        return recovery[0].upper() + recovery[1:]
    return (
        f'Put an owner on a break-glass list with "bgconsole glass add {enforced} EMAIL";'
        f" if nobody can, {recovery}"
    )


def _emails(connection: Connection) -> Iterator[Finding]:
    """Whether each mailbox has one person. Tells no names."""
    query = select(func.count()).where(account.c.email_key.is_(None))
    count = connection.execute(query).scalar_one()
    if count:
        people = "person has" if count == 1 else "people have"
        yield Finding(
            "emails",
            Severity.NOTE,
            f"{count} {people} the mailbox of another person, in another spelling of its domain",
            'Find them with "bgconsole member list" (xn--…), then rename or remove them',
        )


def _passwords(snapshot: Snapshot, usable: Sequence[str], check: str) -> Iterator[Finding]:
    """Whether those on a list have passwords that are good enough for one. Tells no names."""
    judged = [snapshot.people[email].password_strong for email in usable]
    for answer, (state, remedy) in _PASSWORDS.items():
        count = judged.count(answer)
        if count:
            whose = "password is" if count == 1 else "passwords are"
            detail = f"{count} of {len(judged)} break-glass {whose} {state}"
            yield Finding(check, Severity.NOTE, detail, remedy)


_PASSWORDS = {
    False: (
        "too easy to guess for a break-glass list",
        'Ask these people to choose others with "bgconsole passwd"',
    ),
    None: ("strength not known yet", "They are checked when these people next sign in"),
}
