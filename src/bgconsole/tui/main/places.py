"""The places one came through on the main screen, so that one step back returns to the last one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A tab; of a provider's page and the simulator also which provider's."""

    tab: str
    slug: str | None = None


class Places:
    """Each place is at most once among those behind: where one was last counts."""

    def __init__(self) -> None:
        self._behind: list[Place] = []

    def went(self, left: Place, to: Place) -> None:
        """Somebody went from one place to another."""
        if left != to:
            self._behind = [place for place in self._behind if place != left]
            self._behind.append(left)

    def last(self, here: Place, slugs: set[str]) -> Place | None:
        """The place before `here`; those of providers that are no more are forgotten."""
        self._behind = [p for p in self._behind if p.slug is None or p.slug in slugs]
        while self._behind and self._behind[-1] == here:
            self._behind.pop()
        return self._behind[-1] if self._behind else None

    def went_back(self) -> None:
        """Somebody went to the last place."""
        self._behind.pop()
