"""Asks which role somebody is to have."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bgconsole.backend.values import Member
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.team import Role
from bgconsole.tui.kit.choice import Choice
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.scrolled import ScrolledText
from bgconsole.tui.members.render import dialogs as render
from bgconsole.tui.members.render.loss import who

_ROLES = tuple(Role)


class RoleDialog(ModalScreen[Role | None]):
    """Gives the role chosen, or None. `refused` says why a role cannot be given, `warned` what to
    think of.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "go back", id="role.leave", tooltip="Change nothing"),
        Binding("enter", "change", "change", id="role.change", tooltip="Give this role"),
    ]

    def __init__(
        self,
        one: Member,
        refused: Callable[[Role], Refusal | None],
        warned: Callable[[Role], tuple[str, ...]],
    ) -> None:
        super().__init__()
        self._one = one
        self._refused_for = refused
        self._warned = warned

    def compose(self) -> ComposeResult:
        """Who, the roles, what the chosen one means."""
        with ScrolledText(classes="dialog member-dialog member-form", can_focus=False) as box:
            box.border_title = "Change the role"
            yield Pane(partial(who, self._one))
            yield Choice("Role", tuple(role.value for role in _ROLES), id="role-choice")
            yield Pane(id="role-effect")
            yield Pane(id="role-buttons", classes="dialog-end")
        yield KeyBar()

    def on_mount(self) -> None:
        """Start at the role as it is."""
        choice = self.query_one("#role-choice", Choice)
        choice.index = _ROLES.index(self._one.role or Role.MEMBER)
        self._draw()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another role, another effect."""
        event.stop()
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only another role that may be given."""
        return None if action == "change" and self.disabled_reason(action) else True

    def disabled_reason(self, action: str) -> str | None:
        """Why this role cannot be given."""
        if action != "change" or not self.is_mounted:
            return None
        if self._role is self._one.role:
            return "Choose another role with the arrows"
        refused = self._refused_for(self._role)
        return None if refused is None else f"{refused.message}. {refused.remedy}"

    def action_change(self) -> None:
        """Give the role."""
        if self.disabled_reason("change") is None:
            self.dismiss(self._role)

    def action_leave(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)

    @property
    def _role(self) -> Role:
        return _ROLES[self.query_one("#role-choice", Choice).index]

    def _draw(self) -> None:
        role = self._role
        effect = partial(
            render.role_effect, self._one, role, self._refused_for(role), self._warned(role)
        )
        self.query_one("#role-effect", Pane).show(effect)
        ready = self.disabled_reason("change") is None
        draw = partial(render.role_buttons, role, ready=ready)
        self.query_one("#role-buttons", Pane).show(draw)
        self.refresh_bindings()
