"""The tab of a provider: its state by sign and colour, its draft by a mark."""

from bgconsole.policy.readiness import hints
from bgconsole.policy.team import IdpState
from bgconsole.tui.render.signs import FULL
from bgconsole.tui.state import ProviderView
from bgconsole.tui.theme import ACCENT, CARE, DANGER, DIM
from bgconsole.tui.widgets.tab_strip import Tab


def provider_tab(number: int, view: ProviderView) -> Tab:
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
    return Tab(str(number), view.detail.name, sign, style, unsaved=view.draft.dirty)
