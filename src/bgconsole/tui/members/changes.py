"""From what was chosen in the members' tab to the act that does it."""

from textual.screen import Screen

from bgconsole.backend.values import Member, MemberAddition
from bgconsole.tui.members.acts import MemberActs, Outcome
from bgconsole.tui.members.importing import import_members
from bgconsole.tui.members.rights import MemberChange
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.proof.asking import DeclinedError


async def do(
    change: MemberChange,
    one: Member | None,
    screen: Screen[None],
    session: Session,
    workspace: Workspace,
    missing: str = "",
) -> Outcome:
    """Do it, with `one` where it is about somebody; what came of it in a line.

    `missing` is the email of somebody unknown who may be added.

    To be called in a worker. Raises DeclinedError, and the BackendErrors that no dialog answers.
    """
    acts = MemberActs(screen, session, workspace)
    match change, one:
        case MemberChange.ADD, Member(role=None):
            return await acts.add(MemberAddition(one.email, one.name))
        case MemberChange.ADD, _:
            return await acts.add(MemberAddition(missing))
        case MemberChange.BRING, _:
            return await import_members(screen, workspace, acts)
        case MemberChange.ROLE, Member():
            return await acts.change_role(one)
        case MemberChange.EMAIL, Member():
            return await acts.change_email(one)
        case MemberChange.NAME, Member():
            return await acts.change_name(one)
        case MemberChange.RESET, Member():
            return await acts.reset(one)
        case MemberChange.UNPAUSE, Member():
            return await acts.unpause(one)
        case MemberChange.REMOVE, Member():
            return await acts.remove(one)
        case _:
            raise DeclinedError
