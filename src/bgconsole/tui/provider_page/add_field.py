"""Where somebody is typed to be added, and below it who can be meant, or why not."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from textual.content import Content

from bgconsole.policy.entries import MAX_ENTRIES, check_person
from bgconsole.policy.refusals import Code, Refusal
from bgconsole.policy.team import Person
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.completing_field import CompletingField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.completions import Completion, completion_rows
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.model.people import people_called
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.provider_page.render.add_answer import refused_rows, why_not_brief

_ACCOUNT: Final = frozenset({Code.UNKNOWN_ACCOUNT, Code.NO_PASSWORD, Code.NOT_A_MEMBER})
_INDENT: Final = 7
"""Columns before the list: its emails are below what is typed."""


class AddField(CompletingField):
    """Letters find somebody; enter checks and adds."""

    ACTIONS = (
        Action("entry.add", "enter", "check and add", "Check and add", "submit"),
        *CompletingField.ACTIONS,
        Action("add.list", "up", "list", "Back to the list", "app.focus_previous"),
        Action(None, "down", "", "", "app.focus_next", in_bar=False),
        Action("add.back", "escape", "to the list", "Back to the list", "screen.back"),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a refusal was said of: it goes when anything of this is another."""

    code: Code
    typed: str
    view: tuple[object, ...]


class AddAnswer(Pane):
    """Says why an email was refused for as long as that holds, else whom the letters can mean."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._refused: _Seen | None = None

    def refuse(self, refused: Refusal, typed: str, view: ProviderView, now: datetime) -> None:
        """Say why, with what to do about it."""
        self._refused = _Seen(refused.code, typed, _about(view, typed))
        member = view.members.get(typed.strip())
        ends = member.code_expires_at if member is not None else None
        self.show(partial(refused_rows, refused, ends, now))

    @property
    def person(self) -> str | None:
        """Whose account has to be changed before they can be added, as refused last."""
        seen = self._refused
        return seen.typed.strip() if seen is not None and seen.code in _ACCOUNT else None

    def follow(self, field: AddField, view: ProviderView | None) -> None:
        """Say what holds for the text in the field, and the list as it is."""
        typed = field.value
        if self._refused is not None and view is not None:
            if self._refused == _Seen(self._refused.code, typed, _about(view, typed)):
                return
            self._refused = None
        known = field.completions
        shown = field.has_focus and bool(known.found) and view is not None
        self.show(partial(completion_rows, known, indent=_INDENT) if shown else _nothing)

    def forget(self) -> None:
        """Say nothing more of the last refusal."""
        self._refused = None
        self.show(_nothing)


def _about(view: ProviderView, typed: str) -> tuple[object, ...]:
    draft = view.draft
    return view.detail.slug, draft.base, draft.current, view.members.get(typed.strip())


def candidates(view: ProviderView, now: datetime, typed: str) -> tuple[Completion, ...]:
    """Who can be meant by `typed`, those who can be added first, with why the others cannot."""
    listed = frozenset(view.draft.current.emails)
    found = (
        _candidate(view, now, person, listed)
        for person in people_called(view.saved.people.values(), typed)
    )
    return tuple(sorted(found, key=lambda one: bool(one.why_not)))


def _candidate(
    view: ProviderView, now: datetime, person: Person, listed: frozenset[str]
) -> Completion:
    member = view.members.get(person.email)
    ends = member.code_expires_at if member is not None else None
    role = person.role.value if person.role is not None else ""
    if person.email in listed:
        code: Code | None = Code.DUPLICATE
    elif len(listed) >= MAX_ENTRIES:
        code = Code.LIMIT_REACHED
    else:
        refused = check_person(person)
        code = None if refused is None else refused.code
    why = "" if code is None else why_not_brief(code, ends, now)
    return Completion(person.email, person.name, role, why)


def _nothing(_width: int) -> Content:
    return EMPTY
