"""The values of the backend as JSON objects: the shapes that scripts rely on."""

from typing import TYPE_CHECKING

from bgconsole import audit_file
from bgconsole.backend.identity import Me, SignedIn
from bgconsole.backend.values import (
    Finding,
    Member,
    OneTimeCode,
    ProviderDetail,
    ScriptToken,
    Verification,
)
from bgconsole.cli.output import iso
from bgconsole.policy.audit import AuditEvent
from bgconsole.policy.login import Decision

if TYPE_CHECKING:
    from bgconsole.compose import Target

Fields = dict[str, object]


def signed_in(session: SignedIn, target: "Target") -> Fields:
    """A session just opened; its token is not told."""
    return {
        "email": session.email,
        "role": session.role,
        "expires_at": iso(session.expires_at),
        "is_break_glass": session.is_break_glass,
        **_place(target),
    }


def me(mine: Me, target: "Target") -> Fields:
    """The session that asks."""
    return {
        **_place(target),
        "team": mine.team,
        "email": mine.email,
        "name": mine.name,
        "role": mine.role,
        "method": mine.method,
        "is_break_glass": mine.is_break_glass,
        "expires_at": iso(mine.expires_at),
        "proven_at": iso(mine.proven_at),
        "locked": mine.locked,
    }


def _place(target: "Target") -> Fields:
    return {"server" if target.is_server else "database": target.url}


def one_time_code(issued: OneTimeCode) -> Fields:
    """What `member add` and `member reset` give."""
    return {"email": issued.email, "code": issued.code, "expires_at": iso(issued.expires_at)}


def member(one: Member) -> Fields:
    """One line of the members' list."""
    return {
        "email": one.email,
        "name": one.name,
        "role": one.role,
        "has_password": one.has_password,
        "password_set_at": iso(one.password_set_at),
        "code_expires_at": iso(one.code_expires_at),
        "last_sign_in": iso(one.last_sign_in),
        "paused": one.paused,
        "lists": list(one.lists),
    }


def provider(detail: ProviderDetail) -> Fields:
    """A provider without its list."""
    return {
        "slug": detail.slug,
        "kind": detail.kind,
        "name": detail.name,
        "position": detail.position,
        "issuer": detail.issuer,
        "enforced": detail.enforced,
        "version": detail.version,
        "listed_me": detail.listed_me,
        "idp": {
            "state": detail.idp.state,
            "since": iso(detail.idp.since),
            "checked_at": iso(detail.idp.checked_at),
            "detail": detail.idp.detail,
        },
        "saved_by": detail.saved_by,
        "saved_at": iso(detail.saved_at),
    }


def glass(detail: ProviderDetail) -> Fields:
    """A provider's break-glass list."""
    return {
        "provider": detail.slug,
        "enforced": detail.enforced,
        "version": detail.version,
        "entries": [
            {"email": entry.email, "usable": entry.usable, "problem": entry.problem}
            for entry in detail.entries
        ],
    }


def decision(answer: Decision) -> Fields:
    """What the simulator says."""
    return {
        "allowed": answer.allowed,
        "reason": answer.reason,
        "is_break_glass": answer.is_break_glass,
        "via": list(answer.via),
        "methods": [
            {"method": way.method, "provider": way.provider, "allowed": way.allowed}
            for way in answer.methods
        ],
        "trace": [
            {"check": line.check, "passed": line.passed, "detail": line.detail}
            for line in answer.trace
        ],
        "warnings": list(answer.warnings),
    }


def event(one: AuditEvent) -> Fields:
    """An event of the audit log with every field, hashes included."""
    return audit_file.fields(one)


def verification(result: Verification) -> Fields:
    """The result of checking the hash chain."""
    bad = result.first_bad
    return {
        "ok": result.ok,
        "checked": result.checked,
        "head": {"seq": result.head.seq, "hash": result.head.hash},
        "first_bad": None if bad is None else {"seq": bad.seq, "kind": bad.kind},
    }


def script_token(one: ScriptToken) -> Fields:
    """A script's token, without the token itself."""
    return {
        "id": one.id,
        "created_by": one.created_by,
        "created_at": iso(one.created_at),
        "expires_at": iso(one.expires_at),
        "last_used_at": iso(one.last_used_at),
        "revoked": one.revoked,
    }


def finding(one: Finding) -> Fields:
    """One line of `doctor`."""
    return {
        "check": one.check,
        "severity": one.severity,
        "detail": one.detail,
        "remedy": one.remedy,
    }
