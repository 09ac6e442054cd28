"""One member in full, and what can be done with them."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.content import Content

from bgconsole.tui.kit.actions import Action, WhyNot
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.members.render.detail import MemberInFull, buttons_row
from bgconsole.tui.members.rights import MemberChange


def _can(change: MemberChange) -> WhyNot:
    return lambda dialog: dialog.reasons[change]


def _offer(key: str, change: MemberChange, tooltip: str) -> Action:
    name = change.value
    return Action(f"member.{name}", key, name, tooltip, f"choose('{name}')", _can(change))


class MemberDetail(Dialog[MemberChange | None]):
    """Gives the change wanted, or None. `reasons` says why a change cannot be made now."""

    KIND = "member-dialog"
    READS = True
    ACTIONS = (
        _offer("s,enter", MemberChange.SIMULATE, "Simulate their login"),
        _offer("r", MemberChange.ROLE, "Change their role"),
        _offer("E", MemberChange.EMAIL, "Change their email"),
        _offer("N", MemberChange.NAME, "Change their name"),
        _offer("C", MemberChange.RESET, "Reset their password"),
        _offer("L", MemberChange.UNPAUSE, "Lift the pause"),
        _offer("X", MemberChange.REMOVE, "Remove them from the team"),
        Action("member.close", "escape,q", "close", "Back to the list", "leave"),
    )

    def __init__(self, told: MemberInFull, reasons: Mapping[MemberChange, str | None]) -> None:
        super().__init__()
        self._told = told
        self.reasons = reasons

    @property
    def heading(self) -> str:
        """What this person is."""
        return "A member of the team" if self._told.one.role else "An account"

    def body(self) -> ComposeResult:
        """Every field, the lists."""
        yield Pane(self._told)

    def ways_out(self, width: int) -> Content:
        """The keys."""
        return buttons_row(width)

    def action_choose(self, change: str) -> None:
        """Give this change."""
        self.dismiss(MemberChange(change))
