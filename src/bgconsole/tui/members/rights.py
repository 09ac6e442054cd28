"""What can be done in the members' tab, and why it cannot be done now, in a sentence."""

from dataclasses import dataclass
from enum import StrEnum

from bgconsole.backend.values import Member
from bgconsole.policy.impact import removing_member, resetting
from bgconsole.policy.permissions import Capability, allows, may_change_role
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.team import Role
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import local_part
from bgconsole.tui.model.state import ConsoleState

_OWNERS_ONLY = "Only an owner can do this to an owner or admin: ask one"


class MemberChange(StrEnum):
    """What can be done; the values are the names of the actions."""

    ADD = "add"
    BRING = "bring"
    ROLE = "role"
    EMAIL = "email"
    NAME = "name"
    RESET = "reset"
    UNPAUSE = "unpause"
    REMOVE = "remove"
    SIMULATE = "simulate"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the person at the console may do; `state` None as long as the team is not read.

    `read_only` says why nothing may be changed here; None where it may.
    """

    state: ConsoleState | None
    read_only: str | None

    def why_not(self, action: str, one: Member | None) -> str | None:
        """Why `action` cannot be done with `one`, who is under the cursor; None where it can."""
        if action in {"open", MemberChange.SIMULATE}:
            return "Nobody is selected" if one is None else None
        if action not in set(MemberChange):
            return None
        if self.state is None or not self.state.members:
            return "The team is still loading"
        if self.read_only is not None:
            return self.read_only
        if action in {MemberChange.ADD, MemberChange.BRING}:
            return None
        if one is None:
            return "Nobody is selected"
        if one.role is None:
            return f"{local_part(one.email)} is not a member of this team: a adds them back"
        return self._with_member(MemberChange(action), self.state, one, one.role)

    def _with_member(
        self, change: MemberChange, state: ConsoleState, one: Member, role: Role
    ) -> str | None:
        actor = state.me.role
        match change:
            case MemberChange.ROLE:
                others = [other for other in Role if other is not role]
                if not any(may_change_role(actor, role, other) for other in others):
                    return "Only an owner can change who is an owner or admin: ask one"
                return None
            case MemberChange.EMAIL | MemberChange.NAME:
                return None if may_change_role(actor, role, role) else _OWNERS_ONLY
            case MemberChange.RESET if one.email == state.me.email:
                return "This is you: P changes your own password"
            case MemberChange.RESET:
                if not may_change_role(actor, role, role):
                    return _OWNERS_ONLY
                return _told(resetting(state.saved_team(), one.person).owner_refused)
            case MemberChange.UNPAUSE:
                return _no_unpausing(actor, one)
            case _:
                return _no_removing(state, actor, one, role)


def _no_unpausing(actor: Role, one: Member) -> str | None:
    if not one.paused:
        return f"{local_part(one.email)} is not paused"
    return None if allows(actor, Capability.MAKE_ADMINS) else "Only an owner lifts a pause: ask one"


def _no_removing(state: ConsoleState, actor: Role, one: Member, role: Role) -> str | None:
    if not may_change_role(actor, role, None):
        return _OWNERS_ONLY
    if role is not Role.OWNER:
        return None
    return _told(removing_member(state.saved_team(), one.person).owner_refused)


def _told(refused: Refusal | None) -> str | None:
    return None if refused is None else f"{refused.message}. {remedy_here(refused)}"
