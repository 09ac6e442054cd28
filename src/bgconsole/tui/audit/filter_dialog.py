"""Chooses which audit events are shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.moments import parse_end, parse_moment
from bgconsole.tui.audit.render.dialogs import (
    CHOICES,
    ChoicePaint,
    FilterChoice,
    Problem,
    no_choice,
    problem_row,
)
from bgconsole.tui.audit.render.times import Zone, end_limit, limit
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.completing_field import CompletedRow, CompletingField
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import Field, FormField
from bgconsole.tui.kit.list import FoundList
from bgconsole.tui.kit.render.completions import Completion
from bgconsole.tui.kit.rows import FieldRow, NotedRow

_QUOTED = 16
_LABEL = 10
"""Columns before the list below a field."""

_FIELDS: Final = (
    ("since", "Since", "2 h, yesterday, 02:30, 1 Oct"),
    ("until", "Until", "not after this"),
    ("text", "Text", "in who, whom, what, from"),
)

_APPLY = Action("filter.apply", "enter", "show these", "Filter by them", "screen.apply")


class _FilterField(Field):
    """Letters go into the field; these keys are the dialog's."""

    ACTIONS = (
        _APPLY,
        Action("filter.before", "up", "", "Field before", "screen.step(-1)", in_bar=False),
        Action("filter.next", "down", "next", "Next field", "screen.step(1)", key_display="↑↓ tab"),
    )


class _CompletingField(CompletingField):
    """The same, completed to what is known."""

    ACTIONS = (
        Action("filter.take", "enter", "show these", "Filter by them", "submit"),
        *CompletingField.ACTIONS,
        Action(None, "up", "", "", "screen.step(-1)"),
        Action(None, "down", "", "", "screen.step(1)"),
    )


class _FindField(Field):
    """Finds types; the keys are the list's."""

    ACTIONS = (
        _APPLY,
        # Before the field takes it for a letter.
        Action("filter.flip", "space", "choose", "Or not", "screen.flip", priority=True),
        Action("filter.up", "up", "move", "Above", "screen.move(-1)", key_display="↑↓"),
        Action("filter.down", "down", "", "Below", "screen.move(1)", in_bar=False),
        Action("filter.tab", "tab", "who, where, when", "Next field", "screen.step(1)"),
    )


class AuditFilterScreen(Dialog[AuditFilter | None]):
    """Gives the filter chosen, or None to leave it as it was. Letters find, space chooses."""

    HEADING = "Show only"
    KIND = "audit-filter"

    ACTIONS = (Action("filter.leave", "escape", "leave", "Leave it as it was", "leave"),)

    def __init__(self, wanted: AuditFilter, clock: Callable[[], datetime], zone: Zone) -> None:
        super().__init__()
        self._wanted = wanted
        self._clock = clock
        self._zone = zone
        chosen: set[EventType | None] = {EventType(name) for name in wanted.types}
        self._chosen = chosen | {None} if wanted.break_glass else chosen
        self._letters = ""
        self._people: tuple[str, ...] = ()
        self._slugs: tuple[str, ...] = ()
        self._rows = {
            name: NotedRow(label, _FilterField(id=f"filter-{name}", placeholder=hint))
            for name, label, hint in _FIELDS
        }
        self._ready = False

    def body(self) -> ComposeResult:
        """Types to find and choose; then who, where, when, which words."""
        yield FieldRow("Type", _FindField(id="filter-find", placeholder="a few letters"))
        yield FoundList(id="filter-choices")
        person = _CompletingField(id="filter-actor", placeholder="an email")
        yield CompletedRow("Person", person, indent=_LABEL)
        provider = _CompletingField(id="filter-provider", placeholder="entra")
        yield CompletedRow("Provider", provider, indent=_LABEL)
        yield from self._rows.values()

    def on_mount(self) -> None:
        """Show the filter as it is."""
        super().on_mount()
        wanted, now = self._wanted, self._clock()
        today = self._zone.here(now).date()
        since = "" if wanted.since is None else limit(wanted.since, today, self._zone)
        until = "" if wanted.until is None else end_limit(wanted.until, today, self._zone)
        values = {
            "actor": wanted.actor,
            "provider": wanted.provider,
            "since": since,
            "until": until,
            "text": wanted.text,
        }
        with self.prevent(Input.Changed):
            for name, value in values.items():
                self._field(name).value = value or ""
        self._ready = True
        self._show(0)
        self.know(self._people, self._slugs)

    def know(self, people: tuple[str, ...], slugs: tuple[str, ...]) -> None:
        """Complete what is typed to these."""
        self._people, self._slugs = people, slugs
        # It may have been left before they were read.
        if self._ready and self in self.app.screen_stack:
            self._complete("actor", people)
            self._complete("provider", slugs)

    def _complete(self, name: str, known: tuple[str, ...]) -> None:
        self.query_one(f"#filter-{name}", _CompletingField).complete_by(partial(_begun, known))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes what is meant, and filters."""
        event.stop()
        self.action_apply()
        self.post_message(FormField.Answered())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the types that have these letters; what was wrong may be right now."""
        event.stop()
        if event.input.id == "filter-find":
            self._letters = event.value
            self._show(0)
        self._say(None)

    def action_step(self, fields: int) -> None:
        """Go to the field after or before."""
        if fields > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_move(self, rows: int) -> None:
        """Move the cursor; below the last type come the fields."""
        if rows > 0 and self._list.cursor >= len(self._shown) - 1:
            self.focus_next()
        else:
            self._list.action_move(rows)

    @on(FoundList.Clicked)
    def action_flip(self) -> None:
        """Choose what is under the cursor, or undo that; the letters are removed."""
        choice = self._list.current
        if isinstance(choice, FilterChoice):
            self._chosen ^= {choice.kind}
            self._forget_letters()
            self._show(self._shown.index(choice))

    def action_apply(self) -> None:
        """Use what is chosen; who has typed letters means the choice under the cursor too."""
        chosen = set(self._chosen)
        choice = self._list.current
        if self._letters.strip() and isinstance(choice, FilterChoice):
            chosen.add(choice.kind)
        try:
            since = self._moment("since", parse_moment)
            until = self._moment("until", parse_end)
            if since is not None and until is not None and since >= until:
                raise _UnreadableError(Problem("until", "Nothing is before it and after Since"))
        except _UnreadableError as error:
            self._say(error.problem)
            return
        self.dismiss(
            replace(
                self._wanted,
                types=tuple(kind.value for kind in EventType if kind in chosen),
                break_glass=None in chosen,
                actor=self._known("actor") or None,
                provider=self._known("provider") or None,
                since=since,
                until=until,
                text=self._value("text") or None,
            )
        )

    @property
    def _list(self) -> FoundList:
        return self.query_one(FoundList)

    @property
    def _shown(self) -> tuple[FilterChoice, ...]:
        return tuple(choice for choice in CHOICES if choice.matches(self._letters))

    def _field(self, name: str) -> Field:
        return self.query_one(f"#filter-{name}", Field)

    def _value(self, name: str) -> str:
        return self._field(name).value.strip()

    def _known(self, name: str) -> str:
        """What the text of that field means, or the text itself."""
        field = self.query_one(f"#filter-{name}", _CompletingField)
        return self._value(name) if field.likeliest is None else field.likeliest.text

    def _moment(
        self, name: str, parse: Callable[[str, datetime, tzinfo | None], datetime]
    ) -> datetime | None:
        """The moment in that field. Raises _UnreadableError."""
        text = self._value(name)
        if not text:
            return None
        try:
            return parse(text, self._clock(), self._zone.tzinfo)
        except ValueError as error:
            short = text if len(text) < _QUOTED else f"{text[:_QUOTED]}…"
            problem = Problem(name, f"'{short}' is no time", "Write 2 h, yesterday, 02:30")
            raise _UnreadableError(problem) from error

    def _forget_letters(self) -> None:
        with self.prevent(Input.Changed):
            self._field("find").value = ""
        self._letters = ""

    def _show(self, cursor: int) -> None:
        paint = ChoicePaint(frozenset(self._chosen))
        self._list.show(self._shown, paint, cursor, empty=no_choice)

    def _say(self, problem: Problem | None) -> None:
        """What is wrong, below its field, which is shown with it; None: nothing is."""
        for name, row in self._rows.items():
            wrong = problem if problem is not None and problem.field == name else None
            row.say(lambda _width, wrong=wrong: problem_row(wrong))
        if problem is not None:
            row = self._rows[problem.field]
            row.field.focus()
            after_refresh(self, partial(row.scroll_visible, animate=False, immediate=True))


class _UnreadableError(ValueError):
    """The text of a field cannot be understood."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


def _begun(known: tuple[str, ...], typed: str) -> tuple[Completion, ...]:
    """Those with the letters in them, the ones that begin with them first."""
    folded = typed.strip().casefold()
    found = [one for one in known if folded in one.casefold()]
    found.sort(key=lambda one: not one.casefold().startswith(folded))
    return tuple(map(Completion, found))
