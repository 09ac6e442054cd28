"""What the sign-in screen says."""

from functools import partial
from typing import Final

from textual.content import Content

from bgconsole.backend.identity import SignInWay, Welcome
from bgconsole.policy.idp_words import meaning
from bgconsole.policy.refusals import Code, Refusal
from bgconsole.policy.refused_login import ASK
from bgconsole.tui.kit.render.idp_state import idp_state
from bgconsole.tui.kit.render.keys import WAY_KEYS, presses
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import EMPTY, cut, fit, line, lines, safe_text, spread, words
from bgconsole.tui.model.connection import SignInHint
from bgconsole.tui.sign_in.render import entry
from bgconsole.tui.sign_in.render.entry import FORM_WIDTH, INDENT, busy, other_way, rule
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG

_HINT_COLUMN: Final = 23
_WHAT_COLUMN: Final = 12

_MOST_OFFERED: Final = 2
"""Ways by SSO that are named once more after a wrong password."""

CHECKING: Final = busy("Checking")
PASSWORD_SET: Final = line((f"{FULL.passes} ", OK), "Password set. Sign in with it.")
CANNOT_SET_UP: Final = Refusal(
    Code.FORBIDDEN,
    "There is no team here yet, and this console is read-only",
    "Start it without --read-only to set one up",
)

SET_UP_ELSEWHERE: Final = Refusal(
    Code.FORBIDDEN,
    "There is no team behind this server yet",
    'Where its database is, "bgconsole init" makes one',
)


def care(notice: str) -> Content:
    """Why this screen came up again."""
    return safe_text(notice, CARE)


def head(welcome: Welcome | None, notice: Content, width: int) -> Content:
    """What this screen is for."""
    team = welcome.team if welcome else None
    title = line(("Sign in", STRONG))
    if team:
        title = line(("Sign in to ", STRONG)) + safe_text(team, STRONG)
    if notice:
        return lines(title, *notice.wrap(width))
    recorded = words("Use is recorded.", DIM)
    if welcome is None or not is_shut(welcome):
        return lines(title, words("Break-glass users: use your password. ") + recorded)
    room = min(width, FORM_WIDTH)
    others = words(f"Everybody else: {ASK[:1].lower()}{ASK[1:]}. ") + recorded
    return lines(
        title,
        *words("Only break-glass users get in now: use your password.").wrap(room),
        *others.wrap(room),
    )


def is_shut(welcome: Welcome) -> bool:
    """Whether SSO is enforced and lets nobody in, as far as was measured."""
    return welcome.enforced and not any(way.lets_in for way in welcome.providers)


def trouble(refusal: Refusal, place: str, width: int) -> Content:
    """Why nobody can sign in here at all, and what to do."""
    room = max(width - 2, 1)
    message = safe_text(refusal.message, DANGER).wrap(room)
    told = place.removeprefix("~") in refusal.message
    where = [] if told else [cut(safe_text(place, DIM), width)]
    return lines(
        line(("Nobody can sign in here now", STRONG)),
        *where,
        EMPTY,
        line((f"{FULL.fails} ", DANGER)) + message[0],
        *(line("  ") + row for row in (*message[1:], *safe_text(remedy_here(refusal)).wrap(room))),
    )


def trouble_keys(width: int, *, another: bool) -> Content:
    """The ways on."""
    again = spread(min(width, FORM_WIDTH) - 4, words("  Try again"), words("F5", ACCENT))
    rows = [presses("F5", again)]
    if another:
        left = words("  Open another database")
        row = spread(min(width, FORM_WIDTH) - 4, left, words("F8", ACCENT))
        rows.append(presses("F8", row))
    return lines(rule(width), *rows)


def banner(welcome: Welcome, way: SignInWay, width: int) -> Content:
    """Which provider is down and since when, and what that means.

    Never who is on its list, nor what it answered.
    """
    told = way.idp.told(configured=way.configured)
    left = words(f"{FULL.fails} ") + safe_text(way.name) + words(f" is {told}")
    whole = left + words(": ") + safe_text(meaning(way.provider, welcome.providers))
    fitting = whole if whole.cell_length <= width else left
    return spread(width, fitting.stylize("bold"), EMPTY)


def nothing(_width: int) -> Content:
    """Where there is nothing to say."""
    return EMPTY


def use_password(width: int, *, alternative: bool) -> Content:
    """Above the password: one way in, or the other one."""
    return other_way("or" if alternative else "", words("Use a password"), "", width)


def ways(welcome: Welcome, width: int, *, marked: int | None = None) -> Content:
    """'Sign in with …' with its state under each name; the one at `marked` has the keys."""
    rows: list[Content] = [rule(width)]
    for place, way in enumerate(welcome.ways):
        open_now = way.provider.lets_in
        style = "" if open_now else DIM
        name = line(("Sign in with ", style)) + safe_text(way.name, style)
        label = "or" if place == 0 and not welcome.enforced else ""
        key = f"F{WAY_KEYS[place]}" if place < len(WAY_KEYS) else ""
        row = other_way(label, name, key, width, ACCENT if open_now else DIM)
        rows.append(line((FULL.cursor, ACCENT)) + row[1:] if place == marked else row)
        rows.append(words(INDENT) + _state(way))
    return lines(*rows)


def refused(refusal: Refusal, welcome: Welcome | None, width: int) -> Content:
    """Why nobody came in; after a wrong password, the keys of the ways by SSO that are open."""
    said = entry.refused(refusal, width)
    if refusal.code is not Code.LOGIN_FAILED or welcome is None:
        return said
    keyed = zip(WAY_KEYS, welcome.ways, strict=False)
    offered = [
        cut(words(f"{INDENT}  ") + _offer(f"F{number}", way), width)
        for number, way in keyed
        if way.provider.lets_in
    ]
    return lines(said, *offered[:_MOST_OFFERED])


def _offer(key: str, way: SignInWay) -> Content:
    what = line((key, ACCENT), " Sign in with ") + safe_text(way.name)
    return presses(key, what)


def _state(way: SignInWay) -> Content:
    return idp_state(way.idp, configured=way.configured)


def no_password(width: int, *, apart: bool) -> Content:
    """The ways for whoever has no password, or knows it no more; the same whoever asks."""
    row = partial(other_way, "", width=width)
    rows = [
        row(words("I have a one-time code"), "F6"),
        row(words("Forgot your password?"), "F7"),
    ]
    return lines(rule(width), *rows) if apart else lines(*rows)


def hints(given: tuple[SignInHint, ...], width: int, *, brief: bool = False) -> Content:
    """The ways into the sample team; `brief` without a heading."""
    if not given:
        return EMPTY
    rows = (
        []
        if brief
        else [
            rule(width),
            line(
                ("Sample team", STRONG),
                ("  sign in with one of these and its password", DIM),
            ),
        ]
    )
    rows += [
        fit(words("  ") + safe_text(hint.email, ACCENT), _HINT_COLUMN)
        + fit(words(hint.what, DIM), _WHAT_COLUMN)
        + safe_text(hint.password)
        for hint in given
    ]
    return lines(*(cut(row, FORM_WIDTH) for row in rows))
