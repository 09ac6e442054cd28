"""What a reset or a removal takes, in words, before it happens; and what the guard says of it."""

from textual.content import Content

from bgconsole.backend.values import Member
from bgconsole.policy.impact import PersonImpact
from bgconsole.policy.impact_words import sentences
from bgconsole.policy.team import Provider
from bgconsole.tui.kit.render.effect import SHORT_NAMES, effect_rows
from bgconsole.tui.kit.render.guard import left_unusable, other_lists, override_note
from bgconsole.tui.kit.render.text import EMPTY, flowing, line, lines, names, rule, safe_text, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, STRONG

_BETTER = "Better  "
_NAMED = 6


def point(content: Content, width: int, sign: tuple[str, str] = (FULL.dot, DIM)) -> Content:
    """One consequence: a sign, then the sentence."""
    return line((f"{sign[0]} ", sign[1])) + flowing(content, width, 2)


_CAREFUL = (FULL.bad, CARE)


def removal(one: Member, impact: PersonImpact, width: int, *, me: bool) -> Content:
    """What falls with a membership."""
    rows = [
        who(one, width),
        EMPTY,
        point(words("They leave the team."), width),
        *_lists(impact, width, "They are removed from"),
        *effect_rows(sentences(impact, naming=SHORT_NAMES), width),
    ]
    if one.has_password:
        keeps = "The account keeps its password. If you add them back, they need no code."
        rows.append(point(words(keeps, DIM), width))
    if me:
        rows.append(point(words("That is you: this console signs you out."), width, _CAREFUL))
    return lines(*rows)


def reset(one: Member, impact: PersonImpact, width: int) -> Content:
    """What falls with a password, and what comes instead."""
    if one.has_password:
        first = words("They lose their password now.")
    else:
        first = words("They have no password yet; an unused code stops working.")
    rows = [who(one, width), EMPTY, point(first, width)]
    if one.has_password:
        rows += _lists(impact, width, "They no longer count on")
    rows += effect_rows(sentences(impact, naming=SHORT_NAMES), width)
    rows.append(point(words("You get a one-time code to give them, valid for 24 hours."), width))
    return lines(*rows)


def unpausing(one: Member, width: int) -> Content:
    """What lifting a pause does."""
    return lines(
        who(one, width),
        EMPTY,
        point(words("Paused at new addresses after too many failed sign-ins in a row."), width),
        point(
            words("Without the pause, the right password lets them in from anywhere at once."),
            width,
        ),
        point(
            words("If it was not them, somebody else tried: check the audit log (l)."),
            width,
            _CAREFUL,
        ),
    )


def who(one: Member, width: int) -> Content:
    """'tom@harbor.example · Tom Lindqvist · member'."""
    dot = words(f" {FULL.dot} ", DIM)
    told = [safe_text(one.email, STRONG)]
    if one.name:
        told.append(safe_text(one.name))
    if one.role is not None:
        told.append(words(one.role.value, DIM))
    return flowing(dot.join(told), width)


def _lists(impact: PersonImpact, width: int, falls: str) -> list[Content]:
    """'They are removed from 2 break-glass lists: Entra, OIDC; the last usable entry of Entra.'"""
    listed = impact.lists
    if not listed:
        return []
    lists = "break-glass list" if len(listed) == 1 else "break-glass lists"
    told = words(f"{falls} ")
    told += words(f"{len(listed)}", STRONG) + words(f" {lists}: ") + _names(listed)
    rows = [point(told, width)]
    if impact.last_of:
        last = words("The last usable entry of ", f"bold {DANGER}") + _names(impact.last_of)
        rows.append(point(last + words(": you will be asked to override."), width, _CAREFUL))
    return rows


def _names(providers: tuple[Provider, ...]) -> Content:
    return safe_text(", ".join(p.name for p in providers))


def guard_body(impact: PersonImpact, verb: str, width: int) -> Content:
    """What breaks in numbers, then the better way."""
    locked = impact.locked
    able = tuple(p.email for p in impact.after.members if p.problem is None)[:_NAMED]
    better = line((_BETTER, STRONG))
    if able:
        better += words("go back and put somebody else on the list: ")
        better = lines(better, words(" " * len(_BETTER)) + names(able, width - len(_BETTER)))
    else:
        better += words("go back, and have somebody set a password first.")
    breaks = left_unusable(p.name for p in locked)
    numbers = words("If it goes down, ")
    numbers += words(f"{len(impact.entering)} of {impact.members}", f"bold {DANGER}")
    return lines(
        flowing(breaks, width),
        numbers + words(" can sign in."),
        *other_lists(impact.after, locked, width),
        EMPTY,
        better,
        EMPTY,
        rule(width),
        override_note(f"To {verb} anyway", width),
    )  # fmt: skip
