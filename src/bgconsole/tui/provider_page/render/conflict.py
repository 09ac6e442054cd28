"""The conflict: before, theirs, mine and merged, line by line, and what the merged one would do."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from textual.content import Content

from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.impact import Impact
from bgconsole.policy.impact_words import nobody_loses
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Settings
from bgconsole.policy.team import Person, Team
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import (
    EMPTY,
    cut,
    fit,
    line,
    lines,
    local_part,
    names,
    rule,
    safe_text,
    words,
)
from bgconsole.tui.model.comparison import SWITCH, Comparison, Side
from bgconsole.tui.model.drafts import Draft
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, RULE, STRONG

_CELL_LEAST, _CELL_MOST = 10, 16
_SIGN_CELL: Final = 7
_LABEL_LEAST = 28
_INDENT: Final = 2
_ROOMY: Final = 80
_SAVE: Final = {Side.THEIRS: "Take theirs", Side.MINE: "Save mine", None: "Save merged"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Whose save came first, and when; `view` is the provider as stored by now."""

    view: ProviderView
    theirs: Settings
    version: int
    saved_by: str | None
    saved_at: datetime | None

    @property
    def who(self) -> str:
        """Whoever saved, in short."""
        return local_part(self.saved_by) if self.saved_by else "Somebody"

    def merged_view(self, merged: Settings) -> ProviderView:
        """The provider with `merged` drafted on theirs."""
        before, after = self.team(self.theirs), self.team(merged)
        return replace(
            self.view,
            draft=Draft(self.theirs, self.version, merged),
            saved=before,
            drafted=after,
        )

    def team(self, settings: Settings) -> Team:
        """The team with these settings of the provider, and every other one as stored."""
        return self.view.saved.with_provider(self.view.detail.with_settings(settings))


def title(conflict: Conflict) -> Content:
    """'mia saved first. Your changes are kept'."""
    return safe_text(conflict.who) + words(" saved first. Your changes are kept")


def head(conflict: Conflict, width: int) -> Content:
    """Who saved what and when, and what the merge is."""
    when = f" at {conflict.saved_at:%H:%M:%S}" if conflict.saved_at else ""
    who = safe_text(conflict.saved_by or "Somebody")
    told = who + words(" saved ") + safe_text(conflict.view.detail.name) + words(when)
    end = words(", while you were editing.")
    if told.cell_length + end.cell_length > width:
        end = words(".")
    return lines(
        cut(told + end, width),
        cut(
            line("The merge takes both. ", ("Save merged", STRONG), " checks everything again."),
            width,
        ),
    )


def column_heads(conflict: Conflict, comparison: Comparison, width: int) -> Content:
    """The names of the columns, and a rule."""
    columns = _columns(conflict, comparison, width)
    heading = fit(EMPTY, columns.label) + EMPTY.join(
        fit(safe_text(text, style), columns.cell) for text, style in columns.heads
    )
    return lines(heading, rule(width))


@dataclass(frozen=True, slots=True, eq=False)
class LinePaint:
    """Draws the lines of one comparison."""

    conflict: Conflict
    comparison: Comparison

    def __call__(self, row: object, width: int, marked: bool) -> Content:
        """What every column has of it."""
        columns = _columns(self.conflict, self.comparison, width)
        told = _row(self.conflict, self.comparison, str(row), columns)
        if not marked:
            return told
        text = words(f"{FULL.cursor} ", f"bold {ACCENT}") + told[_INDENT:]
        return fit(text, width).stylize("on $focus")


@dataclass(frozen=True, slots=True)
class _Columns:
    label: int
    cell: int
    heads: tuple[tuple[str, str], ...]
    settings: tuple[Settings, ...]
    bare: bool


def _columns(conflict: Conflict, comparison: Comparison, width: int) -> _Columns:
    """As many columns, as wide, as there is room for: before goes first, then the words."""
    theirs = f"theirs ({conflict.who})"
    heads = (("before", DIM), (theirs, DIM), ("mine (draft)", DIM), ("merged", STRONG))
    every = (comparison.base, comparison.theirs, comparison.mine, comparison.merged)
    cell = min(_CELL_MOST, (width - _LABEL_LEAST) // len(every))
    if cell < len(theirs) + 1 or cell < len("mine (draft)") + 1:
        heads = (("before", DIM), ("theirs", DIM), ("mine", DIM), ("merged", STRONG))
    if cell >= _CELL_LEAST:
        return _Columns(width - cell * len(every), cell, heads, every, bare=False)
    label = width - _SIGN_CELL * (len(every) - 1)
    return _Columns(label, _SIGN_CELL, heads[1:], every[1:], bare=True)


def _row(conflict: Conflict, comparison: Comparison, row: str, columns: _Columns) -> Content:
    name = words("Enforce SSO") if row == SWITCH else safe_text(row)
    if name.cell_length > columns.label - 1 - _INDENT:
        name = safe_text(local_part(row)) if row != SWITCH else words("SSO")
    told = fit(fit(words(" " * _INDENT) + name, columns.label - 1), columns.label)
    bad = conflict.view.saved.entry_problem(row) is not None
    for place, settings in enumerate(columns.settings):
        if row == SWITCH:
            sign, word, style = _switch(comparison.base, settings)
        else:
            sign, word, style = _listing(comparison.base, settings, row, bad=bad)
        merged = place == len(columns.settings) - 1
        if merged and not word and comparison.differs(row):
            word = "kept" if row in settings.emails else "left out"
        shown = sign if columns.bare or not word else f"{sign} {word}"
        told += fit(words(shown, style), columns.cell)
    return told


def _switch(base: Settings, settings: Settings) -> tuple[str, str, str]:
    """Sign, word and style of the switch in one column."""
    sign, word = (FULL.on, "on") if settings.enforced else (FULL.off, "off")
    return sign, word, DIM if settings.enforced == base.enforced else f"bold {CARE}"


def _listing(base: Settings, settings: Settings, email: str, *, bad: bool) -> tuple[str, str, str]:
    """Sign, word and style of an email in one column; only what changed has colour and word."""
    was, listed = email in base.emails, email in settings.emails
    if was and not listed:
        return FULL.removed, "removed", CARE
    if listed and not was:
        return FULL.added, "added", ACCENT
    if not listed:
        return FULL.other, "", DIM
    return FULL.bad if bad else FULL.passes, "", DIM


def table_end(below: int, width: int) -> Content:
    """A rule, and how many lines are out of view below."""
    if below <= 0:
        return rule(width)
    told = words(f" {below} more below ", DIM)
    return words(FULL.rule * 2, RULE) + told + rule(max(width - 2 - told.cell_length, 0))


def outlook(conflict: Conflict, comparison: Comparison, width: int) -> Content:
    """What saving the merged settings would do, or why it would be refused."""
    merged = comparison.merged
    refused = _refused(conflict, comparison, width)
    if refused:
        return lines(*refused)
    if comparison.whole is Side.THEIRS:
        dropped = "Keeps their version: your changes are discarded."
        return line((f"{FULL.bad} ", CARE), dropped)
    before, after = conflict.team(conflict.theirs), conflict.team(merged)
    slug = conflict.view.detail.slug
    impact = Impact(before, after, frozenset({slug}), slug)
    effect = impact.consequence
    rows = _merged_lines(conflict, merged, after, effect.enters_when_down, width)
    takes = line((f"{FULL.bad} ", CARE), "Takes password login from ")
    rows += _by_name(takes, effect.loses, effect.members, width) or [
        cut(words(f"  {nobody_loses(impact)}"), width)
    ]
    ends = words(f" {FULL.dot} their password sessions end")
    if effect.loses and rows[-1].cell_length + ends.cell_length <= width:
        rows[-1] += ends
    gives = line("  Gives password login back to ")
    rows += _by_name(gives, effect.gains, effect.members, width)
    if impact.locked:
        told = "No usable break-glass user: saving asks for an override"
        rows.append(line((f"{FULL.bad} ", DANGER), told))
    return lines(*rows)


def _refused(conflict: Conflict, comparison: Comparison, width: int) -> list[Content]:
    rows: list[Content] = []
    for item in comparison.refusals(conflict.view.saved.people):
        told = words(f"{FULL.fails} ", DANGER)
        match item.refusal.code:
            case Code.LIMIT_REACHED:
                count = f"{len(comparison.merged.emails)} of {MAX_ENTRIES}"
                told += words("Merged: ", DANGER) + words(count, f"bold {DANGER}")
                told += words(f". {_flip()} one of ")
                told += names(comparison.spare, width - told.cell_length)
            case Code.NOT_ENFORCED:
                told += safe_text(f"{local_part(item.email)}: ", DANGER)
                told += words("nobody can be added while enforcement is off. ", DANGER)
                told += words(f"{_flip()} it")
            case _:
                told += safe_text(f"{item.email}: {item.refusal.message}. ", DANGER)
                told += words(f"{_flip()} it")
        rows.append(cut(told, width))
    return rows


def _flip() -> str:
    return "Flip (space)"


def _merged_lines(
    conflict: Conflict,
    merged: Settings,
    after: Team,
    entering: tuple[Person, ...],
    width: int,
) -> list[Content]:
    """'Merged: 4 of 5, all usable.  4 can get in if Entra is down: …', on two lines if need be."""
    if not merged.enforced:
        kept = f"; {len(merged.emails)} on the list, kept" if merged.emails else ""
        return [line("Merged: ", ("enforcement off", STRONG), kept)]
    provider = after.provider(conflict.view.detail.slug)
    usable = len(after.usable(provider)) if provider else 0
    every = usable == len(merged.emails)
    count = line(
        "Merged: ",
        (f"{len(merged.emails)} of {MAX_ENTRIES}", STRONG),
        ", all usable." if every else f", {usable} usable.",
    )
    told = line((f"{len(entering)}", STRONG if entering else f"bold {DANGER}"), " can get in if ")
    told += safe_text(short_name(conflict.view.detail)) + words(" is down")
    who = tuple(person.email for person in entering)
    whole = words("  ").join((count, told)) + words(": ") + names(who, 10 * width)
    if whole.cell_length <= width:
        return [whole if who else words("  ").join((count, told))]
    told = words("  ") + told + words(": ")
    return [count, told + names(who, width - told.cell_length)]


def _by_name(start: Content, people: tuple[Person, ...], members: int, width: int) -> list[Content]:
    if not people:
        return []
    told = start + line((f"{len(people)} of {members}", STRONG), ": ")
    return [told + names(tuple(p.email for p in people), width - told.cell_length)]


def conflict_hint(comparison: Comparison, row: str) -> Content:
    """What space does on this line."""
    if not comparison.differs(row):
        return words("Both say the same on this line.", DIM)
    other = "theirs" if comparison.side(row) is Side.MINE else "mine"
    return key_hint("space", f" on this line takes {other}")


def conflict_buttons(comparison: Comparison, width: int, *, refused: bool, flat: bool) -> Content:
    """Saving the last column is the primary way; on a very low terminal there is one other."""
    whole = comparison.whole
    save = Button(_SAVE[whole], "^S", enabled=not refused)
    if flat:
        return buttons(width, save, Button("Back", "esc"))
    return buttons(
        width,
        save,
        Button("All theirs", "t", enabled=whole is not Side.THEIRS),
        Button("All mine", "m", enabled=whole is not Side.MINE),
        *([Button("Both", "b")] if comparison.chosen else []),
        Button("Back to editing" if width >= _ROOMY else "Back", "esc"),
    )
