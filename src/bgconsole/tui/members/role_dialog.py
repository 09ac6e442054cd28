"""Asks which role somebody is to have."""

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.content import Content

from bgconsole.backend.values import Member
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.team import Role
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.choice import Choice
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.members.render import dialogs as render
from bgconsole.tui.members.render.loss import who

_ROLES = tuple(Role)


def _same(dialog: "RoleDialog") -> str | None:
    return dialog.why_not_change


class RoleDialog(Dialog[Role | None]):
    """Gives the role chosen, or None. `refused` says why a role cannot be given, `warned` what to
    think of.
    """

    HEADING = "Change the role"
    KIND = "member-dialog member-form"
    ACTIONS = (
        Action("role.leave", "escape", "go back", "Change nothing", "leave"),
        Action("role.change", "enter", "change", "Give this role", "change", _same),
    )

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

    def body(self) -> ComposeResult:
        """Who, the roles, what the chosen one means."""
        yield Pane(partial(who, self._one))
        yield Choice("Role", tuple(role.value for role in _ROLES), id="role-choice")
        yield Pane(id="role-effect")

    def ways_out(self, width: int) -> Content:
        """To change it, or not."""
        return render.role_buttons(self._role, width, ready=self.why_not_change is None)

    def on_mount(self) -> None:
        """Start at the role as it is."""
        choice = self.query_one("#role-choice", Choice)
        choice.index = _ROLES.index(self._one.role or Role.MEMBER)
        self._draw()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another role, another effect."""
        event.stop()
        self._draw()

    @property
    def why_not_change(self) -> str | None:
        """Why this role cannot be given; None where it can."""
        if not self.is_mounted:
            return None
        if self._role is self._one.role:
            return "Choose another role with the arrows"
        refused = self._refused_for(self._role)
        return None if refused is None else f"{refused.message}. {remedy_here(refused)}"

    def action_change(self) -> None:
        """Give the role."""
        if self.why_not_change is None:
            self.dismiss(self._role)

    @property
    def _role(self) -> Role:
        return _ROLES[self.query_one("#role-choice", Choice).index]

    def _draw(self) -> None:
        role = self._role
        effect = partial(
            render.role_effect, self._one, role, self._refused_for(role), self._warned(role)
        )
        self.query_one("#role-effect", Pane).show(effect)
        self.redraw()
