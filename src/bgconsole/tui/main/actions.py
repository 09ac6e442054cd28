"""What can be done on the main screen, wherever the focus is."""

from typing import TYPE_CHECKING, Final, Protocol

from textual.widgets import Input

from bgconsole.tui.kit.actions import Action, WhyNot, first_of, needs_editing, needs_line
from bgconsole.tui.kit.render.changes import brief
from bgconsole.tui.main.tab_table import SIMULATOR, TABS
from bgconsole.tui.main.tabs import WITH_PAGE, Tabs
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.providers.sso_changes import why_no_check, why_no_set_up

if TYPE_CHECKING:
    from textual.widget import Widget

    from bgconsole.policy.settings import Delta
    from bgconsole.tui.main.navigation import Navigation
    from bgconsole.tui.model.drafts import Draft
    from bgconsole.tui.model.session import Session
    from bgconsole.tui.model.workspace import Workspace


class _Main(Protocol):
    """The main screen, as far as its actions ask about it."""

    @property
    def session(self) -> "Session": ...
    @property
    def workspace(self) -> "Workspace": ...
    @property
    def tabs(self) -> Tabs: ...
    @property
    def navigation(self) -> "Navigation": ...
    @property
    def focused(self) -> "Widget | None": ...


# Where an action is offered: a tab may have the same key for something of its own.


def _with_page(screen: _Main) -> bool:
    return screen.tabs.front in WITH_PAGE


def _with_forecast(screen: _Main) -> bool:
    return screen.tabs.front in WITH_PAGE | {"who"}


def _with_draft(screen: _Main) -> bool:
    """In the find field of 'Who gets in' keys are about the name that is typed."""
    finds = screen.tabs.front == "who" and isinstance(screen.focused, Input)
    return _with_forecast(screen) and not finds


def _administers(screen: _Main) -> bool:
    return screen.workspace.administers


# Why it cannot be done now


def _needs_provider(screen: _Main) -> str | None:
    missing = screen.workspace.state is not None and screen.workspace.view is None
    return "There is no provider yet: p, then a, adds one" if missing else None


_needs_draft: Final = first_of(needs_editing, _needs_provider)


def _draft(screen: _Main) -> "Draft | None":
    return None if screen.workspace.view is None else screen.workspace.view.draft


def _needs_enforcement(screen: _Main) -> str | None:
    draft = _draft(screen)
    off = draft is not None and not draft.current.enforced
    return "Enforcement is off: t turns it on" if off else None


def _has_past(screen: _Main) -> bool:
    return bool((draft := _draft(screen)) and draft.past)


def _has_future(screen: _Main) -> bool:
    return bool((draft := _draft(screen)) and draft.future)


def _needs_past(screen: _Main) -> str | None:
    return None if _has_past(screen) else "Nothing to undo"


def _needs_future(screen: _Main) -> str | None:
    return None if _has_future(screen) else "Nothing to redo"


def _needs_team(screen: _Main) -> str | None:
    return "The team is still loading" if screen.workspace.state is None else None


def _needs_number(number: int) -> WhyNot:
    return lambda screen: screen.navigation.why_no_number(number)


def _needs_more_tabs(screen: _Main) -> str | None:
    return "There is no other tab" if len(screen.tabs.row()) < 2 else None


def _needs_person(screen: _Main) -> str | None:
    if screen.workspace.read_only:
        return "This console is read-only: a login would write to the audit log"
    nobody = screen.tabs.simulator.simulation is None
    return "Choose a person first: / and a few letters" if nobody else None


# What undo and redo are about


def _told(screen: _Main, delta: "Delta | None") -> str:
    """'− bo', elsewhere than on its page 'Entra: − bo'."""
    view = screen.workspace.view
    if delta is None or view is None:
        return ""
    page = "" if screen.tabs.front in WITH_PAGE else f"{short_name(view.detail)}: "
    return f"{page}{brief(delta)}"


def _undoes(screen: _Main) -> str:
    draft = _draft(screen)
    return "" if draft is None else _told(screen, draft.undoes)


def _redoes(screen: _Main) -> str:
    draft = _draft(screen)
    return "" if draft is None else _told(screen, draft.redoes)


_ON_PAGE: Final = "This works on a provider's page: 1…9 opens one"
_ON_FORECAST: Final = "This works on a provider's page and on the list of who gets in: 1…9, w"


def _not_yours(screen: _Main) -> str:
    if screen.workspace.state is None:
        return "The team is not read yet"
    return "Only an owner or admin sees this: your role sees your own account"


_SIMULATE, *_OTHER_TABS = (
    Action(
        tab.action,
        "slash" if tab.key == "/" else tab.key,
        tab.label,
        tab.tooltip,
        f"tab('{tab.id}')",
        _needs_provider if tab.id == SIMULATOR else None,
        offered=None if tab.id == SIMULATOR else _administers,
        instead="" if tab.id == SIMULATOR else _not_yours,
        in_bar=tab.id == SIMULATOR,
    )
    for tab in TABS
)

ACTIONS: Final = (
    Action("main.add", "a", "add", "Add somebody to the list", "add",
           first_of(_needs_draft, _needs_enforcement), offered=_with_page, instead=_ON_PAGE),
    Action("main.enforce", "t", "enforce", "Turn enforcement on or off", "enforce", _needs_draft,
           offered=_with_page, instead=_ON_PAGE),
    Action("main.edit", "e", "edit", "Edit the list", "edit",
           first_of(_needs_draft, _needs_enforcement), offered=_with_page, instead=_ON_PAGE),
    Action("main.undo", "u", "undo", "Undo the last change", "undo",
           first_of(_needs_draft, _needs_past), offered=_with_draft, instead=_ON_FORECAST,
           shown=_has_past, detail=_undoes),
    Action("main.redo", "U,ctrl+y", "redo", "Redo what was undone", "redo",
           first_of(_needs_draft, _needs_future), offered=_with_draft, instead=_ON_FORECAST,
           shown=_has_future, detail=_redoes),
    Action("main.save", "ctrl+s,W", "save", "Save switch and list; W too", "save",
           first_of(_needs_draft, lambda screen: screen.saver.why_not()), offered=_with_forecast,
           instead=_ON_FORECAST),
    Action("main.set_up", "i", "set up SSO", "Set its SSO up, or clear", "set_up",
           lambda screen: why_no_set_up(screen.session, screen.workspace, screen.workspace.view),
           offered=_with_page, instead=_ON_PAGE),
    Action("main.check", "c", "check", "Try every step of its SSO", "check",
           lambda screen: why_no_check(screen.session, screen.workspace, screen.workspace.view),
           offered=_with_page, instead=_ON_PAGE),
    Action("main.back", "escape", "back", "Back to where you came from", "back",
           lambda screen: screen.navigation.why_no_way_back, in_bar=False),
    _SIMULATE,
    Action("main.attempt", "T", "real login",
           "Try a real login; it is recorded", "attempt",
           first_of(_needs_person, needs_line), in_bar=False),
    *_OTHER_TABS,
    Action("main.glass", "b", "", "Break-glass events only, or all", "glass",
           offered=_administers, instead=_not_yours, in_bar=False),
    Action("main.failures", "v", "", "Failed logins only, or all events", "failures",
           offered=_administers, instead=_not_yours, in_bar=False),
    Action("main.all_events", "F", "", "Remove every filter of the log", "all_events",
           lambda screen: None if screen.tabs.feed.pane.state.filtered else "No filter is set",
           offered=_administers, instead=_not_yours, in_bar=False),
    Action("main.filter", "f", "", "Choose types of events", "filter",
           offered=_administers, instead=_not_yours, in_bar=False),
    Action("main.password", "P", "password", "Change your own password", "change_password",
           first_of(_needs_team, lambda screen: screen.workspace.why_read_only, needs_line),
           in_bar=False),
    Action("main.sign_out", "O", "sign out", "End this session", "sign_out", needs_line),
    Action("main.provider", "1", "", "Go to a provider", "provider(1)", _needs_number(1),
           key_display="1…9", in_bar=False),
    *(Action(None, str(n), "", "", f"provider({n})", _needs_number(n), in_bar=False)
      for n in range(2, 10)),
    Action("main.previous", "left_square_bracket", "previous tab", "The tab to the left",
           "step(-1)", _needs_more_tabs, key_display="[", in_bar=False),
    Action("main.next", "right_square_bracket", "next tab", "The tab to the right",
           "step(1)", _needs_more_tabs, key_display="]", in_bar=False),
    Action("main.history", "H", "say why", "Say why the audit log went back to an older copy",
           "history", offered=lambda screen: screen.history.can_be_explained,
           instead="The audit log has not gone back: there is nothing to explain", in_bar=False),
    Action("main.read_only", "R", "read-only",
           "Switch changes from this console off, or on again", "read_only",
           lambda screen: screen.workspace.why_not_switchable, in_bar=False),
)  # fmt: skip
