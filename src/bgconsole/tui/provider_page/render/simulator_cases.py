"""The four cases of enforcement and IdP: how the person comes in with the draft, and as saved."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from textual.content import Content

from bgconsole.policy.coverage import access
from bgconsole.policy.team import IdpState, Provider, Team
from bgconsole.tui.kit.render.text import fit, line, safe_text, words
from bgconsole.tui.model.simulation import Simulation
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG

_CANNOT: Final = "cannot"
_BOTH: Final = "password, SSO"
_UNTRIED: Final = "not tried yet"
"""By SSO alone, by which they have never signed in: neither yes nor no."""

_BOTH_UNTRIED: Final = "password, SSO?"
_BRIEF: Final = {_BOTH: "both", _BOTH_UNTRIED: "both"}


@dataclass(frozen=True, slots=True)
class Columns:
    """The words of the first column with its width; both others have the same one."""

    head: str
    off: str
    enforced: str
    first: int
    other: int


def columns(width: int, *, wide: bool) -> Columns:
    """For the width at hand; `wide` has room for whole words."""
    if wide:
        return Columns("if SSO is", "optional", "enforced", 24, min((width - 24) // 2, 22))
    return Columns("SSO", "optional", "enforced", 9, (width - 9) // 2)


def cases(simulation: Simulation, saved: Team, drafted: Team, shape: Columns) -> list[Content]:
    """The draft's answer, below it what was where anything differs."""
    head = (
        fit(words(shape.head, DIM), shape.first)
        + fit(safe_text(f"{simulation.short} up", DIM), shape.other)
        + fit(safe_text(f"{simulation.short} down", DIM), shape.other)
    )
    states = (IdpState.UP, IdpState.DOWN)
    now, was = _every(drafted, simulation), _every(saved, simulation)
    provider = drafted.provider(simulation.slug)
    rows = [head]
    for enforced in (False, True):
        current = provider is not None and provider.enforced is enforced
        label = shape.enforced if enforced else shape.off
        first = fit(words(label, STRONG if current else ""), shape.first)
        second = words(" " * shape.first)
        for idp in states:
            mine, theirs = now[enforced, idp], was[enforced, idp]
            chosen = current and idp is simulation.idp
            first = _with_case(first, _case(mine), shape.other, chosen=chosen)
            before = "  same" if mine == theirs else f"  was {_BRIEF.get(theirs, theirs)}"
            second += fit(words(before, DIM), shape.other)
        rows += [first] if now == was else [first, second]
    return rows


def _with_case(row: Content, case: Content, column: int, *, chosen: bool) -> Content:
    """The row with one more cell; the ground of the chosen one begins before its sign."""
    if not chosen:
        return row + fit(case, column)
    start = row.cell_length - 1
    told = row + fit(case, column - 2) + words(f"{FULL.chosen} ", ACCENT)
    return told.stylize_before("on $chip bold", start)


def _case(ways: str) -> Content:
    cannot = ways == _CANNOT
    if ways == _UNTRIED:
        return line((f"{FULL.bad} ", CARE), (ways, CARE))
    sign = (f"{FULL.fails} ", DANGER) if cannot else (f"{FULL.passes} ", OK)
    return line(sign, (ways, f"bold {DANGER}" if cannot else ""))


def _every(team: Team, simulation: Simulation) -> dict[tuple[bool, IdpState], str]:
    """How the person comes in, by enforcement and IdP."""
    return {
        (enforced, idp): _ways(team, simulation, enforced=enforced, idp=idp)
        for enforced in (False, True)
        for idp in (IdpState.UP, IdpState.DOWN)
    }


def _ways(team: Team, simulation: Simulation, *, enforced: bool, idp: IdpState) -> str:
    """How the person comes in when this provider is so: 'password, SSO', …, or 'cannot'."""
    person = team.people.get(simulation.email)
    if person is None:
        return _CANNOT
    changed = _changed(team, simulation.slug, lambda p: replace(p, enforced=enforced, idp=idp))
    found = access(changed, person)
    if found.password and found.sso:
        return _BOTH
    if found.password and found.untried:
        return _BOTH_UNTRIED
    if found.password:
        return "password"
    if found.sso:
        return "SSO only"
    return _UNTRIED if found.untried else _CANNOT


def _changed(team: Team, slug: str, change: Callable[[Provider], Provider]) -> Team:
    provider = team.provider(slug)
    return team if provider is None else team.with_provider(change(provider))
