"""The audit pane: what its keys do. `action_…` are also for keys that a screen binds."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter
from bgconsole.tui.audit.bar import AuditBar
from bgconsole.tui.audit.conditions import conditions, without
from bgconsole.tui.audit.finding import FindingPane
from bgconsole.tui.audit.list import AuditList
from bgconsole.tui.kit.reasons import files_reason


class AuditPane(FindingPane):
    """Shows what it is given, and asks for the rest by messages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause", id="audit.pause", tooltip="Stay here; count what comes"),
        Binding("space", "follow", "follow", id="audit.follow", tooltip="Back to what happens now"),
        Binding("space", "retry", "try now", id="audit.retry", tooltip="Read the log again now"),
        Binding("f", "filter", "filter", id="audit.filter", tooltip="Choose which events to show"),
        Binding(
            "b", "glass_only", "break-glass only", id="audit.glass", tooltip="Emergency access only"
        ),
        Binding("slash", "find", "find", id="audit.find", tooltip="Look for text, see around it"),
        Binding("g", "time", "go to time", id="audit.time", tooltip="02:30, yesterday, 1 Oct …"),
        Binding("c", "copy", "copy", id="audit.copy", tooltip="Copy the event as JSON"),
        Binding("s", "save", "save to file", id="audit.save", tooltip="What matches, as a file"),
        Binding("F", "show_all", "all events", id="audit.all", tooltip="Remove every filter"),
        Binding(
            "backspace",
            "remove_last",
            "remove filter",
            id="audit.remove",
            tooltip="Remove the last filter; ← chooses one",
            show=False,
        ),
        Binding("left", "chips", id="audit.chips", tooltip="Go to the filters", show=False),
        Binding("z", "zone", "UTC, local", id="audit.zone", tooltip="Times in UTC or local"),
        Binding("M", "mark", "mark", id="audit.mark", tooltip="Draw a line here; yours alone"),
    ]

    ELSEWHERE: ClassVar[frozenset[str]] = frozenset({"filter", "find", "time", "save", "zone"})
    """The actions that the list of all actions offers while another part is in front."""

    PageWanted = AuditList.PageWanted
    EventOpened = AuditList.EventOpened

    @dataclass
    class FilterWanted(Message):
        """Somebody wants to choose a filter; `wanted` is the present one. Answer by `choose`."""

        wanted: AuditFilter

    @dataclass
    class FilterChanged(Message):
        """From now on these events are wanted."""

        wanted: AuditFilter

    class RetryWanted(Message):
        """The log should be read again now."""

    class TimeWanted(Message):
        """Somebody wants to go to a time. Answer by `go_to`."""

    @dataclass
    class CopyWanted(Message):
        """This event should go to the clipboard."""

        event: AuditEvent

    @dataclass
    class SaveWanted(Message):
        """What matches should go to a file."""

        wanted: AuditFilter

    def choose(self, wanted: AuditFilter | None) -> None:
        """Use another filter; None leaves it, as the answer of a dialog that was left."""
        if wanted is not None and wanted != self.wanted:
            self.told = replace(self.told, wanted=wanted, count=None)
            self.tell()
            self.post_message(self.FilterChanged(wanted))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One meaning of space at a time; nothing to remove without a filter."""
        trouble = self.told.trouble
        lost = trouble is not None and trouble.retrying
        match action:
            case "retry":
                return lost
            case "pause":
                return self.following and not lost
            case "follow":
                return not self.following and not lost
            case "show_all" | "remove_last" | "chips":
                return True if self.wanted != ALL_EVENTS else None
            case "save":
                return True if self.disabled_reason(action) is None else None
            case "copy":
                return True if self.list.window.current is not None else None
            case _:
                return super().check_action(action, parameters)

    def disabled_reason(self, action: str) -> str | None:
        """Why nothing can be saved to a file."""
        return files_reason(self) if action == "save" else None

    def action_pause(self) -> None:
        """Stay where the view is."""
        self.list.pause()

    def action_follow(self) -> None:
        """Back to the newest event."""
        self.list.follow()

    def action_retry(self) -> None:
        """Ask for another try."""
        self.post_message(self.RetryWanted())

    def action_filter(self) -> None:
        """Ask for a filter."""
        self.post_message(self.FilterWanted(self.wanted))

    def action_show_all(self) -> None:
        """Remove every filter."""
        self.choose(ALL_EVENTS)

    def action_glass_only(self) -> None:
        """Break-glass events only, or not any more."""
        self.choose(replace(self.wanted, break_glass=not self.wanted.break_glass))

    def action_remove_last(self) -> None:
        """Remove the last of the chips."""
        kept = conditions(self.wanted)
        if kept:
            self.choose(without(self.wanted, kept[-1]))

    def action_chips(self) -> None:
        """Choose among the chips."""
        self._bar.focus_last()

    def action_time(self) -> None:
        """Ask for a time to go to."""
        self.post_message(self.TimeWanted())

    def action_copy(self) -> None:
        """Ask for the event to be copied."""
        current = self.list.window.current
        if current is not None:
            self.post_message(self.CopyWanted(current))

    def action_save(self) -> None:
        """Ask for a file."""
        self.post_message(self.SaveWanted(self.wanted))

    def action_zone(self) -> None:
        """Show times in the other zone."""
        self.told = replace(self.told, zone=self.told.zone.other)
        self.list.show_as(by_day=self.roomy, zone=self.told.zone)
        self.tell()

    def action_mark(self) -> None:
        """Draw a line below the event under the cursor, or take it away."""
        self.list.mark()

    def on_audit_bar_removed(self, message: AuditBar.Removed) -> None:
        """A chip is removed."""
        message.stop()
        self.choose(without(self.wanted, message.condition))

    def on_audit_bar_left(self, message: AuditBar.Left) -> None:
        """The list has the keys again."""
        message.stop()
        self.list.focus()
