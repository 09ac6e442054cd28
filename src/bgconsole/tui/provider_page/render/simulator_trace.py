"""Under the simulator's verdict: every check of the login, and what would let the person in."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from textual.content import Content

from bgconsole.backend.values import Member
from bgconsole.policy.login import PAUSED, CheckName, Decision, listing
from bgconsole.policy.remedies import Remedy, Step
from bgconsole.policy.team import Provider, Team
from bgconsole.tui.kit.render import pauses
from bgconsole.tui.kit.render.keys import key_hint, presses
from bgconsole.tui.kit.render.text import cut, fit, line, local_part, safe_text, spread, words
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.simulation import Simulation
from bgconsole.tui.provider_page.render.badges import day
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, DANGER, DIM, OK


@dataclass(frozen=True, slots=True)
class Around:
    """What is known besides the rules. `may_change` is whether this console may change anything.

    `before_keys` is what to press until letters are keys of the simulator; `rows` is how many
    there is room for.
    """

    today: date
    member: Member | None = None
    may_change: bool = True
    before_keys: tuple[str, ...] = ()
    rows: int = 0


_ASSUMED: Final = "assumed: no wait, the right password"


def trace(
    simulation: Simulation, decision: Decision, teams: tuple[Team, Team], around: Around, width: int
) -> list[Content]:
    """A row for each check, in the order in which they count; `teams` are as saved and drafted."""
    rows: list[Content] = []
    for check in decision.trace:
        match check.check:
            case CheckName.ACCOUNT:
                rows.append(_row(check.passed, "account exists", "", width))
            case CheckName.MEMBERSHIP:
                rows.append(_row(check.passed, "member of the team", check.detail, width))
            case CheckName.PASSWORD_SET:
                rows.append(_row(check.passed, "has a password", _password(around), width))
            case CheckName.ENFORCEMENT:
                rows += _enforcement(simulation, teams, width)
            case CheckName.SET_UP:
                rows.append(_row(check.passed, f"SSO set up for {simulation.short}", "", width))
            case CheckName.IDP:
                rows.append(_row(check.passed, f"{simulation.short} answers", "", width))
            case CheckName.THROTTLE if PAUSED in decision.warnings:
                rows.append(cut(pauses.sign() + pauses.paused(), width))
                rows.append(cut(words("  ") + pauses.lifting(), width))
            case CheckName.THROTTLE | CheckName.PASSWORD_RIGHT:
                # A simulation meets neither a wait nor a wrong password.
                continue
    return rows


def assumed(width: int) -> Content:
    """What a simulation takes for granted."""
    return cut(words(f"{FULL.dot} {_ASSUMED}", DIM), width)


def _row(passed: bool | None, label: str, detail: str, width: int) -> Content:
    """`passed` None: what does not matter here."""
    if passed is None:
        left = words(f"{FULL.dot} {label}", DIM)
    else:
        left = line((f"{FULL.passes} ", OK) if passed else (f"{FULL.fails} ", DANGER), label)
    room = width - left.cell_length - 2
    return spread(width, left, cut(safe_text(detail, DIM), room))


def _password(around: Around) -> str:
    member = around.member
    if member is None:
        return ""
    if member.has_password:
        return (
            ""
            if member.password_set_at is None
            else (f"set {day(member.password_set_at, around.today)}")
        )
    return "code not redeemed yet" if member.code_expires_at is not None else "none"


def _enforcement(simulation: Simulation, teams: tuple[Team, Team], width: int) -> list[Content]:
    saved, drafted = teams
    enforced = [p for p in drafted.providers if p.enforced]
    if not enforced:
        return [_row(True, "password open to all", "nothing enforced", width)]
    names = f"{_names(enforced)} enforced"
    on = [p for p in enforced if simulation.email in p.emails]
    off = [p for p in enforced if simulation.email not in p.emails]
    if on:
        told = _names(on) + (f", not on {_names(off)}" if off else "")
        return [
            _row(None, "password open to all", names, width),
            _row(True, "on an enforced list", told, width),
        ]
    was = bool(listing(simulation.email, saved.providers))
    return [
        _row(False, "password open to all", names, width),
        _row(False, "on an enforced list", "removed in draft" if was else "on none", width),
    ]


def _names(providers: list[Provider]) -> str:
    return ", ".join(short_name(p) for p in providers)


def remedy_rows(
    simulation: Simulation, found: tuple[Remedy, ...], around: Around, width: int
) -> list[Content]:
    """'To let ken in: enter, then' and a row for each remedy, with its key."""
    if not found:
        return []
    name = safe_text(local_part(simulation.email))
    keys = around.may_change
    head = words("To let ") + name + words(" in") if keys else words("What would let them in")
    if keys and around.before_keys:
        keys_first = words(" ").join(key_hint(key) for key in around.before_keys)
        head += words(": ") + keys_first + words(", then")
    rows = [head]
    for first, group in groupby(found, key=lambda remedy: remedy.steps[0]):
        same = tuple(group)
        more = [remedy for remedy in same if len(remedy.steps) > 1]
        then = words(", then" if more else "", DIM)
        rows.append(_step(simulation, first, same[0].provider, keys=keys) + then)
        rows += [
            words("  ") + _step(simulation, remedy.steps[1], remedy.provider, keys=keys)
            for remedy in more
        ]
    if keys:
        rows.append(words("nothing changes before Save", DIM))
    return [cut(row, width) for row in rows]


def remedies_in_brief(
    simulation: Simulation, found: tuple[Remedy, ...], around: Around, width: int
) -> list[Content]:
    """The remedies of one step in one row: 'To let ken in: enter, a list, t SSO optional'."""
    steps = [remedy.steps[0] for remedy in found if len(remedy.steps) == 1]
    told = [_press(_BRIEF[step][0], words(_BRIEF[step][1])) for step in steps if step in _BRIEF]
    if not told or not around.may_change or "/" in around.before_keys:
        return []
    name = safe_text(local_part(simulation.email))
    told = [key_hint(key) for key in around.before_keys] + told
    return [cut(words("To let ") + name + words(" in: ") + words(", ").join(told), width)]


_BRIEF: Final = {
    Step.ADD_TO_LIST: ("a", "list"),
    Step.TURN_OFF: ("t", "SSO optional"),
    Step.SET_PASSWORD: ("m", "password"),
    Step.JOIN: ("m", "membership"),
}


def real() -> Content:
    """The other thing, set apart: no simulation."""
    return _press("T", words("try a real login, on record", DIM))


def _step(simulation: Simulation, step: Step, provider: Provider, *, keys: bool) -> Content:
    key, change = _change(step, simulation, provider)
    if key == FULL.none or not keys:
        key = FULL.none if keys else FULL.dot
        return words(f"{key} ", DIM) + safe_text(change)
    return _press(key, safe_text(change))


def _press(key: str, change: Content) -> Content:
    return presses(key, words(f"{key} ", f"bold {ACCENT}") + change)


def _change(step: Step, simulation: Simulation, provider: Provider) -> tuple[str, str]:
    name, short = local_part(simulation.email), short_name(provider)
    match step:
        case Step.ADD_TO_LIST:
            return "a", f"put {name} on {short}'s list"
        case Step.TURN_OFF:
            return "t", "turn enforcement off"
        case Step.SET_PASSWORD:
            return "m", "have a password set"
        case Step.JOIN:
            return "m", f"make {name} a member"
        case Step.IDP_BACK:
            return FULL.none, f"or wait until {short} is back"


def beside(left: list[Content], right: list[Content], column: int) -> list[Content]:
    """Two columns, the first of that width; the shorter one is filled up."""
    rows = max(len(left), len(right))
    padded = left + [words("")] * (rows - len(left))
    others = right + [words("")] * (rows - len(right))
    return [fit(one, column) + other for one, other in zip(padded, others, strict=True)]
