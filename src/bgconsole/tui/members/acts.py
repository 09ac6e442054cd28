"""What can be done with members: asks first, does it, and says in a line what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual.content import Content
from textual.screen import Screen

from bgconsole.backend.errors import BatchRefusedError
from bgconsole.backend.values import Member, MemberAddition, OneTimeCode
from bgconsole.policy.guard import Override, confirmations
from bgconsole.policy.impact import PersonImpact, changing_role, removing_member, resetting
from bgconsole.policy.newcomers import SIGN_IN_WITH_CODE, code_is_not_enough
from bgconsole.policy.permissions import may_change_role
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.team import Person, Role, Team
from bgconsole.tui.kit.guard_dialog import LockOut
from bgconsole.tui.kit.pane import Draw
from bgconsole.tui.kit.question_dialog import Question, QuestionDialog
from bgconsole.tui.kit.render.guard import guard_title
from bgconsole.tui.kit.render.text import safe_text, words
from bgconsole.tui.members.add_dialog import MemberAddDialog
from bgconsole.tui.members.code_dialog import CodeDialog
from bgconsole.tui.members.renaming import another_email, another_name
from bgconsole.tui.members.render import loss as losing
from bgconsole.tui.members.render.dialogs import done
from bgconsole.tui.members.role_dialog import RoleDialog
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ConsoleState
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.proof.asking import DeclinedError, act
from bgconsole.tui.terminal.theme import DANGER

FORBIDDEN = refusal(
    Code.FORBIDDEN, "Only an owner can do this to an owner or admin", "Ask an owner of the team"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act, in a line; `email` is whom to look at next, if it is about one."""

    told: Content
    email: str | None = None


class MemberActs:
    """Every act is called in a worker and raises DeclinedError where it is left."""

    def __init__(self, screen: Screen[None], session: Session, workspace: Workspace) -> None:
        self._screen = screen
        self._session = session
        self._workspace = workspace

    async def add(self, given: MemberAddition) -> Outcome:
        """Add somebody and show their code. Raises the other BackendErrors of `add_members`."""
        refused: Refusal | None = None
        roles = roles_to_give(self._state.me.role)
        sso = any(provider.configured for provider in self._state.providers)
        while True:
            dialog = MemberAddDialog(
                self._workspace.members, roles, sso=sso, given=given, refused=refused
            )
            wanted = await self._screen.app.push_screen_wait(dialog)
            if wanted is None:
                raise DeclinedError
            try:
                (issued,) = await self.send([wanted])
            except BatchRefusedError as error:
                given, refused = wanted, error.items[0].refusal
            except DeclinedError:
                given, refused = wanted, None
            else:
                return await self._hand_over(issued, words(" was added"))

    async def send(self, people: list[MemberAddition]) -> tuple[OneTimeCode, ...]:
        """Add them all, or nobody. Raises the BackendErrors of `add_members`."""
        backend = await self._session.backend()

        async def call(_override: Override | None) -> tuple[OneTimeCode, ...]:
            return await backend.add_members(self._session.caller, people)

        return await act(self._screen, self._session, call)

    async def _hand_over(self, issued: OneTimeCode, what: Content) -> Outcome:
        """Show the code, if there is one; it is forgotten with the dialog."""
        told = safe_text(issued.email) + what
        if issued.code is None:
            return Outcome(done(told, "They need no code."), issued.email)
        await self._screen.app.push_screen_wait(CodeDialog(issued))
        return Outcome(done(told, f"{self.needed_by(issued) or SIGN_IN_WITH_CODE}."), issued.email)

    def needed_by(self, issued: OneTimeCode) -> str | None:
        """What else than their code they need to sign in; None where that is enough."""
        if issued.code is None:
            return None
        return code_is_not_enough(issued.email, self._saved.providers)

    async def change_role(self, one: Member) -> Outcome:
        """Give another role. Raises the BackendErrors of `set_role`."""
        refused = partial(self._role_refused, one)
        dialog = RoleDialog(one, refused, partial(self._role_warnings, one))
        role = await self._screen.app.push_screen_wait(dialog)
        if role is None:
            raise DeclinedError
        backend = await self._session.backend()

        async def call(_override: Override | None) -> Member:
            return await backend.set_role(self._session.caller, one.email, role)

        changed = await act(self._screen, self._session, call)
        now = changed.role.value if changed.role is not None else "not a member"
        return Outcome(done(safe_text(changed.email) + words(f" now has the role {now}")))

    async def change_email(self, one: Member) -> Outcome:
        """Give another email. Raises the BackendErrors of `rename_member`."""
        changed = await another_email(self._screen, self._session, self._workspace.members, one)
        told = safe_text(one.email) + words(" is ") + safe_text(changed.email) + words(" now")
        return Outcome(done(told), changed.email)

    async def change_name(self, one: Member) -> Outcome:
        """Give another name. Raises the BackendErrors of `set_name`."""
        changed = await another_name(self._screen, self._session, one)
        name = (
            words(" has the name ") + safe_text(changed.name)
            if changed.name
            else words(" has no name")
        )
        return Outcome(done(safe_text(changed.email) + name), changed.email)

    async def reset(self, one: Member) -> Outcome:
        """Take the password away, and show the code. Raises the BackendErrors of `reset_member`."""
        await self._ask(
            "Reset the password?",
            partial(losing.reset, one, resetting(self._saved, one.person)),
            "Reset",
        )
        backend = await self._session.backend()

        async def call(override: Override | None) -> OneTimeCode:
            return await backend.reset_member(self._session.caller, one.email, override)

        guarded = partial(self._lock_out, resetting, one, "reset")
        issued = await act(self._screen, self._session, call, guarded)
        return await self._hand_over(issued, words(" has a one-time code and no password"))

    async def unpause(self, one: Member) -> Outcome:
        """Lift a pause. Raises the BackendErrors of `unpause`."""
        await self._ask("Lift the pause?", partial(losing.unpausing, one), "Unpause", style="")
        backend = await self._session.backend()

        async def call(_override: Override | None) -> None:
            await backend.unpause(self._session.caller, one.email)

        await act(self._screen, self._session, call)
        return Outcome(done(safe_text(one.email) + words(" can sign in again at once")))

    async def remove(self, one: Member) -> Outcome:
        """End a membership. Raises the BackendErrors of `remove_member`."""
        impact = removing_member(self._saved, one.person)
        me = one.email == self._state.me.email
        body = partial(losing.removal, one, impact, me=me)
        await self._ask("Remove from the team?", body, "Remove")
        backend = await self._session.backend()

        async def call(override: Override | None) -> None:
            await backend.remove_member(self._session.caller, one.email, override)

        guarded = partial(self._lock_out, removing_member, one, "remove")
        await act(self._screen, self._session, call, guarded)
        told = safe_text(one.email) + words(" was removed from the team")
        return Outcome(done(told, "a adds them back."))

    # What the acts share

    async def _ask(self, title: str, body: Draw, verb: str, style: str = DANGER) -> None:
        question = Question(title, body, verb, style)
        if not await self._screen.app.push_screen_wait(QuestionDialog(question)):
            raise DeclinedError

    def _lock_out(
        self, of_person: Callable[[Team, Person], PersonImpact], one: Member, verb: str
    ) -> LockOut:
        """What the guard's dialog says, of the team as it is read by now."""
        person = self._workspace.members.get(one.email, one).person
        impact = of_person(self._saved, person)
        return LockOut(
            guard_title(anybody_enters=bool(impact.entering)),
            lambda width: losing.guard_body(impact, verb, width),
            confirmations(impact.locked),
            verb,
        )

    @property
    def _saved(self) -> Team:
        return self._workspace.saved or Team.of((), ())

    @property
    def _state(self) -> ConsoleState:
        if self._workspace.state is None:
            raise DeclinedError
        return self._workspace.state

    def _role_refused(self, one: Member, role: Role) -> Refusal | None:
        if not may_change_role(self._state.me.role, one.role, role):
            return FORBIDDEN
        return changing_role(self._saved, one.person, role).owner_refused

    def _role_warnings(self, one: Member, role: Role) -> tuple[str, ...]:
        """What the role means for the lists, and for whoever asks."""
        told: list[str] = []
        if one.email == self._state.me.email and not role.administers:
            told.append("That is you: you can no longer see the lists and the audit log.")
        return (*told, *changing_role(self._saved, one.person, role).worse_lists())


def roles_to_give(actor: Role) -> tuple[Role, ...]:
    """The roles that `actor` may give to somebody who comes in, the least first."""
    return tuple(role for role in reversed(Role) if may_change_role(actor, None, role))
