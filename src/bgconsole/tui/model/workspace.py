"""The main screen's workspace: the team as read, the drafts, the page that is open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bgconsole.backend.values import IdpReport, Member
from bgconsole.policy.email import find_email
from bgconsole.policy.entries import check_addition
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.team import Team
from bgconsole.tui.model.drafts import Draft
from bgconsole.tui.model.state import ConsoleState, ProviderView, provider_view

_NOT_READ: Final = "The team is still loading"
_NO_ADMIN: Final = "Your role may look, not change: ask an owner or admin"


@dataclass(frozen=True, slots=True)
class LostDraft:
    """Unsaved changes, so many, of a provider that was removed under them."""

    provider: str
    changes: int


class Workspace:
    """Drafts by provider; nothing here is saved, and nothing here is drawn.

    Only the methods here change it. Each calls the listeners once, after its change.
    """

    def __init__(self, *, read_only: bool) -> None:
        self.state: ConsoleState | None = None
        self.editing = False
        self.slug: str | None = None
        self.read_only = read_only
        self._started_read_only = read_only
        self._listeners: list[Callable[[], None]] = []
        self._reports: dict[str, IdpReport] = {}
        self._drafts: dict[str, Draft] = {}
        self._views_of: tuple[ConsoleState, tuple[tuple[str, Draft], ...]] | None = None
        self._views: dict[tuple[str, bool, bool], ProviderView | None] = {}

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change, in the order of listening."""
        self._listeners.append(listener)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()

    @property
    def view(self) -> ProviderView | None:
        """The open provider, as stored and as drafted; None until the team is read."""
        if self.state is None or self.slug is None:
            return None
        return self._seen(self.state, self.slug, editing=self.editing and not self.read_only)

    @property
    def views(self) -> tuple[ProviderView, ...]:
        """Every provider, in the order of tabs."""
        if self.state is None:
            return ()
        found = (self._seen(self.state, p.slug, editing=False) for p in self.state.providers)
        return tuple(view for view in found if view is not None)

    def _seen(self, state: ConsoleState, slug: str, *, editing: bool) -> ProviderView | None:
        """A view as it was made; they are asked for at every key, and each looks at everybody."""
        drafts = tuple(self._drafts.items())
        if self._views_of is None or self._views_of[0] is not state or self._views_of[1] != drafts:
            self._views_of, self._views = (state, drafts), {}
        asked = (slug, editing, self.read_only)
        if asked not in self._views:
            self._views[asked] = provider_view(
                state,
                slug,
                self._drafts,
                editing=editing,
                read_only=self.read_only,
                report=self._reports.get(slug),
            )
        return self._views[asked]

    @property
    def number(self) -> int | None:
        """The open provider's place in the order of tabs, from 1."""
        slugs = [p.slug for p in self.state.providers] if self.state is not None else []
        return slugs.index(self.slug) + 1 if self.slug in slugs else None

    @property
    def saved(self) -> Team | None:
        """The team as stored; None until it is read."""
        return None if self.state is None else self.state.saved_team()

    @property
    def drafted(self) -> Team | None:
        """The team as it would be with every draft saved; None until it is read."""
        return None if self.state is None else self.state.drafted_team(self._drafts)

    @property
    def drafts(self) -> Mapping[str, Draft]:
        """The drafts by provider, also those without changes."""
        return self._drafts

    @property
    def members(self) -> Mapping[str, Member]:
        """Everybody by email, as last read; empty until then."""
        return self.state.members if self.state is not None else {}

    @property
    def may_change(self) -> bool:
        """Whether this person, in this console, may change anything."""
        return self.administers and not self.read_only

    @property
    def why_no_change(self) -> str | None:
        """Why nothing can be changed here now, in a sentence; None where it can."""
        if self.state is None:
            return _NOT_READ
        return self.why_read_only if self.administers else _NO_ADMIN

    @property
    def why_read_only(self) -> str | None:
        """Why nobody changes anything by this console now; None where they may."""
        if self._started_read_only:
            return "This console was started with --read-only: start it without to change"
        return "This console is read-only: R allows changes again" if self.read_only else None

    @property
    def why_not_switchable(self) -> str | None:
        """Why changes cannot be switched off and on here; None where they can."""
        if self.state is None:
            return _NOT_READ
        if self._started_read_only:
            return self.why_read_only
        return None if self.administers else _NO_ADMIN

    @property
    def administers(self) -> bool:
        """Whether this person may see and change everything; False until that is read."""
        return self.state is not None and self.state.me.role.administers

    @property
    def unsaved_views(self) -> tuple[ProviderView, ...]:
        """The providers with changes that are not saved, in the order of tabs."""
        return tuple(view for view in self.views if view.draft.dirty)

    @property
    def unsaved(self) -> bool:
        """Whether any provider has changes that are not saved."""
        return any(draft.dirty for draft in self._drafts.values())

    def reported(self, reports: Sequence[IdpReport]) -> None:
        """A later reading of the identity providers."""
        found = {report.provider: report for report in reports}
        if self.state is not None and found != self._reports:
            self._reports, self._views_of = found, None
            self.state = self.state.measured(found)
            self._changed()

    def arrived(self, state: ConsoleState) -> tuple[LostDraft, ...]:
        """A later reading of the team; drafts with changes stay on what they were made on.

        Gives the drafts that fell because their provider is no more.
        """
        before, self.state = self.state, state
        present = {provider.slug for provider in state.providers}
        lost = tuple(
            LostDraft(provider.name, draft.delta.size)
            for slug, draft in self._drafts.items()
            if draft.dirty and slug not in present
            if before is not None and (provider := before.provider(slug)) is not None
        )
        versions = {provider.slug: provider.version for provider in state.providers}
        self._drafts = {
            slug: draft
            for slug, draft in self._drafts.items()
            # One that was undone is of use for redo, as long as it is about what is stored.
            if slug in present and (draft.dirty or draft.version == versions[slug])
        }
        if self.slug not in present:
            self.slug = state.providers[0].slug if state.providers else None
            self.editing = False
        self._changed()
        return lost

    def put_in_place(self, slug: str, position: int) -> None:
        """Show the providers as they stand once `slug` has moved to that position, from 1."""
        if self.state is None or (moved := self.state.provider(slug)) is None:
            return
        order = [provider for provider in self.state.providers if provider.slug != slug]
        order.insert(position - 1, moved)
        placed = tuple(replace(p, position=place) for place, p in enumerate(order, 1))
        self.state = replace(self.state, providers=placed)
        self._changed()

    def switch_read_only(self) -> None:
        """Stop changes from this console, or allow them again; drafts stay."""
        self.read_only = not self.read_only
        self._changed()

    def open(self, slug: str) -> bool:
        """Open that provider; whether there is one."""
        if self.state is None or self.state.provider(slug) is None:
            return False
        self._turn_to(slug)
        self._changed()
        return True

    def _turn_to(self, slug: str) -> None:
        self.slug = slug
        draft = self._drafts.get(slug)
        self.editing = draft is not None and draft.dirty

    def edit(self) -> None:
        """Open the list for editing."""
        self.editing = True
        self._changed()

    def stop_editing(self) -> None:
        """Close the list, unless it has changes to lose."""
        view = self.view
        self.editing = view is not None and view.draft.dirty
        self._changed()

    def enforce(self) -> None:
        """Turn the switch in the draft; turning it on opens the list."""
        view = self.view
        if view is not None:
            self.editing = self.editing or not view.draft.current.enforced
            self._keep(view.draft.toggled())

    def put_on_list(self, email: str, slug: str | None = None) -> Refusal | None:
        """Put somebody on a provider's list and open it for editing, or say why not."""
        if slug is not None:
            self._turn_to(slug)
        self.editing = True
        refused = self.add(email)
        if refused is not None:
            self._changed()
        return refused

    def add(self, typed: str) -> Refusal | None:
        """Put somebody on the list, or say why not."""
        view = self.view
        if view is None:
            return None
        email = find_email(typed.strip(), view.saved.people) or typed.strip()
        listed = view.draft.current.emails
        refused = check_addition(email, listed, view.saved.people.get(email))
        if refused is None:
            self._keep(view.draft.added(email))
        return refused

    def remove(self, email: str) -> None:
        """Take somebody off the list, or put back who was taken off; opens the list."""
        view = self.view
        if view is not None:
            self.editing = True
            listed = email in view.draft.current.emails
            self._keep(view.draft.removed(email) if listed else view.draft.added(email))

    def undo(self) -> None:
        """Take back the last change."""
        view = self.view
        if view is not None:
            self._keep(view.draft.undone())

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        view = self.view
        if view is not None:
            self._keep(view.draft.redone())

    def view_of(self, slug: str, draft: Draft) -> ProviderView | None:
        """A provider with this draft, and every other provider as stored."""
        return None if self.state is None else provider_view(self.state, slug, {slug: draft})

    def take_up(self, drafts: Mapping[str, Draft]) -> None:
        """Go on with these drafts; what was changed here meanwhile stays on top of them."""
        for slug, draft in drafts.items():
            here = self._drafts.get(slug)
            self._drafts[slug] = draft if here is None else draft.with_delta(here.delta)
        self.slug = next(iter(drafts), self.slug)
        self.edit()

    def drop_all(self) -> None:
        """Forget every draft."""
        self._drafts.clear()
        self.editing = False
        self._changed()

    def drop(self, slug: str | None) -> None:
        """Forget a provider's draft: it was saved, or given up."""
        if slug is not None:
            self._drafts.pop(slug, None)
        self.editing = False
        self._changed()

    def _keep(self, draft: Draft) -> None:
        if self.slug is not None:
            self._drafts[self.slug] = draft
            self._changed()
