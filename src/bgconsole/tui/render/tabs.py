"""The tabs: a provider each, its state by sign and colour, its draft by a mark; then the parts."""

from bgconsole.policy.readiness import hints
from bgconsole.policy.team import IdpState
from bgconsole.tui.render.provider import short_name
from bgconsole.tui.render.signs import FULL
from bgconsole.tui.state import ProviderView
from bgconsole.tui.theme import ACCENT, CARE, DANGER, DIM
from bgconsole.tui.widgets.tab_strip import Tab

PART_TABS = (Tab("/", "Simulator"), Tab("l", "Audit"))
"""What a small terminal has instead of everything at once."""


def wide_tabs(views: tuple[ProviderView, ...]) -> tuple[Tab, ...]:
    """Every provider by its full name."""
    return tuple(_tab(str(n), view.detail.name, view) for n, view in enumerate(views, 1))


def narrow_tabs(views: tuple[ProviderView, ...], *, with_log: bool) -> tuple[Tab, ...]:
    """Every provider by its short name, then the parts; the log only for those who may read it."""
    providers = (_tab(str(n), short_name(view.detail), view) for n, view in enumerate(views, 1))
    return (*providers, *(PART_TABS if with_log else PART_TABS[:1]))


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
