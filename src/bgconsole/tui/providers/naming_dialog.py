"""Adds a provider, or gives one another name."""

from collections.abc import Collection
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from bgconsole.backend.values import ProviderAddition, ProviderChange
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.refusals import RequestField
from bgconsole.tui.kit.choice import Choice
from bgconsole.tui.kit.form import FieldSpec
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.model.provider_names import suggested_slug
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.providers.form_dialog import ProviderForm, Send
from bgconsole.tui.providers.render import dialogs as render

_KINDS: Final = tuple(ProviderKind)
_KIND_LABEL: Final = 9
"""Cells, so that the kinds stand in the column of what is typed."""


class ProviderAddDialog(ProviderForm[ProviderAddition]):
    """Adds a provider. The slug follows the name until it is typed by hand."""

    HEADING = "Add a provider"

    def __init__(self, send: Send[ProviderAddition], taken: Collection[str]) -> None:
        name = render.hint("Shown on the tabs and the sign-in screen")
        slug = render.hint("For commands: a-z, digits, hyphens; cannot be changed")
        issuer = render.hint("Empty: SSO is not set up for it yet")
        specs = (
            FieldSpec("name", "Name", "Okta", hint=name),
            FieldSpec("slug", "Slug", hint=slug),
            FieldSpec("issuer", "Issuer", "https://", hint=issuer, about=(RequestField.TENANT,)),
        )
        super().__init__(send, specs)
        self._taken = taken
        self._suggested = ""

    def body(self) -> ComposeResult:
        yield Pane(lambda _width: render.ADD)
        yield self.fields.row("name")
        yield self.fields.row("slug")
        yield Choice(
            "Kind".ljust(_KIND_LABEL),
            tuple(kind.facts.label for kind in _KINDS),
            id="provider-kind",
        )
        yield self.fields.row("issuer")

    def on_mount(self) -> None:
        self.query_one("#provider-kind", Choice).index = _KINDS.index(ProviderKind.OIDC)

    @property
    def wanted(self) -> ProviderAddition | None:
        name, slug = self.fields.typed("name"), self.fields.typed("slug")
        if not name or not slug:
            return None
        kind = _KINDS[self.query_one("#provider-kind", Choice).index]
        return ProviderAddition(slug, kind, name, self.fields.typed("issuer") or None)

    def ways_out(self, width: int) -> Content:
        return render.add_buttons(width, ready=self.wanted is not None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A slug nobody typed follows the name."""
        slug = self.fields.field("slug")
        if event.input is self.fields.field("name") and slug.value == self._suggested:
            self._suggested = suggested_slug(event.value, self._taken)
            self.fields.fill("slug", self._suggested)


class ProviderRenameDialog(ProviderForm[ProviderChange]):
    """Gives a provider another name."""

    HEADING = "Rename the provider"
    MISSING = "Type another name first"

    def __init__(self, send: Send[ProviderChange], view: ProviderView) -> None:
        specs = (FieldSpec("name", "Name", value=view.detail.name, hint=render.hint(" ")),)
        super().__init__(send, specs)
        self._view = view

    def body(self) -> ComposeResult:
        yield Pane(partial(render.rename, self._view))
        yield self.fields.row("name")

    @property
    def wanted(self) -> ProviderChange | None:
        name = self.fields.typed("name")
        return ProviderChange(name=name) if name and name != self._view.detail.name else None
