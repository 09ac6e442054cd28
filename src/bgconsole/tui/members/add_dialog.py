"""Asks who is to be added: email, name, role, and whether they get a password at all."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from bgconsole.backend.confusables import prototypes
from bgconsole.backend.values import Member, MemberAddition
from bgconsole.policy.email import InvalidEmailError, canonical_email, comparable, is_email
from bgconsole.policy.look_alikes import LookAlikes
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.team import Person, Role
from bgconsole.tui.kit.choice import Choice
from bgconsole.tui.kit.completing_field import CompletedRow, CompletingField
from bgconsole.tui.kit.field import Field, FormField
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.completions import Completion
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.kit.scrolled import ScrolledText
from bgconsole.tui.members.render import dialogs as render
from bgconsole.tui.model.people import people_called

_WAYS = ("a password", "SSO only")
_WAYS_BACK = ("a new password", "SSO only", "their old password")
_SSO_ONLY, _KEEPING = 1, 2
_LABEL = 7
"""Columns before the list below the email."""


def _offer(one: Person) -> Completion:
    if one.role is None:
        return Completion(one.email, one.name, "was here before")
    return Completion(one.email, one.name, why_not="already a member")


class MemberAddDialog(ModalScreen[MemberAddition | None]):
    """Gives who is to be added, or None. `given` fills the fields; `refused` says what was wrong.

    `roles` are those that may be given; `sso` is whether any provider is set up.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "go back", id="add.leave", tooltip="Add nobody"),
        # Before the other key: in a row without a field it is what the key bar tells.
        Binding("enter", "add", "add", id="add.enter", tooltip="Add this person"),
        Binding("ctrl+s", "add", "add", id="add.add", tooltip="Add this person"),
        Binding("down", "app.focus_next", id="add.next", show=False, tooltip="Next row"),
        Binding("up", "app.focus_previous", id="add.previous", show=False, tooltip="Row above"),
    ]

    def __init__(
        self,
        members: Mapping[str, Member],
        roles: tuple[Role, ...],
        *,
        sso: bool,
        given: MemberAddition,
        refused: Refusal | None = None,
    ) -> None:
        super().__init__()
        self._by_key = {comparable(email): one for email, one in members.items()}
        self._team = tuple(email for email, one in members.items() if one.role is not None)
        self._roles = roles
        self._sso = sso
        self._given = given
        self._refused = refused

    def compose(self) -> ComposeResult:
        """Four rows, what comes of them, the way out."""
        with ScrolledText(classes="dialog member-dialog member-form", can_focus=False) as box:
            box.border_title = "Add somebody to the team"
            email = CompletingField(id="add-email", placeholder="name@example.com")
            yield CompletedRow("Email", email, indent=_LABEL)
            yield Pane(id="add-note")
            yield FieldRow("Name", FormField(id="add-name", placeholder="may stay empty"))
            yield Choice("Role", tuple(role.value for role in self._roles), id="add-role")
            yield Choice("With", _WAYS, id="add-ways")
            yield Pane(id="add-effect")
            yield Pane(render.add_buttons, classes="dialog-end")
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill in what is given."""
        with self.prevent(Input.Changed):
            self._field("add-email").value = self._given.email
            self._field("add-name").value = self._given.name
        self.query_one("#add-email", CompletingField).complete_by(self._others)
        if self._refused is not None:
            self._field("add-email").select_all()
        self.query_one("#add-role", Choice).index = self._roles.index(self._given.role)
        self.query_one("#add-ways", Choice).index = int(self._given.sso_only)
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong is being mended."""
        event.stop()
        self._refused = None
        self._draw()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another effect."""
        event.stop()
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on; an email that cannot be added is said at once."""
        event.stop()
        self._refused = self._check() if event.input.id == "add-email" else None
        if self._refused is None:
            self.focus_next()
        else:
            self._field("add-email").select_all()
        self._draw()
        self.post_message(FormField.Answered())

    def action_add(self) -> None:
        """Give who is typed, if they can be added."""
        self._refused = self._check()
        if self._refused is None:
            self.dismiss(self._addition)
        else:
            self._field("add-email").focus()
            self._field("add-email").select_all()
            self._draw()

    def action_leave(self) -> None:
        """Add nobody."""
        self.dismiss(None)

    def _others(self, typed: str) -> tuple[Completion, ...]:
        """Accounts with these letters: who was here before, and who is here already."""
        if is_email(typed):
            # A whole address is somebody else's, whatever begins like it.
            return ()
        found = people_called((one.person for one in self._by_key.values()), typed)
        return tuple(_offer(one) for one in sorted(found, key=lambda one: one.role is not None))

    def _field(self, id: str) -> Field:
        return self.query_one(f"#{id}", Field)

    @property
    def _addition(self) -> MemberAddition:
        return MemberAddition(
            email=self._field("add-email").value.strip(),
            name=self._field("add-name").value.strip(),
            role=self._roles[self.query_one("#add-role", Choice).index],
            sso_only=self.query_one("#add-ways", Choice).index == _SSO_ONLY,
            keep_password=self.query_one("#add-ways", Choice).index == _KEEPING,
        )

    @cached_property
    def _look_alikes(self) -> LookAlikes:
        return LookAlikes(self._team, prototypes())

    @property
    def _known(self) -> Member | None:
        return self._by_key.get(comparable(self._field("add-email").value.strip()))

    def _check(self) -> Refusal | None:
        try:
            canonical_email(self._field("add-email").value)
        except InvalidEmailError:
            return refusal(Code.INVALID_EMAIL)
        known = self._known
        if known is not None and known.role is not None:
            message = "This email is already a member of the team"
            return refusal(Code.DUPLICATE, message, "Find them with /")
        return None

    def _draw(self) -> None:
        known, ways = self._known, self.query_one("#add-ways", Choice)
        comes_back = known is not None and known.role is None and known.has_password
        if ways.index == _KEEPING and not comes_back:
            ways.index = 0
        ways.show(_WAYS_BACK if comes_back else _WAYS)
        note = partial(render.add_note, self._refused, known)
        self.query_one("#add-note", Pane).show(note)
        addition = self._addition
        warned = self._look_alikes.warnings(addition.email) if is_email(addition.email) else ()
        effect = partial(render.add_effect, addition, warned, sso=self._sso)
        self.query_one("#add-effect", Pane).show(effect)
