"""What the sign-in screen says."""

from textwrap import wrap
from typing import Final

from textual.content import Content

from bgconsole.backend.identity import SignInWay, Welcome
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.team import IdpState
from bgconsole.tui.connection import SignInHint
from bgconsole.tui.render.signs import FULL
from bgconsole.tui.render.text import EMPTY, cut, fit, line, lines, safe_text, spread, words
from bgconsole.tui.theme import ACCENT, CARE, DANGER, DIM, OK, RULE, STRONG

_INDENT: Final = " " * 13
_FORM_WIDTH: Final = 56
_HINT_COLUMN: Final = 23
_WHAT_COLUMN: Final = 12

CHECKING: Final = words(f"{_INDENT}Checking …", DIM)
SSO_ABSENT: Final = line(_INDENT, (f"{FULL.bad} ", CARE), "This version signs in by password only")


def head(welcome: Welcome | None, notice: str) -> Content:
    """What this screen is for."""
    team = welcome.team if welcome else None
    title = line(("Sign in", STRONG))
    if team:
        title = line(("Sign in to ", STRONG)) + safe_text(team, STRONG)
    use = line("Break-glass users: use your password. ", ("Use is recorded.", DIM))
    return lines(title, words(notice, CARE)) if notice else lines(title, use)


def banner(way: SignInWay, width: int) -> Content:
    """Which provider is down, since when and why; never who is on its list."""
    since = f" since {way.idp.since:%H:%M}" if way.idp.since else ""
    left = words(f"{FULL.fails} ") + safe_text(way.name) + words(f" is down{since}")
    return spread(width, left.stylize("bold"), safe_text(way.idp.detail))


def submit(*, asked: bool) -> Content:
    """The button under the fields."""
    label = "Sign in" if asked else "Go on"
    return line(_INDENT, (f" {label}  enter ", "bold $on-accent on $accent"))


def ways(welcome: Welcome) -> Content:
    """'Sign in with …' with its state under each name."""
    rows: list[Content] = [words(FULL.rule * _FORM_WIDTH, RULE)]
    for number, way in enumerate(welcome.ways, start=2):
        style = "" if way.configured else DIM
        label = "or" if number == 2 and not welcome.enforced else ""
        name = line((f"  {label:<11}", DIM), ("Sign in with ", style)) + safe_text(way.name, style)
        rows.append(
            spread(_FORM_WIDTH - 4, name, words(f"F{number}", ACCENT if style == "" else DIM))
        )
        rows.append(words(_INDENT) + _state(way))
    return lines(*rows)


def _state(way: SignInWay) -> Content:
    if not way.configured:
        return words(f"{FULL.none} not set up for this team", DIM)
    if way.idp.state is IdpState.DOWN:
        since = f" since {way.idp.since:%H:%M}" if way.idp.since else ""
        return words(f"{FULL.fails} down{since}", DANGER)
    if way.idp.state is IdpState.UP:
        return words(f"{FULL.passes} up", OK)
    return words(f"{FULL.dot} not checked", DIM)


def answer(refused: Refusal, width: int) -> Content:
    """What was refused, and what to do; the same whoever asked."""
    room = width - len(_INDENT) - 2
    message = [safe_text(part, DANGER) for part in wrap(refused.message, room)]
    remedy = [safe_text(part) for part in wrap(refused.remedy, room)]
    first = line(_INDENT, (f"{FULL.fails} ", DANGER)) + message[0]
    return lines(first, *(words(f"{_INDENT}  ") + row for row in (*message[1:], *remedy)))


def no_team(place: str) -> Content:
    """Nothing is set up in this database."""
    return lines(
        line((f"{FULL.bad} ", CARE), "There is no team here yet"),
        line("  ") + safe_text(place, DIM),
        line("  Make one:    ", ("bgconsole init --team NAME --owner EMAIL", ACCENT)),
        line("  Look around: ", ("bgconsole demo", ACCENT)),
    )


def hints(given: tuple[SignInHint, ...]) -> Content:
    """The ways into the sample team."""
    if not given:
        return EMPTY
    rows = [
        words(FULL.rule * _FORM_WIDTH, RULE),
        line(
            ("Sample team", STRONG),
            ("  sign in with one of these and its password", DIM),
        ),
    ]
    rows += [
        fit(words("  ") + safe_text(hint.email, ACCENT), _HINT_COLUMN)
        + fit(words(hint.what, DIM), _WHAT_COLUMN)
        + safe_text(hint.password)
        for hint in given
    ]
    return lines(*(cut(row, _FORM_WIDTH) for row in rows))
