"""The tabs: a provider each, its state by sign and colour, its draft by a mark; then the parts."""

from collections import Counter
from typing import Final

from textual.content import Content

from bgconsole.policy.team import IdpState
from bgconsole.tui.kit.render.standing import standing
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.main.render.tab_layout import Tab
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.model.tab_id import TabId

_KEYS: Final = {
    TabId.WHO: "w",
    TabId.MEMBERS: "m",
    TabId.AUDIT: "l",
    TabId.PROVIDERS: "p",
    TabId.SIMULATOR: "/",
}


def part_key(part: TabId) -> str | None:
    """The key of the tab that stands for `part`; None for a provider's page."""
    return _KEYS.get(part)


def part_of(key: str) -> TabId:
    """The part that a tab's key opens."""
    return next((part for part, own in _KEYS.items() if own == key), TabId.PAGE)


def wide_tabs(
    views: tuple[ProviderView, ...], *, administers: bool, audit_badge: Content | str = EMPTY
) -> tuple[Tab, ...]:
    """Every provider, then the parts that have a screen of their own."""
    providers = _providers(views)
    if not administers:
        return providers
    return (*providers, _who(apart=True), _MEMBERS, _audit(audit_badge), _PROVIDERS)


def narrow_tabs(
    views: tuple[ProviderView, ...], *, administers: bool, audit_badge: Content | str = EMPTY
) -> tuple[Tab, ...]:
    """Every provider, then the parts; members have the simulator only, which asks about one."""
    providers = _providers(views)
    if not administers:
        return (*providers, _SIMULATOR) if views else ()
    simulator = (_SIMULATOR,) if views else ()
    return (
        *providers, *simulator, _audit(audit_badge), _who(apart=False), _MEMBERS, _PROVIDERS,
    )  # fmt: skip


_SIMULATOR: Final = Tab(_KEYS[TabId.SIMULATOR], "Simulator", apart=True)
_MEMBERS: Final = Tab(_KEYS[TabId.MEMBERS], "Members")
_PROVIDERS: Final = Tab(_KEYS[TabId.PROVIDERS], "Providers")


def _who(*, apart: bool) -> Tab:
    return Tab(_KEYS[TabId.WHO], "Who gets in", shorter=("Who gets in", "Who"), apart=apart)


def _audit(badge: Content | str) -> Tab:
    return Tab(_KEYS[TabId.AUDIT], "Audit log", shorter=("Audit",), badge=badge)


def _providers(views: tuple[ProviderView, ...]) -> tuple[Tab, ...]:
    """A tab each; one whose short name could be another's too keeps its whole one."""
    used = Counter(word for view in views for word in {*view.detail.name.casefold().split()})
    return tuple(
        _tab(number, view, own_short=used[short_name(view.detail).casefold()] <= 1)
        for number, view in enumerate(views, 1)
    )


def _tab(number: int, view: ProviderView, *, own_short: bool) -> Tab:
    """`○` off, `●` enforced, `!` at risk, `×` down; then `*` when unsaved."""
    state = standing(view)
    return Tab(
        str(number),
        view.detail.name,
        state.sign,
        state.style,
        unsaved=view.draft.dirty,
        shorter=(short_name(view.detail),) if own_short else (),
        word=state.word if view.detail.idp.state is IdpState.DOWN else "",
    )
