"""The break-glass list: one row a badge; arrows walk it, x removes, u undoes."""

from dataclasses import dataclass

from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.list import RowList
from bgconsole.tui.model.open_page import OpenPage
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.provider_page.render.badges import NOBODY, BadgePaint, InFull


class BadgeList(RowList, inherit_bindings=False):
    """Shows saved, added, removed and no-longer-valid entries by sign and colour."""

    MARKED_ONLY_IN_FOCUS = True
    MERGES_STYLES = False

    @dataclass
    class Highlighted(Message):
        """The cursor came to this email."""

        email: str

    @dataclass
    class RemoveWanted(Message):
        """Take this email off the list, or back on it if it was removed."""

        email: str

    ACTIONS = (
        Action("badge.move", "up,k", "", "Choose a person", "move(-1)", key_display="↑↓"),
        Action(None, "down,j", "", "", "move(1)"),
        Action("badge.remove", "x,delete", "remove", "Remove this person", "remove",
               lambda badges: badges.why_no_removal),
    )  # fmt: skip

    open_page: var[OpenPage | None] = var(None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._badges: BadgePaint | None = None
        self._most: int | None = None
        self._person: str | None = None

    @property
    def wanted(self) -> int:
        """The rows that everybody takes, with what a row cuts."""
        badges = self._badges
        if badges is None:
            return 1
        return max(len(badges.view.draft.rows), 1) + badges.cuts(self.size.width)

    def limit(self, rows: int | None) -> None:
        """Take at most so many rows: the cursor's is among them."""
        if rows != self._most:
            self._most = rows
            self._lay_out(self.cursor)
            self.refresh(layout=True)

    @property
    def hidden(self) -> tuple[int, int]:
        """How many people are out of view, above and below."""
        listed = len(self._badges.view.draft.rows) if self._badges is not None else 0
        return self.shown.start, max(listed - self.shown.stop, 0)

    def watch_open_page(self, shown: OpenPage | None) -> None:
        """Show the provider's list; the cursor goes to whom was added, else stays on its person.

        Between a save and the next reading a person may be missing: the cursor comes back to them.
        """
        if shown is None or shown.view is None:
            return
        before, view = self.email, shown.view
        if self._badges is not None and self._badges.view.detail.slug != view.detail.slug:
            self._person = None
        self._person = self._added(view) or self._person or before
        self._badges = BadgePaint(view, shown.usage)
        emails = [email for email, _ in view.draft.rows]
        self._lay_out(emails.index(self._person) if self._person in emails else self.cursor)
        if self.email != before:
            self._tell()

    def _added(self, view: ProviderView) -> str | None:
        """Who is on the list of the same provider now, by a change of the draft."""
        before = self._badges.view if self._badges is not None else None
        if before is None or before.detail.slug != view.detail.slug:
            return None
        listed = before.draft.current.emails
        if before.draft.base != view.draft.base:
            # Others saved meanwhile, or this draft was: nobody was added by a key.
            return None
        added = [email for email in view.draft.current.emails if email not in listed]
        return added[-1] if added else None

    @property
    def why_no_removal(self) -> str | None:
        """Why nobody can be taken off the list now; None where somebody can."""
        shown = self.open_page
        if shown is None:
            return "The team is still loading"
        if shown.why_no_change is not None:
            return shown.why_no_change
        if shown.view is None:
            return "There is no provider yet: p, then a, adds one"
        return None if shown.view.draft.rows else "Nobody is on the list: a adds somebody"

    @property
    def email(self) -> str | None:
        """The person under the cursor."""
        rows = self._badges.view.draft.rows if self._badges is not None else ()
        return rows[self.cursor][0] if self.cursor < len(rows) else None

    def stops(self, row: object) -> bool:
        """Not on what is told of a badge in full."""
        return not isinstance(row, InFull)

    def moved(self) -> None:
        """Tell who is under the cursor, below the list as well."""
        self._person = self.email
        self._lay_out(self.cursor)
        self._tell()

    def action_remove(self) -> None:
        """Ask for the removal of the person under the cursor."""
        if self.email is not None:
            self.post_message(self.RemoveWanted(self.email))

    def on_focus(self) -> None:
        """Tell who is under the cursor."""
        self._tell()

    def on_resize(self, event: Resize) -> None:
        """Other rows are cut."""
        self._lay_out(self.cursor)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for each badge, one where there is none, and what a row cuts; or the limit."""
        return self.wanted if self._most is None else min(self.wanted, self._most)

    def _tell(self) -> None:
        if self.email is not None:
            self.post_message(self.Highlighted(self.email))

    def _lay_out(self, cursor: int) -> None:
        """Below the badges, where one is cut, the one under the cursor in full."""
        badges = self._badges
        if badges is None:
            return
        listed = badges.view.draft.rows
        rows: tuple[object, ...] = listed
        whole = self._most is None or self._most > len(listed)
        if whole and badges.cuts(self.size.width):
            rows = (*listed, InFull(*listed[min(cursor, len(listed) - 1)]))
        self.show(rows, badges, cursor, top=0 if whole else None, empty=lambda _width: NOBODY)
