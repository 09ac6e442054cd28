"""Unsaved edits of one provider: switch and list, with undo; pure values."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol, runtime_checkable

from bgconsole.policy.settings import Delta, Settings, difference


@runtime_checkable
class HoldsDrafts(Protocol):
    """A screen whose drafts would be lost with it."""

    @property
    def unsaved(self) -> bool:
        """Whether there is anything to lose."""
        ...


class Mark(Enum):
    """What happened to an email on the list since it was read."""

    SAVED = "saved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Draft:
    """`base` was read at `version`; `current` is what a save would make of it."""

    base: Settings
    version: int
    current: Settings
    past: tuple[Settings, ...] = ()

    @classmethod
    def of(cls, settings: Settings, version: int) -> "Draft":
        """A draft without any change."""
        return cls(settings, version, settings)

    @property
    def delta(self) -> Delta:
        """What would be saved."""
        return difference(self.base, self.current)

    @property
    def dirty(self) -> bool:
        """Whether there is anything to save."""
        return self.delta.size > 0

    @property
    def rows(self) -> tuple[tuple[str, Mark], ...]:
        """Every email of before and after: stored ones in their order, then added ones."""
        stored = tuple(
            (email, Mark.SAVED if email in self.current.emails else Mark.REMOVED)
            for email in self.base.emails
        )
        return stored + tuple((email, Mark.ADDED) for email in self.delta.add)

    def toggled(self) -> "Draft":
        """With the switch the other way round."""
        return self._changed(replace(self.current, enforced=not self.current.enforced))

    def added(self, email: str) -> "Draft":
        """With `email` on the list; one removed before takes its old place again."""
        wanted = (*self.current.emails, email)
        stored = tuple(e for e in self.base.emails if e in wanted)
        return self._changed(
            replace(self.current, emails=stored + tuple(e for e in wanted if e not in stored))
        )

    def removed(self, email: str) -> "Draft":
        """Without `email`."""
        kept = tuple(e for e in self.current.emails if e != email)
        return self._changed(replace(self.current, emails=kept))

    def undone(self) -> "Draft":
        """Without the last change."""
        if not self.past:
            return self
        return replace(self, current=self.past[-1], past=self.past[:-1])

    def _changed(self, current: Settings) -> "Draft":
        if current == self.current:
            return self
        return replace(self, current=current, past=(*self.past, self.current))
