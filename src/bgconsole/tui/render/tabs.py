"""The tabs: a provider each, its state by sign and colour, its draft by a mark; then the parts."""

from bgconsole.policy.readiness import hints
from bgconsole.policy.team import IdpState
from bgconsole.tui.part import Part
from bgconsole.tui.render.provider import short_name
from bgconsole.tui.render.signs import FULL
from bgconsole.tui.state import ProviderView
from bgconsole.tui.theme import ACCENT, CARE, DANGER, DIM
from bgconsole.tui.widgets.tab_strip import Tab

_SIMULATOR = Tab("/", "Simulator")
_AUDIT = "l"
_PARTS = {
    Part.WHO: "w",
    Part.MEMBERS: "m",
    Part.AUDIT: _AUDIT,
    Part.PROVIDERS: "p",
    Part.SIMULATOR: "/",
}


def part_key(part: Part) -> str | None:
    """The key of the tab that stands for `part`; None for a provider's page."""
    return _PARTS.get(part)


def part_of(key: str) -> Part:
    """The part that a tab's key opens."""
    return next((part for part, own in _PARTS.items() if own == key), Part.PAGE)


def wide_tabs(views: tuple[ProviderView, ...], *, administers: bool) -> tuple[Tab, ...]:
    """Every provider by its full name, then the rest."""
    providers = (_tab(str(n), view.detail.name, view) for n, view in enumerate(views, 1))
    if not administers:
        return tuple(providers)
    return (
        *providers,
        Tab("w", "Who gets in"),
        Tab("m", "Members"),
        Tab(_AUDIT, "Audit log"),
        Tab("p", "Providers"),
    )


def narrow_tabs(views: tuple[ProviderView, ...], *, administers: bool) -> tuple[Tab, ...]:
    """Every provider by its short name, then the parts; members have the simulator only."""
    providers = (_tab(str(n), short_name(view.detail), view) for n, view in enumerate(views, 1))
    if not administers:
        return (*providers, _SIMULATOR)
    return (
        *providers,
        _SIMULATOR,
        Tab(_AUDIT, "Audit"),
        Tab("w", "Who gets in"),
        Tab("m", "Members"),
        Tab("p", "Providers"),
    )


def _tab(key: str, name: str, view: ProviderView) -> Tab:
    """`○` off, `●` enforced, `!` at risk, `×` down; then `*` when unsaved."""
    provider = view.drafted.provider(view.detail.slug)
    enforced = view.draft.current.enforced
    if view.detail.idp.state is IdpState.DOWN:
        sign, style = FULL.fails, DANGER
    elif enforced and view.members and provider is not None and hints(view.drafted, provider):
        sign, style = FULL.bad, CARE
    elif enforced:
        sign, style = FULL.on, CARE if view.draft.dirty else ACCENT
    else:
        sign, style = FULL.off, DIM
    return Tab(key, name, sign, style, unsaved=view.draft.dirty)
