"""The bottom lines of a page on a small terminal: what simulator and audit log would say."""

from typing import Final

from textual.content import Content

from bgconsole.policy.audit import AuditEvent
from bgconsole.policy.login import Method
from bgconsole.policy.team import IdpState, Team
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import (
    EMPTY,
    cut,
    fit,
    line,
    lines,
    local_part,
    rule,
    safe_text,
    words,
)
from bgconsole.tui.model.outages import Usage
from bgconsole.tui.model.simulation import Simulation, ask
from bgconsole.tui.provider_page.render.badges import moment
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK, STRONG

_LABEL: Final = 24
_HINT: Final = 11
_TIGHT: Final = 60
"""Columns below which the keys are left out: the tabs show them too."""


def summary(
    simulation: Simulation | None, teams: tuple[Team, Team], usage: Usage, width: int
) -> Content:
    """One line for the simulator, one or two for the log; `teams` are as saved and as drafted."""
    inner = width - 2
    rows: list[Content] = []
    if simulation is not None:
        rows.append(
            _row(_asked(simulation), _verdict(simulation, *teams), ("/", " simulator"), inner)
        )
    if usage.last is not None:
        last, before = usage.last, usage.before
        every = [last] if before is None else [last, before]
        room = max(len(local_part(event.who)) for event in every)
        told = _login(last, usage, room)
        rows.append(_row("last break-glass login", told, ("l", " audit"), inner))
        if before is not None:
            told = _login(before, usage, room) + _tries(before, usage)
            rows.append(_row("before that", told, ("", ""), inner))
    elif usage.known:
        never = words(f"{FULL.none} none recorded", DIM)
        rows.append(_row("last break-glass login", never, ("l", " audit"), inner))
    if not rows:
        return EMPTY
    return lines(rule(width), *(words(" ") + row for row in rows))


def _row(label: str, told: Content, hint: tuple[str, str], width: int) -> Content:
    key, word = hint if width >= _TIGHT else ("", "")
    left = fit(safe_text(label, DIM), _LABEL) + told
    right = fit(key_hint(key, word), _HINT)
    room = width - _HINT - 1
    return cut(fit(left, room) + words(" ") + right, width) if key else cut(left, width)


def _asked(simulation: Simulation) -> str:
    state = "down" if simulation.idp is IdpState.DOWN else "up"
    name = local_part(simulation.email)
    if simulation.method is Method.SSO:
        return f"{name} by SSO, {simulation.short} {state}"
    return f"{name} if {simulation.short} is {state}"


def _verdict(simulation: Simulation, saved: Team, drafted: Team) -> Content:
    now, before = ask(drafted, simulation), ask(saved, simulation)
    if now.allowed:
        by = " by the list" if now.is_break_glass else ""
        told = words(f"{FULL.passes} ", OK) + words(f"gets in{by}", f"bold {OK}")
    else:
        told = words(f"{FULL.fails} ", DANGER) + words("cannot get in", f"bold {DANGER}")
    if now.allowed == before.allowed:
        return told
    was = line((f" {FULL.dot} as saved ", DIM))
    if before.allowed:
        return told + was + line((f"{FULL.passes} ", OK), simulation.method.value)
    return told + was + line((f"{FULL.fails} ", DANGER), "cannot")


def _login(event: AuditEvent, usage: Usage, room: int) -> Content:
    name = fit(safe_text(local_part(event.who), STRONG), room + 1)
    return words(f"{FULL.glass} ", CARE) + name + words(moment(event.at, usage.today))


def _tries(event: AuditEvent, usage: Usage) -> Content:
    tries = usage.failures_before(event)
    if not tries:
        return EMPTY
    attempts = "attempt" if tries == 1 else "attempts"
    return line((f", after {tries} failed {attempts} ", DIM), (f"{FULL.glass}{FULL.fails}", DANGER))
