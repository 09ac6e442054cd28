"""What the audit pane shows: changed here and nowhere else; the pane draws it after each change.

Filter, zone, cursor and whether the newest event is followed are the window's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter
from bgconsole.tui.audit.render.event import Surroundings
from bgconsole.tui.audit.render.heading import AuditHeading, Count, ReadingProblem
from bgconsole.tui.audit.render.naming import PLAIN_NAMES
from bgconsole.tui.audit.request import PageRequest
from bgconsole.tui.audit.window import AuditWindow


@dataclass(frozen=True, slots=True)
class Reader:
    """What the state asks of whatever reads the log."""

    fetch: Callable[[PageRequest], None]
    """Read this page and hand it to `give`."""

    restart: Callable[[], None]
    """Read the log anew: another filter is in force."""


class AuditState:
    """The log in memory, and what is known about it."""

    def __init__(self, reader: Reader) -> None:
        self.window = AuditWindow()
        self.trouble: ReadingProblem | None = None
        self.last_login: AuditEvent | None = None
        self.find = ""
        self.names = PLAIN_NAMES
        self._reader = reader
        self._set_aside = ALL_EVENTS
        self._count: Count | None = None
        self._happened = 0
        self._looked_up = False
        self._around: tuple[int, Surroundings] | None = None
        self.draw: Callable[[], None] = _nowhere
        self.draw_and_fetch: Callable[[], None] = _nowhere
        """Draw, then fetch the pages beside the view; set by the pane."""

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return self.window.wanted != ALL_EVENTS

    @property
    def retrying(self) -> bool:
        """Whether the log cannot be read, and it is tried again."""
        return self.trouble is not None and self.trouble.retrying

    @property
    def around(self) -> Surroundings | None:
        """What happened around the event under the cursor, if that is known."""
        event, known = self.window.current, self._around
        return known[1] if event is not None and known and known[0] == event.seq else None

    def heading(self, now: datetime) -> AuditHeading:
        """What the rows above the list say."""
        window = self.window
        return AuditHeading(
            wanted=window.wanted,
            today=window.zone.here(now).date(),
            zone=window.zone,
            following=window.following,
            unseen=window.unseen,
            trouble=self.trouble,
            last_login=self.last_login,
            looked_up=self._looked_up,
            count=self._count,
        )

    # What the reader has found

    def begin(self) -> PageRequest:
        """Start over; the request for the first page.

        Nothing is drawn before the answer: a second drawing would have to wait a frame.
        """
        self._count = None
        self._happened = 0
        return self.window.begin(self.window.wanted)

    def give(self, request: PageRequest, page: AuditPage, beyond: AuditPage | None = None) -> None:
        """Take in the answer to a page request."""
        if self.window.give(request, page, beyond):
            self.draw_and_fetch()

    def live(self, happened: Sequence[AuditEvent]) -> None:
        """Take in events that match and just happened, oldest first."""
        self._happened += len(happened)
        if self._count is not None:
            self._add_to_count(self._count, len(happened), happened[-1].seq)
        self.window.live(happened)
        if self.window.following:
            self.draw_and_fetch()
        else:
            self.draw()

    def know_count(self, count: Count) -> None:
        """So many events matched the filter when it was chosen."""
        self._add_to_count(count, self._happened, self.window.last_seq)
        self.draw()

    def _add_to_count(self, count: Count, happened: int, last: int) -> None:
        matching = count.matching + (happened if count.exact else 0)
        self._count = replace(count, matching=matching, total=max(count.total, last))

    def know_last_login(self, event: AuditEvent | None) -> bool:
        """Whether this is a later break-glass login than the one shown; None: there is none."""
        known = self.last_login
        if known is not None and (event is None or event.seq <= known.seq):
            return False
        self.last_login, self._looked_up = event, True
        self.draw()
        return True

    def forget_last_login(self) -> None:
        """The one shown is from a log that no longer exists."""
        self.last_login, self._looked_up = None, False

    def set_trouble(self, trouble: ReadingProblem | None) -> None:
        """The log cannot be read, and why; None: it can."""
        if trouble != self.trouble:
            self.trouble = trouble
            self.draw()

    def call_providers(self, names: Mapping[str, str]) -> None:
        """Providers are called this, by their slug."""
        told = self.names.told(names)
        if told != self.names:
            self.names = told
            self.draw()

    def surrounded(self, event: AuditEvent, around: Surroundings) -> None:
        """This happened around the event."""
        self._around = (event.seq, around)
        self.draw()

    # What the viewer does

    def choose(self, wanted: AuditFilter | None) -> None:
        """Use another filter; None keeps the present one: a dialog was closed without a choice."""
        if wanted is not None and wanted != self.window.wanted:
            self.window.wanted = wanted
            self._count = None
            self.draw()
            self._reader.restart()

    def set_filter_aside(self) -> None:
        """The log is left: beside other things it is shown without the filter chosen in it."""
        self._set_aside = self.window.wanted
        self.choose(ALL_EVENTS)

    def take_filter_up(self) -> None:
        """The log is opened again: with the filter it was left with, unless one is set by now."""
        if not self.filtered:
            self.choose(self._set_aside)
        self._set_aside = ALL_EVENTS

    def move(self, rows: int) -> None:
        """Move the cursor."""
        self.window.move(rows)
        self.draw_and_fetch()

    def turn_page(self, pages: int) -> None:
        """Move by pages."""
        self.window.turn_page(pages)
        self.draw_and_fetch()

    def select(self, row: int) -> None:
        """Put the cursor on a row of the view."""
        self.window.select(row)
        self.draw_and_fetch()

    def to_oldest(self) -> None:
        """Go to the first event on record."""
        self._jump(self.window.to_oldest())

    def follow(self) -> None:
        """Go to the newest event and keep it in view."""
        self._jump(self.window.follow())

    def pause(self) -> None:
        """Keep the view where it is."""
        self.window.pause()
        self.draw_and_fetch()

    def go_to(self, seq: int) -> None:
        """Go to an event that matches, and pause there."""
        self._jump(self.window.go_to(seq))

    def mark(self, at: datetime) -> None:
        """Draw a line below the event under the cursor, or remove it."""
        self.window.mark(at)
        self.draw_and_fetch()

    def search(self, text: str) -> None:
        """Mark this text in every row; "" marks nothing."""
        self.find = text
        self.draw()

    def switch_zone(self) -> None:
        """Show times in the other zone."""
        self.window.show_in(self.window.zone.other)
        self.draw_and_fetch()

    def fetch_ahead(self) -> None:
        """Fetch the pages beside the view, so that the next key finds its events in memory."""
        for request in self.window.neighbours():
            self._reader.fetch(request)

    def _jump(self, request: PageRequest | None) -> None:
        """Draw what is in memory, or have it fetched; then the answer draws it."""
        if request is None:
            self.draw_and_fetch()
        else:
            self._reader.fetch(request)


def _nowhere() -> None:
    """Nothing shows the state yet."""
