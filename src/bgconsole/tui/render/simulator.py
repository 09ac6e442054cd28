"""The login simulator: verdict, trace, and the four cases of enforcement and IdP."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from textual.content import Content

from bgconsole.policy import forecast
from bgconsole.policy.login import (
    SSO_UNCONFIGURED,
    Attempt,
    Check,
    CheckName,
    Decision,
    Method,
    attempt_for,
    decide,
)
from bgconsole.policy.team import IdpState, Provider, Team
from bgconsole.tui.render.provider import rule
from bgconsole.tui.render.signs import FULL
from bgconsole.tui.render.text import cut, fit, line, lines, local_part, safe_text, spread, words
from bgconsole.tui.theme import CARE, DANGER, DIM, OK, STRONG

_LABELS: Final = {
    CheckName.ACCOUNT: "account exists",
    CheckName.MEMBERSHIP: "member of the team",
    CheckName.THROTTLE: "not throttled",
    CheckName.PASSWORD_SET: "has a password",
    CheckName.ENFORCEMENT: "open, or listed",
    CheckName.PASSWORD_RIGHT: "password right",
    CheckName.IDP: "provider answers",
}
_PLAIN: Final = frozenset({CheckName.ACCOUNT, CheckName.THROTTLE, CheckName.PASSWORD_SET})
"""Checks whose label says it all when they pass."""

_FIRST_COLUMN: Final = 9


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: this person, on this provider's page, with this method, in this case."""

    email: str
    method: Method
    slug: str
    short: str
    idp: IdpState


def ask(team: Team, question: Question) -> Decision:
    """The rules' answer for one state of the team."""
    down = forecast.with_idp(team, question.slug, question.idp)
    attempt: Attempt = attempt_for(down, question.email, question.method)
    return decide(
        replace(attempt, provider=question.slug if question.method is Method.SSO else None)
    )


def answer(question: Question, saved: Team, drafted: Team, width: int) -> Content:
    """Verdict of the draft, 'as saved' under it, the trace, the four cases."""
    now, before = ask(drafted, question), ask(saved, question)
    rows = [safe_text(question.email, DIM)]
    rows += [*_verdict(question, now, before, width), words("")]
    rows += [_check(check, width) for check in now.trace]
    if SSO_UNCONFIGURED in now.warnings:
        rows.append(line((f"{FULL.bad} ", CARE), "SSO is not set up for this provider"))
    rows += [rule(width), *_cases(question, saved, drafted, width)]
    return lines(*rows)


def _verdict(question: Question, now: Decision, before: Decision, width: int) -> list[Content]:
    who = safe_text(local_part(question.email))
    if now.allowed:
        by = " by the list" if now.is_break_glass else ""
        text = words(f"{FULL.passes} ", OK) + (who + words(f" gets in{by}")).stylize(f"bold {OK}")
        first = spread(width, text, words(""))
    else:
        text = words(f"{FULL.fails} ", DANGER) + (who + words(" cannot get in")).stylize(
            f"bold {DANGER}"
        )
        first = spread(width, text, words(str(now.reason), DIM))
    if now.allowed == before.allowed and now.reason == before.reason:
        return [first, words("  the same as saved", DIM)]
    sign = f"{FULL.passes} " if before.allowed else f"{FULL.fails} "
    word = question.method.value if before.allowed else f"{before.reason}"
    return [first, line(("  as saved: ", DIM), (sign, OK if before.allowed else DANGER), word)]


def _check(check: Check, width: int) -> Content:
    sign = (f"{FULL.passes} ", OK) if check.passed else (f"{FULL.fails} ", DANGER)
    label = _LABELS[check.check]
    room = width - len(label) - 4
    if check.passed and check.check in _PLAIN:
        return line(sign, label)
    return spread(width, line(sign, label), cut(safe_text(check.detail, DIM), room))


def _cases(question: Question, saved: Team, drafted: Team, width: int) -> list[Content]:
    column = (width - _FIRST_COLUMN) // 2
    head = (
        fit(words("SSO", DIM), _FIRST_COLUMN)
        + fit(safe_text(f"{question.short} up", DIM), column)
        + fit(safe_text(f"{question.short} down", DIM), column)
    )
    provider = drafted.provider(question.slug)
    rows = [head]
    for enforced in (False, True):
        chosen = provider is not None and provider.enforced is enforced
        label = "enforced" if enforced else "off"
        first = fit(words(label, STRONG if chosen else ""), _FIRST_COLUMN)
        second = words(" " * _FIRST_COLUMN)
        for idp in (IdpState.UP, IdpState.DOWN):
            mine = _ways(drafted, question, enforced=enforced, idp=idp)
            theirs = _ways(saved, question, enforced=enforced, idp=idp)
            first += _case(mine, column, chosen=chosen and idp is question.idp)
            was = "  same" if mine == theirs else f"  was {_BRIEF.get(theirs, theirs)}"
            second += fit(words(was, DIM), column)
        rows += [first, second]
    return rows


def _case(ways: str, column: int, *, chosen: bool) -> Content:
    cannot = ways == _CANNOT
    sign = (f"{FULL.fails} ", DANGER) if cannot else (f"{FULL.passes} ", OK)
    cell = line(sign, (ways, f"bold {DANGER}" if cannot else ""))
    if not chosen:
        return fit(cell, column)
    return (fit(cell, column - 2) + words(f"{FULL.chosen} ")).stylize("on $chip bold")


_CANNOT: Final = "cannot"
_BOTH: Final = "password, SSO"
_BRIEF: Final = {_BOTH: "both"}


def _ways(team: Team, question: Question, *, enforced: bool, idp: IdpState) -> str:
    """How the person comes in when this provider is so: 'password, SSO', …, or 'cannot'."""
    person = team.people.get(question.email)
    if person is None:
        return _CANNOT
    changed = _changed(team, question.slug, lambda p: replace(p, enforced=enforced, idp=idp))
    password = forecast.can_use_password(changed, person)
    sso = forecast.can_use_sso(changed, person)
    if password and sso:
        return _BOTH
    if password:
        return "password"
    return "SSO only" if sso else _CANNOT


def _changed(team: Team, slug: str, change: Callable[[Provider], Provider]) -> Team:
    provider = team.provider(slug)
    return team if provider is None else team.with_provider(change(provider))


def nobody(typed: str, width: int) -> Content:
    """No person matches what was typed, or nothing was typed yet."""
    if not typed:
        return words("Type a few letters of a name or an email", DIM)
    return cut(words("Nobody here is called ", DIM) + safe_text(typed), width)
