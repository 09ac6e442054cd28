"""A field for an email or a name that is completed: few letters, then enter.

Enter takes what is meant when only one is, or the one that arrows chose. Where several are, enter
puts the mark on the first, so that the next one takes it; nothing is taken that was not marked.
"""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Blur, Focus
from textual.message import Message

from bgconsole.policy.email import is_email
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.completions import (
    MOST,
    NOTHING,
    Completion,
    Completions,
    completion_rows,
)
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.people import is_called

Complete = Callable[[str], tuple[Completion, ...]]
"""What a text may mean, the likeliest first."""


def _nothing(_typed: str) -> tuple[Completion, ...]:
    return ()


class CompletingField(FormField):
    """What extends it may have keys of its own; those of a list come first while there is one."""

    FIRST_AT_ONCE = False
    """Whether the likeliest is taken without being chosen: where nothing is changed by it."""

    class Offered(Message):
        """There is something else to show below the field: see `completions`."""

        def __init__(self, field: "CompletingField") -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> "CompletingField":
            """The field."""
            return self.field

    ACTIONS = (
        Action("completion.choose", "up", "choose", "Choose among those that are meant",
               "choose(-1)", key_display="↑↓", offered=lambda field: field.can_choose),
        Action("completion.next", "down", "", "The next one of them", "choose(1)", in_bar=False,
               offered=lambda field: field.can_choose),
        Action("completion.take", "tab", "complete", "Complete what is typed", "complete",
               offered=lambda field: field.can_complete),
    )  # fmt: skip

    def __init__(self, *, id: str, placeholder: str = "") -> None:
        super().__init__(id=id, placeholder=placeholder)
        self._complete: Complete = _nothing
        self._known: Completions = NOTHING

    def complete_by(self, complete: Complete) -> None:
        """Complete by `complete`; what was chosen stays chosen if it is still offered."""
        self._complete = complete
        before = self._known
        chosen = None if before.chosen is None else before.found[before.chosen].text
        self._known = self._found(self.value)
        texts = [one.text for one in self._known.found]
        if before.typed == self.value and chosen in texts:
            self._choose(texts.index(chosen))
        self.post_message(self.Offered(self))

    @property
    def completions(self) -> Completions:
        """What the text of this moment may mean."""
        if self._known.typed != self.value:
            self._known = self._found(self.value)
        return self._known

    @property
    def meant(self) -> Completion | None:
        """What enter takes."""
        known = self.completions
        return None if known.chosen is None else known.found[known.chosen]

    @property
    def likeliest(self) -> Completion | None:
        """What is meant, else the first that can be."""
        return self.meant or next(iter(self.completions.found), None)

    @property
    def can_choose(self) -> bool:
        """Whether arrows choose."""
        return len(self.completions.found) > 1

    @property
    def can_complete(self) -> bool:
        """Whether the text can get longer."""
        return self.likeliest is not None and self.likeliest.text != self.value

    def action_choose(self, step: int) -> None:
        """Put the mark on another one; above the first there is none."""
        known = self.completions
        last = len(known.found) - 1
        if known.chosen is None:
            self._choose(0 if step > 0 else last)
        elif known.chosen + step < 0 and not self.FIRST_AT_ONCE:
            self._choose(None)
        else:
            self._choose(max(0, min(known.chosen + step, last)))

    def action_complete(self) -> None:
        """Take the one that is meant, else the likeliest, into the field."""
        if self.likeliest is not None:
            self._take(self.likeliest)
        self.post_message(self.Answered())

    async def action_submit(self) -> None:
        """Take what is meant; where several can be, ask for a choice first."""
        known, meant = self.completions, self.meant
        if meant is not None:
            self._take(meant)
        elif known.found and not is_email(self.value):
            self._choose(0)
            self.post_message(self.Answered())
            return
        await super().action_submit()

    def on_input_changed(self) -> None:
        """Other letters mean others."""
        self._tell()

    def on_focus(self, event: Focus) -> None:
        """The list is shown while letters are typed."""
        self._tell()

    def on_blur(self, event: Blur) -> None:
        """The list is shown while letters are typed."""
        self._tell()

    def _found(self, typed: str) -> Completions:
        found = self._complete(typed) if typed.strip() else ()
        whole = [n for n, one in enumerate(found) if is_called(one.text, one.name, typed)]
        chosen = whole[0] if len(whole) == 1 else None
        if len(found) == 1 or (found and self.FIRST_AT_ONCE):
            chosen = 0
        return Completions(typed, found, chosen)

    def _choose(self, chosen: int | None) -> None:
        known = self.completions
        self._known = Completions(known.typed, known.found, chosen)
        self._tell()

    def _take(self, one: Completion) -> None:
        # Who types a whole address sees it as typed.
        if one.text.casefold() != self.value.strip().casefold():
            self.value = one.text
            self.cursor_position = len(self.value)

    def _tell(self) -> None:
        self.post_message(self.Offered(self))
        self.refresh_bindings()


class CompletedRow(Vertical):
    """A label with a field that is completed; below it the list, while letters are typed."""

    def __init__(
        self, label: str, field: CompletingField, *, indent: int, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.field = field
        self._row = FieldRow(label, field)
        self._list = Pane()
        self._indent = indent
        self._most = MOST

    def compose(self) -> ComposeResult:
        """Field, then list."""
        yield self._row
        yield self._list

    @property
    def listed(self) -> int:
        """How many rows the list has."""
        return len(self._shown.in_view(self._most))

    def limit(self, rows: int) -> None:
        """Show at most so many rows below the field, the chosen one among them."""
        most = max(1, min(rows, MOST))
        if most != self._most:
            self._most = most
            self.on_completing_field_offered()

    @property
    def _shown(self) -> Completions:
        field, known, meant = self.field, self.field.completions, self.field.meant
        if meant is not None and meant.text == field.value:
            return NOTHING
        if field.has_focus:
            return known
        # Who is meant by the letters that were left is the answer's.
        return Completions(known.typed, (meant,), 0) if meant and field.FIRST_AT_ONCE else NOTHING

    def on_completing_field_offered(self) -> None:
        """Show what is offered."""
        shown, indent, most = self._shown, self._indent, self._most
        self._list.show(lambda width: completion_rows(shown, width, indent=indent, most=most))
