"""A real login on record: what it is, and what came of it, as exactly as the viewer may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Final, cast

from textual.content import Content

from bgconsole.policy.audit import AuditEvent
from bgconsole.policy.login import Reason
from bgconsole.policy.refusals import Code, Refusal
from bgconsole.policy.sso import SsoReason
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import (
    EMPTY,
    flowing,
    line,
    lines,
    local_part,
    safe_text,
    spread,
    words,
)
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK, STRONG

TITLE: Final = "A real login, recorded"
TRYING: Final = words("Trying …", DIM)

_WHAT: Final = (
    "Not a simulation: this is a real login attempt. It counts for the throttle and is recorded as"
    " your drill. It opens no session."
)


_TYPED: Final = "must type it: nobody else should know it."


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it. `refused` None: it went through.

    `event` None: whoever looks may not read the log. `lists` has each provider's short name by
    slug.
    """

    email: str
    is_break_glass: bool
    refused: Refusal | None
    event: AuditEvent | None
    lists: Mapping[str, str]


_REASONS: Final[Mapping[Reason | SsoReason, str]] = {
    Reason.INVALID_EMAIL: "this is not an email address",
    Reason.UNKNOWN_ACCOUNT: "there is no such account",
    Reason.NOT_A_MEMBER: "not a member of this team",
    Reason.THROTTLED: "too many attempts before this one",
    Reason.NO_PASSWORD: "no password is set",
    Reason.SSO_REQUIRED: "SSO is enforced, and they are on no list",
    Reason.WRONG_PASSWORD: "the password is not right",
    Reason.SSO_UNCONFIGURED: "SSO is not set up",
    Reason.IDP_DOWN: "the identity provider is down",
    SsoReason.IDP_UNREACHABLE: "the identity provider did not answer correctly",
    SsoReason.SSO_DENIED: "it was refused at the identity provider",
    SsoReason.SSO_EXPIRED: "it took too long",
    SsoReason.SSO_TOKEN_INVALID: "the identity provider's answer failed a check",
    SsoReason.SSO_EMAIL_UNVERIFIED: "the identity provider does not vouch for the email",
    SsoReason.SSO_NO_ACCOUNT: "no member has this identity or email",
}


def question(email: str, width: int) -> Content:
    """Who is about to sign in, and what that means."""
    return lines(
        line(("Who       ", DIM)) + safe_text(email, STRONG),
        EMPTY,
        line((f"{FULL.bad} ", CARE), *_wrapped(_WHAT, width - 2)),
        EMPTY,
        flowing(
            safe_text(local_part(email)) + words(" must type it: nobody else should know it."),
            width,
        ),
    )


UNJUDGED: Final = frozenset({Code.THROTTLED, Code.PAUSED})
"""What a drill is told whose password was not looked at."""


def _wrapped(text: str, width: int) -> tuple[str, ...]:
    return ("\n  ".join(wrap(text, max(width, 20))),)


def outcome(tried: Tried, width: int) -> Content:
    """The verdict, the exact reason where it may be known, and where it stands on record."""
    refused = tried.refused
    rows = _success(tried, width) if refused is None else _failure(tried, refused, width)
    if tried.event is not None:
        recorded = f"event {tried.event.seq:,} {FULL.dot} a drill {FULL.dot} no session"
    elif refused is not None and refused.code in UNJUDGED:
        recorded = "Refused without a check; in the audit log within a minute."
    else:
        recorded = "Recorded as a drill; no session was opened."
    return lines(*rows, words("  ") + flowing(words(recorded, DIM), width, 2))


def _success(tried: Tried, width: int) -> list[Content]:
    who = safe_text(local_part(tried.email))
    told = (who + words(" can get in by password")).stylize(f"bold {OK}")
    glass = words(f"{FULL.glass}", CARE) if tried.is_break_glass else EMPTY
    return [spread(width, words(f"{FULL.passes} ", OK) + told, glass), _by(tried)]


def _by(tried: Tried) -> Content:
    if not tried.is_break_glass:
        return words("  Password login is open to everyone: nothing is enforced.")
    via = None if tried.event is None else tried.event.metadata.get("via")
    slugs = [str(slug) for slug in cast("list[object]", via)] if isinstance(via, list) else []
    if not slugs:
        return words("  The list lets them in.")
    lists = ", ".join(tried.lists.get(slug, slug) for slug in slugs)
    return words("  By the list of ") + safe_text(lists) + words(".")


def _failure(tried: Tried, refused: Refusal, width: int) -> list[Content]:
    who = safe_text(local_part(tried.email))
    told = words(f"{FULL.fails} ", DANGER) + (who + words(" cannot get in")).stylize(
        f"bold {DANGER}"
    )
    code = tried.event.reason if tried.event is not None else None
    if refused.code in UNJUDGED:
        code = refused.code.value
    if code is None:
        rows = [spread(width, told, EMPTY), words("  ") + safe_text(refused.message)]
        return [*rows, words("  ") + safe_text(remedy_here(refused))]
    reason = next((text for known, text in _REASONS.items() if known.value == code), "")
    rows = [spread(width, told, safe_text(code, DIM))]
    if reason:
        rows.append(words(f"  {reason[0].upper()}{reason[1:]}."))
    if refused.code is Code.PAUSED:
        rows += [words("  ") + safe_text(part) for part in wrap(refused.message, width - 2)]
        rows += [words("  ") + safe_text(part) for part in wrap(remedy_here(refused), width - 2)]
    if code == Reason.THROTTLED.value:
        rows.append(words("  ") + safe_text(remedy_here(refused)))
    return rows
