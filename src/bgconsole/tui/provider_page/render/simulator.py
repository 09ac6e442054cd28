"""The login simulator: who is meant, the verdict, every check, what would help, the four cases."""

from collections.abc import Mapping
from typing import Final

from textual.content import Content

from bgconsole.policy.forecast import with_idp
from bgconsole.policy.idp_words import named
from bgconsole.policy.login import PAUSED, SSO_UNTRIED, Decision, Method, Reason
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.refused_login import why_no_sso
from bgconsole.policy.remedies import Remedy, remedies
from bgconsole.policy.team import Team
from bgconsole.tui.kit.render import pauses
from bgconsole.tui.kit.render.text import (
    EMPTY,
    cut,
    line,
    lines,
    local_part,
    rule,
    safe_text,
    spread,
    words,
)
from bgconsole.tui.kit.render.text import beside as told_behind
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.simulation import Simulation, ask, they_see
from bgconsole.tui.provider_page.render.simulator_cases import cases, columns
from bgconsole.tui.provider_page.render.simulator_trace import (
    Around,
    assumed,
    beside,
    real,
    remedies_in_brief,
    remedy_rows,
    trace,
)
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK

_WIDE: Final = 70
"""Columns from which on there are two."""

_TRACE: Final = 42
_GAP: Final = 4


def answer(simulation: Simulation, teams: tuple[Team, Team], around: Around, width: int) -> Content:
    """Verdict of the draft with what it was as saved, the checks, the remedies, the four cases.

    `teams` are as saved and as drafted.
    """
    saved, drafted = teams
    now, before = ask(drafted, simulation), ask(saved, simulation)
    supposed = with_idp(drafted, simulation.slug, simulation.idp)
    found = () if now.allowed else remedies(supposed, simulation.email, simulation.slug)
    verdict = _verdict(simulation, supposed, (now, before), width)
    seen = _seen(they_see(drafted, simulation, now), width)
    if width >= _WIDE:
        checks = [*trace(simulation, now, teams, around, _TRACE), assumed(_TRACE)]
        help_rows = remedy_rows(simulation, found, around, width - _TRACE - _GAP)
        blank = [EMPTY] * max(len(checks) - 1 - len(help_rows), 0)
        both = beside(checks, [*help_rows, *blank, real()], _TRACE + _GAP)
        told = cases(simulation, saved, drafted, columns(width, wide=True))
        return lines(rule(width), EMPTY, *verdict, *seen, EMPTY, *both, EMPTY, rule(width), *told)
    rows = [*verdict, EMPTY, *trace(simulation, now, teams, around, width)]
    rows += [rule(width), *cases(simulation, saved, drafted, columns(width, wide=False))]
    room = around.rows - len(rows)
    below = _as_fits(simulation, found, around, width, room)
    # Beside the page only where the remedies, which are keys, leave room.
    also = seen if len(below) + len(seen) <= room else []
    return lines(*rows, *below, *also)


def _as_fits(
    simulation: Simulation, found: tuple[Remedy, ...], around: Around, width: int, room: int
) -> list[Content]:
    """What may be left out, in as many rows as there are."""
    whole = remedy_rows(simulation, found, around, width)
    rows = [EMPTY, *whole, cut(real(), width)] if whole else [EMPTY, assumed(width), real()]
    for fewer in (rows, rows[:-1], rows[1:-1]):
        if len(fewer) <= room:
            return fewer
    brief = remedies_in_brief(simulation, found, around, width)
    return [EMPTY, *brief][-room:] if room > 0 else []


def _seen(told: Refusal | None, width: int) -> list[Content]:
    """What the sign-in screen tells them, word for word."""
    if told is None:
        return []
    return told_behind(words("  they see: ", DIM), safe_text(told.whole, DIM), width)


def _verdict(
    simulation: Simulation, supposed: Team, answers: tuple[Decision, Decision], width: int
) -> list[Content]:
    """In one row where there is room, otherwise the reason below; then what it was as saved."""
    now, before = answers
    first = _sentence(simulation, now)
    why = _why(simulation, supposed, now)
    code = words(str(now.reason), DIM) if now.reason else EMPTY
    together = first + words("    ") + why
    if width >= _WIDE and together.cell_length + code.cell_length + 2 <= width:
        rows = [spread(width, together, code)]
    else:
        rows = [spread(width, first, code), cut(words("  ") + why, width)]
    if now.allowed == before.allowed and now.reason == before.reason:
        return rows
    sign = f"{FULL.passes} " if before.allowed else f"{FULL.fails} "
    word = simulation.method.value if before.allowed else f"{before.reason}"
    was = line(("  as saved: ", DIM), (sign, OK if before.allowed else DANGER), word)
    return [*rows, was]


def _sentence(simulation: Simulation, now: Decision) -> Content:
    who = safe_text(local_part(simulation.email))
    if not now.allowed:
        told = (who + words(" cannot get in")).stylize(f"bold {DANGER}")
        return words(f"{FULL.fails} ", DANGER) + told
    if SSO_UNTRIED in now.warnings:
        told = who + words(" may get in: SSO not tried yet")
        return words(f"{FULL.bad} ", CARE) + told.stylize(f"bold {CARE}")
    by = " by the list" if now.is_break_glass else ""
    if PAUSED in now.warnings:
        told = who + words(f" gets in{by}, but is paused")
        return pauses.sign() + told.stylize(f"bold {CARE}")
    return words(f"{FULL.passes} ", OK) + (who + words(f" gets in{by}")).stylize(f"bold {OK}")


_REFUSED: Final[Mapping[Reason | None, str]] = {
    Reason.NO_PASSWORD: "no password is set",
    Reason.NOT_A_MEMBER: "not a member of this team",
    Reason.UNKNOWN_ACCOUNT: "there is no such account",
}


def _why(simulation: Simulation, supposed: Team, now: Decision) -> Content:
    """The reason in words; the names of lists stand among the checks."""
    short = safe_text(simulation.short)
    if now.reason in _REFUSED:
        return words(_REFUSED[now.reason])
    if now.reason is Reason.SSO_UNCONFIGURED:
        return words("SSO is not set up for ") + short
    if now.reason is Reason.IDP_DOWN:
        return short + words(" is down")
    if now.reason is Reason.SSO_REQUIRED:
        ways = [short_name(one) for one in supposed.providers if one.lets_in]
        if ways:
            return words("SSO is enforced: sign in with ") + safe_text(named(ways))
        return words("SSO is enforced and ") + safe_text(why_no_sso(supposed.providers, short_name))
    if PAUSED in now.warnings:
        return words(pauses.FROM_WHERE)
    if simulation.method is Method.SSO:
        return words("through ", DIM) + short.stylize(DIM)
    if now.is_break_glass:
        return words("the list lets the password in past SSO", DIM)
    return words("the password is open to everybody", DIM)


def nobody(typed: str, width: int) -> Content:
    """No person matches what was typed, or nothing was typed yet."""
    if not typed:
        return words("Type a few letters of a name or an email", DIM)
    return cut(words("No match for ", DIM) + safe_text(f'"{typed}"'), width)
