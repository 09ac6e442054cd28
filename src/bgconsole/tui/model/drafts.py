"""Unsaved edits of one provider: switch and list, with undo and redo; pure values."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol, runtime_checkable

from bgconsole.policy.settings import Delta, Settings, difference, merge


@runtime_checkable
class HoldsDrafts(Protocol):
    """A screen whose drafts would be lost with it."""

    @property
    def unsaved(self) -> bool:
        """Whether there is anything to lose."""
        ...

    def ask_before_leaving(self, leave: Callable[[], Awaitable[None]]) -> None:
        """Ask what becomes of the drafts, and `leave` unless that is to go on editing."""
        ...

    def keep_drafts(self) -> None:
        """Write down what is not saved, at once: the screen is about to go."""
        ...


class Mark(Enum):
    """What happened to an email on the list since it was read."""

    SAVED = "saved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Draft:
    """`base` was read at `version`; `current` is what a save would make of it.

    `past` holds what undo goes back to, `future` what redo goes on to; the nearest stands last.
    """

    base: Settings
    version: int
    current: Settings
    past: tuple[Settings, ...] = ()
    future: tuple[Settings, ...] = ()

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

    @property
    def undoes(self) -> Delta | None:
        """The change that undo would take back; None where there is none."""
        return difference(self.past[-1], self.current) if self.past else None

    @property
    def redoes(self) -> Delta | None:
        """The change that redo would make again; None where there is none."""
        return difference(self.current, self.future[-1]) if self.future else None

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
        return replace(
            self,
            current=self.past[-1],
            past=self.past[:-1],
            future=(*self.future, self.current),
        )

    def redone(self) -> "Draft":
        """With the change that was undone last."""
        if not self.future:
            return self
        return replace(
            self,
            current=self.future[-1],
            past=(*self.past, self.current),
            future=self.future[:-1],
        )

    def rebased(self, stored: Settings, version: int) -> "Draft":
        """The same changes on what is stored by now; neither side loses one."""
        merged = merge(self.base, stored, self.current)
        return Draft(stored, version, merged, past=(stored,) if merged != stored else ())

    def with_delta(self, delta: Delta) -> "Draft":
        """With these changes on top."""
        return self._changed(self.current.apply(delta))

    def without(self, email: str) -> "Draft":
        """As if `email` had never been added: nothing to undo."""
        kept = replace(self.current, emails=tuple(e for e in self.current.emails if e != email))
        return replace(self, current=kept, past=() if kept == self.base else self.past)

    def _changed(self, current: Settings) -> "Draft":
        if current == self.current:
            return self
        return replace(self, current=current, past=(*self.past, self.current), future=())
