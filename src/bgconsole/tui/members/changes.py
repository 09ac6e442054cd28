"""From what was chosen in the members' tab to the act that does it."""

from textual.screen import Screen

from bgconsole.backend.values import Member, MemberAddition
from bgconsole.tui.members.acts import MemberActs, Outcome
from bgconsole.tui.members.importing import import_members
from bgconsole.tui.members.rights import Deed
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.workspace import Desk
from bgconsole.tui.proof.asking import DeclinedError


async def do(
    deed: Deed, one: Member | None, screen: Screen[None], session: Session, desk: Desk
) -> Outcome:
    """Do it, with `one` where it is about somebody; what came of it in a line.

    To be called in a worker. Raises DeclinedError, and the BackendErrors that no dialog answers.
    """
    acts = MemberActs(screen, session, desk)
    match deed, one:
        case Deed.ADD, Member(role=None):
            return await acts.add(MemberAddition(one.email, one.name))
        case Deed.ADD, _:
            return await acts.add(MemberAddition(""))
        case Deed.BRING, _:
            return await import_members(screen, desk, acts)
        case Deed.ROLE, Member():
            return await acts.change_role(one)
        case Deed.EMAIL, Member():
            return await acts.change_email(one)
        case Deed.NAME, Member():
            return await acts.change_name(one)
        case Deed.RESET, Member():
            return await acts.reset(one)
        case Deed.UNPAUSE, Member():
            return await acts.unpause(one)
        case Deed.REMOVE, Member():
            return await acts.remove(one)
        case _:
            raise DeclinedError
