"""A form: its text fields by name, each with a line below for what is wrong with it, or a hint."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.refusals import Code, Refusal, RequestField, refusal
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.pane import Draw
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.rows import NotedRow

Check = Callable[[str], Refusal | None]
"""What is wrong with a text; None where nothing is."""


def no_hint(_width: int) -> Content:
    """Nothing is said under a field."""
    return EMPTY


def valid_email(typed: str) -> Refusal | None:
    """A check: the text must be an email address."""
    try:
        canonical_email(typed)
    except InvalidEmailError:
        return refusal(Code.INVALID_EMAIL)
    return None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `about` are the fields of a request that it stands for beside its own name."""

    name: str
    label: str
    placeholder: str = ""
    value: str = ""
    hint: Draw = no_hint
    check: Check | None = None
    about: tuple[RequestField, ...] = ()
    widget: Callable[..., FormField] = FormField


class Form:
    """Its rows are yielded by the dialog or screen that has it. `refused` draws what is wrong."""

    def __init__(
        self,
        specs: Iterable[FieldSpec],
        refused: Callable[[Refusal, int], Content],
        *,
        prefix: str = "",
    ) -> None:
        self._refused = refused
        self._specs = {spec.name: spec for spec in specs}
        self._rows: dict[str, NotedRow] = {}
        for name, spec in self._specs.items():
            field = spec.widget(id=f"{prefix}{name}")
            field.placeholder = spec.placeholder
            self._rows[name] = NotedRow(spec.label, field, spec.hint, spec.value)

    def __iter__(self) -> Iterator[NotedRow]:
        return iter(self._rows.values())

    def row(self, name: str) -> NotedRow:
        """The row of a field, with its line below."""
        return self._rows[name]

    def field(self, name: str) -> Input:
        """The field itself."""
        return self._rows[name].field

    @property
    def last(self) -> Input:
        """The last field: enter in it means that all is typed."""
        return [row.field for row in self][-1]

    def typed(self, name: str) -> str:
        """What is typed, without spaces around it."""
        return self.field(name).value.strip()

    def fill(self, name: str, value: str) -> None:
        """Put this into a field as if nobody typed it."""
        field = self.field(name)
        with field.prevent(Input.Changed):
            field.value = value
        field.cursor_position = len(value)

    def mended(self, field: Input | None = None) -> None:
        """Say no more what was wrong with a field, or with any."""
        for name, row in self._rows.items():
            if field is None or row.field is field:
                row.say(self._specs[name].hint)

    def refuse(self, refused: Refusal, name: str | None = None) -> Input | None:
        """Say this below the field of that name, else below the one it is about; which one it is.

        None where it is about none of them.
        """
        about = name or next((n for n in self._specs if self._is_about(n, refused)), None)
        if about is None or about not in self._rows:
            return None
        self._rows[about].say(partial(self._refused, refused))
        self.field(about).select_all()
        return self.field(about)

    def wrong(self, *names: str) -> Input | None:
        """Say below each of these fields, else of all, what is wrong with it; the first of them."""
        found: list[Input] = []
        for name in names or self._specs:
            check = self._specs[name].check
            refused = None if check is None else check(self.field(name).value)
            if refused is not None:
                self._rows[name].say(partial(self._refused, refused))
                found.append(self.field(name))
        if not found:
            return None
        # What is typed next replaces it.
        found[0].select_all()
        return found[0]

    def _is_about(self, name: str, refused: Refusal) -> bool:
        about = refused.field
        return about is not None and (about == name or about in self._specs[name].about)


def go_on(screen: Screen[Any], field: Input) -> bool:
    """From `field` to the next one of the screen; False where it is the last."""
    fields = iter([one for one in screen.query(FormField) if one.focusable])
    for one in fields:
        if one is field:
            break
    after = next(fields, None)
    if after is None:
        return False
    screen.set_focus(after)
    return True
