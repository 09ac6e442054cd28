"""The values of the backend as JSON objects: the shapes that scripts rely on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bgconsole.backend.errors import LogRewoundError
from bgconsole.backend.identity import Me, SignedIn, SsoStart
from bgconsole.backend.values import (
    Finding,
    IdentityLink,
    IdpReport,
    Member,
    OneTimeCode,
    ProviderCheck,
    ProviderDetail,
    ScriptToken,
    Verification,
)
from bgconsole.cli.output import iso
from bgconsole.exchange import audit_export as audit_file
from bgconsole.policy.audit import AuditEvent, AuditHead
from bgconsole.policy.idp_words import idp_word
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
        "provider": mine.provider,
    }


def _place(target: "Target") -> Fields:
    return {"server" if target.is_server else "database": target.url}


def one_time_code(issued: OneTimeCode) -> Fields:
    """What `member add` and `member reset` give; `kept` of somebody who comes back only."""
    given: Fields = {
        "email": issued.email,
        "code": issued.code,
        "expires_at": iso(issued.expires_at),
    }
    if issued.kept is not None:
        given["kept"] = [one.value for one in issued.kept]
    return {**given, **warned(issued.warnings)}


def warned(warnings: Sequence[str]) -> Fields:
    """What is to be known of a change, where there is anything."""
    return {"warnings": list(warnings)} if warnings else {}


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
        **warned(one.warnings),
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
            "state": idp_word(detail.idp.state, configured=detail.configured).code,
            "since": iso(detail.idp.since),
            "checked_at": iso(detail.idp.checked_at),
            "detail": detail.idp.detail,
        },
        "saved_by": detail.saved_by,
        "saved_at": iso(detail.saved_at),
        "stage": detail.stage,
        "client_id": detail.sso.client_id,
        "client_secret_file": detail.sso.client_secret_file,
        "scopes": list(detail.sso.scopes),
        "email_domains": list(detail.sso.email_domains),
        "internal": list(detail.sso.internal),
        "trust_file": detail.sso.trust_file,
        "proven_at": iso(detail.proven_at),
        "proven_by": detail.proven_by,
    }


def idp(one: IdpReport) -> Fields:
    """What is known of a provider's IdP."""
    return {
        "provider": one.provider,
        "state": idp_word(one.status.state, configured=one.configured).code,
        "since": iso(one.status.since),
        "checked_at": iso(one.status.checked_at),
        "step": one.step,
        "detail": one.status.detail,
        "latency_ms": one.latency_ms,
        "certificate_until": iso(one.certificate_until),
        "proven_at": iso(one.proven_at),
        "proven_by": one.proven_by,
    }


def provider_check(report: ProviderCheck) -> Fields:
    """Every step of setting a provider up, tried."""
    return {
        "ok": report.ok,
        "steps": [
            {
                "step": step.step,
                "ok": step.ok,
                "ms": step.ms,
                "detail": step.detail,
                "remedy": step.remedy,
            }
            for step in report.steps
        ],
        "flows": list(report.flows),
        "certificate_until": iso(report.certificate_until),
    }


def identity(link: IdentityLink) -> Fields:
    """Who somebody is at a provider."""
    return {
        "provider": link.provider,
        "issuer": link.issuer,
        "subject": link.subject,
        "email": link.email,
        "linked_at": iso(link.linked_at),
        "last_used_at": iso(link.last_used_at),
    }


def sso_start(start: SsoStart) -> Fields:
    """What a person needs to go on at their provider; the first line of JSON of a sign-in."""
    return {
        "flow": start.flow,
        "verification_uri": start.verification_uri,
        "verification_uri_complete": start.verification_uri_complete,
        "user_code": start.user_code,
        "authorization_url": start.authorization_url,
        "expires_in": start.expires_in,
        "interval": start.interval,
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


def verification(result: Verification, rewound: LogRewoundError | None) -> Fields:
    """The result of checking the hash chain; `rewound` with what is gone that was seen before."""
    bad = result.first_bad
    gone: Fields = {}
    if rewound is not None:
        gone["rewound"] = {"seen": _head(rewound.seen), "head": _head(rewound.head)}
    return {
        "ok": result.ok and rewound is None,
        "checked": result.checked,
        "head": _head(result.head),
        "first_bad": None if bad is None else {"seq": bad.seq, "kind": bad.kind},
        **gone,
    }


def _head(one: AuditHead) -> Fields:
    return {"seq": one.seq, "hash": one.hash}


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
