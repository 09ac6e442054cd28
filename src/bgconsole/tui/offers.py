"""Everything that can be done on a screen, for the list of all actions: made from the bindings."""

from dataclasses import dataclass
from typing import Final

from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.fuzzy import FuzzySearch
from textual.screen import Screen

from bgconsole.tui.reasons import reason_for
from bgconsole.tui.widgets.key_bar import key_name

_NOT_LISTED: Final = frozenset({"palette"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One action: what it does, its key, where it belongs, and why it cannot be done now."""

    what: str
    key: str
    action: str
    node: DOMNode
    place: str = ""
    reason: str | None = None
    enabled: bool = True

    @property
    def told(self) -> str:
        """What a search looks through."""
        return f"{self.what} {self.place}"


def offers_of(screen: Screen[object]) -> tuple[Offer, ...]:
    """What the keys of this screen and of what has the focus do, in the order of the help."""
    found: dict[str, Offer] = {}
    for active in screen.active_bindings.values():
        offer = _offer(active)
        if offer is not None and offer.action not in found:
            found[offer.action] = offer
    return tuple(found.values())


def matching(offers: tuple[Offer, ...], letters: str) -> tuple[Offer, ...]:
    """The offers that have these letters in this order, the best match first."""
    if not letters.strip():
        return offers
    search = FuzzySearch()
    scored = [(search.match(letters, offer.told)[0], offer) for offer in offers]
    fitting = [pair for pair in scored if pair[0] > 0]
    return tuple(offer for _, offer in sorted(fitting, key=lambda pair: -pair[0]))


def _offer(active: ActiveBinding) -> Offer | None:
    binding = active.binding
    what = binding.tooltip or binding.description
    name = action_name(binding)
    if not what or binding.system or not binding.id or name in _NOT_LISTED:
        return None
    return Offer(
        what=what,
        key=binding.key_display or key_name(binding.key),
        action=binding.action,
        node=active.node,
        reason=None if active.enabled else reason_for(active.node, name),
        enabled=active.enabled,
    )


def action_name(binding: Binding) -> str:
    """The name of what a binding does, without namespace and parameters."""
    return binding.action.rpartition(".")[2].partition("(")[0]
