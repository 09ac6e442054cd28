"""One member in full, and what can be done with them."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.scrolled import ScrolledText
from bgconsole.tui.members.render.detail import MemberInFull, buttons_row
from bgconsole.tui.members.rights import MemberChange


class MemberDetail(ModalScreen[MemberChange | None]):
    """Gives the change wanted, or None. `reasons` says why a change cannot be made now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,enter", "simulate", "simulate", id="member.simulate",
                tooltip="Ask the simulator about them"),
        Binding("r", "role", "role", id="member.role", tooltip="Change their role"),
        Binding("E", "email", "email", id="member.email", tooltip="Change their email"),
        Binding("N", "name", "name", id="member.name", tooltip="Change their name"),
        Binding("C", "reset", "reset", id="member.reset", tooltip="Reset their password"),
        Binding("L", "unpause", "unpause", id="member.unpause", tooltip="Lift the pause"),
        Binding("X", "remove", "remove", id="member.remove",
                tooltip="Remove them from the team"),
        Binding("escape,q", "leave", "close", id="member.close", tooltip="Back to the list"),
    ]  # fmt: skip

    def __init__(self, told: MemberInFull, reasons: Mapping[MemberChange, str | None]) -> None:
        super().__init__()
        self._told = told
        self._reasons = reasons

    def compose(self) -> ComposeResult:
        """Every field, the lists, the keys."""
        with ScrolledText(classes="dialog member-dialog") as box:
            box.border_title = "A member of the team" if self._told.one.role else "An account"
            yield Pane(self._told)
            yield Pane(buttons_row, classes="dialog-end")
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done stays in the key bar, dim."""
        return True if self.disabled_reason(action) is None else None

    def disabled_reason(self, action: str) -> str | None:
        """Why it cannot be done with this person."""
        return self._reasons[MemberChange(action)] if action in set(MemberChange) else None

    def action_simulate(self) -> None:
        """Ask the simulator."""
        self.dismiss(MemberChange.SIMULATE)

    def action_role(self) -> None:
        """Change the role."""
        self.dismiss(MemberChange.ROLE)

    def action_email(self) -> None:
        """Change the email."""
        self.dismiss(MemberChange.EMAIL)

    def action_name(self) -> None:
        """Change the name."""
        self.dismiss(MemberChange.NAME)

    def action_reset(self) -> None:
        """Take the password away."""
        self.dismiss(MemberChange.RESET)

    def action_unpause(self) -> None:
        """Lift the pause."""
        self.dismiss(MemberChange.UNPAUSE)

    def action_remove(self) -> None:
        """Remove them from the team."""
        self.dismiss(MemberChange.REMOVE)

    def action_leave(self) -> None:
        """Back to the list."""
        self.dismiss(None)
