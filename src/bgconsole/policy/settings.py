"""A provider's switch and list as one value: what a draft changes, how two edits merge."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Enforcement and list of one provider; `emails` as stored, in the order of adding."""

    enforced: bool
    emails: tuple[str, ...] = ()

    def apply(self, delta: "Delta") -> "Settings":
        """These settings after `delta`; emails already there or already gone stay as they are."""
        kept = _without(self.emails, delta.remove)
        enforced = self.enforced if delta.enforced is None else delta.enforced
        return Settings(enforced, tuple(dict.fromkeys(kept + delta.add)))


@dataclass(frozen=True, slots=True)
class Delta:
    """What one edit changes, apart from what it was made on. `enforced` None leaves the switch."""

    enforced: bool | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many changes it holds."""
        return (self.enforced is not None) + len(self.add) + len(self.remove)


def difference(before: Settings, after: Settings) -> Delta:
    """The delta that leads from `before` to `after`."""
    return Delta(
        enforced=None if after.enforced == before.enforced else after.enforced,
        add=_without(after.emails, before.emails),
        remove=_without(before.emails, after.emails),
    )


def merge(base: Settings, theirs: Settings, mine: Settings) -> Settings:
    """Their saved settings with my changes since `base` on top; neither side loses one."""
    return theirs.apply(difference(base, mine))


def _without(emails: Iterable[str], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(email for email in emails if email not in others)
