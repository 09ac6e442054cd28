"""The providers' tabs: each with its state by sign and colour, its draft by a mark."""

from collections import Counter

from bgconsole.policy.idp_words import IdpWord
from bgconsole.tui.kit.render.standing import standing
from bgconsole.tui.main.render.tab_layout import Tab
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView


def provider_tabs(views: tuple[ProviderView, ...]) -> tuple[Tab, ...]:
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
        word=_word(view),
    )


def _word(view: ProviderView) -> str:
    """How its identity provider is, where people may not get in as they should; else nothing."""
    word, enforced = view.detail.word, view.draft.base.enforced
    return word if word is IdpWord.DOWN or (enforced and word is not IdpWord.UP) else ""
