"""The providers of the team: added, renamed, set up, put in order and removed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Resize

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.backend.values import (
    ProviderAddition,
    ProviderChange,
    ProviderDetail,
)
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.guard import Override
from bgconsole.tui.kit.actions import Action, first_of, needs_editing, needs_line
from bgconsole.tui.kit.guard_dialog import LockOut
from bgconsole.tui.kit.list import RowList
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs, guard
from bgconsole.tui.kit.render.text import EMPTY, safe_text, words
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.model.provider_removal import ProviderRemoval, provider_removal
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.proof.asking import DeclinedError, act_and_tell
from bgconsole.tui.providers.list import ProviderList
from bgconsole.tui.providers.render import rows as render
from bgconsole.tui.providers.render.dialogs import removal_lock_out
from bgconsole.tui.providers.sso_changes import SsoChanges, why_no_check
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import DIM, OK

Result = TypeVar("Result")

_LOW = 14
"""Rows of the tab under which only the list has room."""


def _no_provider(tab: "ProvidersTab") -> str | None:
    return None if tab.view is not None else "There is no provider yet: a adds one"


def _is_first(tab: "ProvidersTab") -> str | None:
    first = tab.view is not None and tab.view.detail.position <= 1
    return "It is already the first" if first else None


def _is_last(tab: "ProvidersTab") -> str | None:
    last = tab.view is not None and tab.view.detail.position >= len(tab.workspace.views)
    return "It is already the last" if last else None


_CHANGE: Final = first_of(needs_editing, needs_line)
_CHANGE_ONE: Final = first_of(_CHANGE, _no_provider)


class ProvidersTab(TeamTab):
    """Lists providers in the order of tabs. What is done here is done at once, without a draft."""

    ACTIONS = (
        Action("providers.add", "a", "add", "Add a provider", "add", _CHANGE, elsewhere=True),
        Action("providers.rename", "N", "name", "Rename the provider", "rename", _CHANGE_ONE),
        Action("providers.remove", "X", "remove", "Remove it", "remove", _CHANGE_ONE),
        Action("providers.set_up", "i", "set up SSO", "Set SSO up, or clear", "set_up",
               _CHANGE_ONE),
        Action("providers.check", "c", "check", "Try every step of SSO", "check",
               lambda tab: why_no_check(tab.session, tab.workspace, tab.view)),
        Action("providers.earlier", "K,shift+up", "move up",
               "Move it one tab to the left, at once", "earlier", first_of(_CHANGE_ONE, _is_first)),
        Action("providers.later", "J,shift+down", "move down",
               "Move it one tab to the right, at once", "later", first_of(_CHANGE_ONE, _is_last)),
    )  # fmt: skip

    def __init__(self, session: Session, workspace: Workspace, *, id: str) -> None:
        super().__init__(session, workspace, id=id)
        self._moving = asyncio.Lock()
        self._since: dict[tuple[str, int], render.Enforced] = {}
        self._added: str | None = None

    def compose(self) -> ComposeResult:
        """Heading, the list, one of them in full, what became of the last act."""
        yield Pane(id="providers-head")
        yield Pane(id="providers-table-head")
        yield ProviderList(id="providers-list")
        yield Pane(id="provider-in-full")
        yield Pane(id="providers-outcome")

    def on_resize(self, event: Resize) -> None:
        """Where room is short there is only the list."""
        self.set_class(event.size.height < _LOW, "-low")
        self._draw_around()

    def draw(self) -> None:
        """Show the providers as they are now; the cursor stays on its own."""
        if self.workspace.state is None:
            self._pane("providers-head").show(lambda _width: words("Loading the team …"))
            return
        self._list.show_views(self.workspace.views, self._added)
        if self._list.slug == self._added:
            self._added = None
        self._draw_around()
        if any(self._unknown):
            self.run_worker(self._find_since, group="since", exclusive=True)

    def focus_first(self) -> None:
        """Put the cursor on the list."""
        self._list.focus()

    @on(RowList.Moved)
    @on(RowList.Resized)
    def _draw_around(self) -> None:
        """What depends on the cursor and on the rows in view."""
        views, view = self.workspace.views, self._list.view
        self._pane("providers-head").show(
            partial(render.heading, views, self._list.shown, read_only=self.workspace.read_only)
        )
        self._pane("providers-table-head").show(partial(render.table_head, views))
        full = self._pane("provider-in-full")
        if view is None or self.has_class("-low"):
            full.show(lambda _width: EMPTY)
        else:
            since = self._since.get((view.detail.slug, view.detail.version))
            now = self.session.connection.clock()
            full.show(partial(render.in_full, view, since, now))
        self.refresh_bindings()

    @on(ProviderList.PageWanted)
    def _opened(self, event: ProviderList.PageWanted) -> None:
        self.post_message(self.ProviderWanted(event.slug))

    @property
    def _list(self) -> ProviderList:
        return self.query_one(ProviderList)

    def _pane(self, name: str) -> Pane:
        return self.query_one(f"#{name}", Pane)

    def _tell(self, outcome: Content) -> None:
        self._pane("providers-outcome").show(lambda _width: outcome)

    # What can be done

    @property
    def view(self) -> ProviderView | None:
        """The provider under the cursor."""
        return self._list.view

    def action_add(self) -> None:
        """Ask for a provider, and add it."""
        self.run_worker(self._add, group="provider", exclusive=True)

    def action_rename(self) -> None:
        """Ask for another name."""
        self._with_view(self._rename)

    def action_set_up(self) -> None:
        """Ask how bgconsole is registered at the identity provider."""
        self._with_view(self._set_up)

    def action_check(self) -> None:
        """Try every step of signing in by it."""
        self._with_view(self._check)

    def action_earlier(self) -> None:
        """Move it one tab to the left."""
        self._move(-1)

    def action_later(self) -> None:
        """Move it one tab to the right."""
        self._move(1)

    def action_remove(self) -> None:
        """Say what would fall with it, and remove it once its name was typed."""
        self._with_view(self._remove)

    # Doing it

    async def _do(
        self,
        call: Callable[[Override | None], Awaitable[Result]],
        lock_out: Callable[[], LockOut] | None = None,
    ) -> Result:
        """Do it with proof and override where they are asked for; raises what `act` raises."""
        return await act_and_tell(self.screen, self.session, self._refused, call, lock_out)

    def _done(self, what: str, provider: str) -> None:
        at = self.session.connection.clock()
        told = words(f"{FULL.passes} {what} ", OK) + safe_text(provider)
        self._tell(told + words(f"  {at:%H:%M:%S} UTC", DIM))
        self.post_message(self.TeamChanged())

    async def _add(self) -> None:
        from bgconsole.tui.providers.naming_dialog import ProviderAddDialog

        async def send(addition: ProviderAddition) -> ProviderDetail:
            backend = await self.session.backend()
            return await self._do(lambda _: backend.add_provider(self.session.caller, addition))

        taken = {view.detail.slug for view in self.workspace.views}
        added = await self.app.push_screen_wait(ProviderAddDialog(send, taken))
        if added is not None:
            self._added = added.slug
            self._done("Added", added.name)
            # The team may have been read again already.
            self.draw()

    def _with_view(self, change: Callable[[ProviderView], Coroutine[None, None, None]]) -> None:
        """Do it to the provider under the cursor."""
        view = self._list.view
        if view is not None:
            self.run_worker(partial(change, view), group="provider", exclusive=True)

    async def _rename(self, view: ProviderView) -> None:
        from bgconsole.tui.providers.naming_dialog import ProviderRenameDialog

        async def send(change: ProviderChange) -> ProviderDetail:
            made_on = replace(change, version=view.detail.version)
            return await self._send(view.detail.slug, made_on)

        changed = await self.app.push_screen_wait(ProviderRenameDialog(send, view))
        if changed is not None:
            self._done("Renamed", changed.name)

    async def _set_up(self, view: ProviderView) -> None:
        changed = await self._sso.set_up(view)
        if changed is not None:
            self._done("Set up", changed.name)

    async def _check(self, view: ProviderView) -> None:
        await self._sso.check(view.detail)

    @property
    def _sso(self) -> SsoChanges:
        return SsoChanges(self.screen, self.session, self._refused)

    def _refused(self, error: NotAllowedError) -> None:
        self.post_message(self.NotAllowed(error))

    async def _send(self, slug: str, change: ProviderChange) -> ProviderDetail:
        backend = await self.session.backend()
        return await self._do(lambda _: backend.change_provider(self.session.caller, slug, change))

    def _move(self, step: int) -> None:
        view = self._list.view
        if view is not None:
            self.run_worker(partial(self._moved, view.detail.slug, step), group="move")

    async def _moved(self, slug: str, step: int) -> None:
        """One step after another: each counts from where the one before it led."""
        async with self._moving:
            view = next((view for view in self.workspace.views if view.detail.slug == slug), None)
            if view is None:
                return
            position = view.detail.position + step
            if not 1 <= position <= len(self.workspace.views):
                return
            try:
                moved = await self._send(slug, ProviderChange(position=position))
            except DeclinedError:
                return
            except BackendError as error:
                self._tell(dialogs.failed(error.refusal))
                return
            # The next step counts from here; reading it again takes a moment.
            self.workspace.put_in_place(slug, position)
            self.draw()
            self._done("Moved", moved.name)

    async def _remove(self, view: ProviderView) -> None:
        from bgconsole.tui.providers.remove_dialog import ProviderRemoveDialog

        gone, slug = provider_removal(view), view.detail.slug
        if not await self.app.push_screen_wait(ProviderRemoveDialog(gone)):
            return
        backend = await self.session.backend()
        try:
            await self._do(
                lambda override: backend.remove_provider(self.session.caller, slug, override),
                partial(self._lock_out, slug, gone),
            )
        except DeclinedError:
            self._tell(dialogs.note("Nothing was removed"))
        except BackendError as error:
            self._tell(dialogs.failed(error.refusal))
            # Whatever it is about may have changed since it was read.
            self.post_message(self.TeamChanged())
        else:
            self.workspace.drop(slug)
            self._done("Removed", gone.name)

    def _lock_out(self, slug: str, gone: ProviderRemoval) -> LockOut:
        """What the guard protects, by the team as it stands now."""
        view = next((view for view in self.workspace.views if view.detail.slug == slug), None)
        now = provider_removal(view) if view is not None else gone
        if now.ownerless is not None and not now.locked:
            body = partial(guard.no_owner, now.ownerless, "remove")
            return LockOut(guard.NO_OWNER, body, now.confirmed_by, verb="remove")
        return LockOut(
            f"{FULL.bad} This would leave nobody usable on a list",
            partial(removal_lock_out, now),
            now.confirmed_by,
            verb="remove",
        )

    # Since when

    @property
    def _unknown(self) -> list[ProviderDetail]:
        """The enforced providers of which it is not known since when they are."""
        details = [view.detail for view in self.workspace.views]
        return [p for p in details if p.enforced and (p.slug, p.version) not in self._since]

    async def _find_since(self) -> None:
        """Look into the audit log: nothing else remembers who switched enforcement on."""
        caller = self.session.unattended
        try:
            backend = await self.session.backend()
            for detail in self._unknown:
                wanted = AuditFilter(types=(EventType.ENFORCEMENT_ENABLED,), provider=detail.slug)
                page = await backend.audit_page(caller, wanted, limit=1)
                for event in page.events:
                    found = render.Enforced(event.at, event.who)
                    self._since[detail.slug, detail.version] = found
        except BackendError:
            # The screen's own reading tells what is wrong.
            return
        self._draw_around()
