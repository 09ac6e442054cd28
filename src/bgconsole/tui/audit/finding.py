"""Finding text in the audit pane: the cursor goes to the matches, everything around them stays."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.find import AuditFind
from bgconsole.tui.audit.frame import AuditFrame
from bgconsole.tui.audit.render.find import found, found_nothing
from bgconsole.tui.audit.render.times import moment
from bgconsole.tui.kit.render.text import EMPTY

_MOST_STEPS: Final = 50
"""Presses of `n` that wait for an answer."""


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a search began."""

    following: bool
    seq: int


class FindingPane(AuditFrame):
    """`/` opens the search, `n` and `N` go on with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next_match(True)", "older", id="audit.older", tooltip="The match before"),
        Binding("N", "next_match(False)", "newer", id="audit.newer", tooltip="The match after"),
        Binding("escape", "end_find", "end search", id="audit.end_find", tooltip="Mark nothing"),
    ]

    @dataclass
    class MatchWanted(Message):
        """Which event has `text`, below (`older`) or above `seq`? Answer by `matched`."""

        text: str
        seq: int
        older: bool

    def __init__(
        self, *, clock: Callable[[], datetime], id: str | None = None, title: str = "Audit"
    ) -> None:
        super().__init__(clock=clock, id=id, title=title)
        self._search: AuditFind | None = None
        self._start = _Start(following=True, seq=0)
        self._searching = False
        self._asked = False
        self._steps: deque[bool] = deque(maxlen=_MOST_STEPS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What goes on with a search needs one."""
        if action in {"next_match", "end_find"}:
            return self._searching
        return super().check_action(action, parameters)

    async def action_find(self) -> None:
        """Open the search; what is typed behind the key goes into it."""
        window = self.list.window
        if window.current is None:
            return
        if not self._searching:
            self._start = _Start(window.following, window.current.seq)
        if self._search is None:
            self._search = AuditFind()
            await self._left.mount(self._search)
        self._searching = True
        self._search.open()
        self.refresh_bindings()

    def action_next_match(self, older: bool) -> None:
        """Go on with the search."""
        current = self.list.window.current
        if not self._find or current is None:
            return
        if self._asked:
            # The step goes on from where the one before it leads.
            self._steps.append(older)
        else:
            self._ask(current.seq, older=older)

    def action_end_find(self) -> None:
        """Look for nothing any more; the cursor stays."""
        self._searching = False
        self._seek("")
        if self._search is not None:
            self._search.close()
        self.list.focus()
        self.refresh_bindings()

    def matched(
        self, wanted: "FindingPane.MatchWanted", event: AuditEvent | None, *, around_the_end: bool
    ) -> None:
        """The answer: go there, unless something else is looked for by now."""
        if wanted.text != self._find or self._search is None:
            return
        self._asked = False
        if event is None:
            self._steps.clear()
            self._search.answer(found_nothing(wanted.text))
            return
        if self._steps:
            self._ask(event.seq, older=self._steps.popleft())
            return
        self.list.go_to(event.seq)
        at = moment(event.at, self.told.today, self.told.zone).strip()
        end = ("newest" if wanted.older else "oldest") if around_the_end else None
        self._search.answer(found(event, wanted.text, at, wrapped_to=end))

    def _ask(self, seq: int, *, older: bool) -> None:
        self._asked = True
        self.post_message(self.MatchWanted(self._find, seq, older))

    def not_matched(self, told: Content) -> None:
        """Say why nothing could be looked for."""
        self._asked = False
        self._steps.clear()
        if self._search is not None:
            self._search.answer(told)

    def on_audit_find_typed(self, message: AuditFind.Typed) -> None:
        """Look for it from where the search began, upwards."""
        message.stop()
        self._seek(message.text.strip())
        if self._find:
            self._ask(self._start.seq + 1, older=True)
        elif self._search is not None:
            self._search.answer(EMPTY)

    def on_audit_find_stepped(self, message: AuditFind.Stepped) -> None:
        """Go on while typing."""
        message.stop()
        self.action_next_match(message.older)

    def on_audit_find_kept(self, message: AuditFind.Kept) -> None:
        """The list has the keys again; the search stands."""
        message.stop()
        if self._find:
            self.list.focus()
            self.refresh_bindings()
        else:
            self.action_end_find()

    def on_audit_find_ended(self, message: AuditFind.Ended) -> None:
        """Back to where it began."""
        message.stop()
        self.action_end_find()
        if self._start.following:
            self.list.follow()
        elif self._start.seq:
            self.list.go_to(self._start.seq)

    def _seek(self, text: str) -> None:
        self._find = text
        self._asked = False
        self._steps.clear()
        self.list.find(text)
        self.tell()
