"""How a provider stands, in a sign, a word and a colour: enforced or not, at risk, IdP down."""

from dataclasses import dataclass

from bgconsole.policy.entries import RECOMMENDED
from bgconsole.policy.idp_words import IdpWord
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM


@dataclass(frozen=True, slots=True)
class Standing:
    """Three ways to say the same."""

    sign: str
    word: str
    style: str


def enforcement(view: ProviderView) -> Standing:
    """`○` off, `●` enforced, `!` enforced with fewer usable people than recommended; as drafted."""
    if not view.draft.current.enforced:
        return Standing(FULL.off, "off", DIM)
    provider = view.drafted.provider(view.detail.slug)
    if view.members and provider is not None:
        usable = len(view.drafted.usable(provider))
        if usable < RECOMMENDED.start:
            return Standing(FULL.bad, "at risk", CARE)
    return Standing(FULL.on, "enforced", CARE if view.draft.dirty else ACCENT)


def standing(view: ProviderView) -> Standing:
    """As `enforcement`; an IdP that is down counts before it."""
    if view.detail.word is IdpWord.DOWN:
        return Standing(FULL.fails, IdpWord.DOWN, DANGER)
    return enforcement(view)
