"""An identity provider's state on the screen: sign, colour, the policy's words, the meaning."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from bgconsole.backend.identity import IdpStatus
from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.idp_words import IdpWord, idp_word, meaning, sentence
from bgconsole.policy.team import Provider
from bgconsole.tui.kit.render.text import safe_text, words
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK

_LOOKS: Final = {
    IdpWord.NOT_SET_UP: (FULL.none, DIM),
    IdpWord.UP: (FULL.passes, OK),
    IdpWord.DEGRADED: (FULL.bad, CARE),
    IdpWord.DOWN: (FULL.fails, f"bold {DANGER}"),
    IdpWord.UNKNOWN: (FULL.dot, DIM),
}


def idp_state(idp: IdpStatus, *, configured: bool, since: bool = True) -> Content:
    """Sign and word. `since`: say from when on it is down, or what it was when last seen."""
    word = idp_word(idp.state, configured=configured)
    sign, style = _LOOKS[word]
    return words(f"{sign} {idp.told(configured=configured) if since else word}", style)


def tonight(detail: ProviderDetail, providers: Sequence[Provider]) -> Content:
    """'Entra is down since 02:41: only break-glass users get in'; by what is saved."""
    told = detail.idp.told(configured=detail.configured)
    means = meaning(detail.with_settings(detail.settings), providers, short_name)
    return safe_text(sentence(short_name(detail), told, means))


def what_it_means(detail: ProviderDetail, providers: Sequence[Provider]) -> Content:
    """'Only break-glass users get in': beside the state, for who gets in now."""
    means = meaning(detail.with_settings(detail.settings), providers, short_name)
    return safe_text(means[:1].upper() + means[1:])
