"""How people and providers are called within a sentence: in full, or short where space is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from bgconsole.policy.team import Provider


@dataclass(frozen=True, slots=True)
class Naming:
    """How people and providers are called within the words."""

    person: Callable[[str], str] = str
    provider: Callable[[Provider], str] = lambda provider: provider.name

    def people(self, emails: Iterable[str]) -> str:
        """'ada, bo and carla'."""
        return _listed(map(self.person, emails))

    def providers(self, providers: Iterable[Provider]) -> str:
        """'Entra and OIDC'."""
        return _listed(map(self.provider, providers))

    def through(self, emails: tuple[str, ...], verb: str, providers: tuple[Provider, ...]) -> str:
        """'bo and carla get in through Entra's list'; `verb` is the plural one."""
        first, *rest = verb.split(" ", 1)
        verb = " ".join((first if len(emails) > 1 else f"{first}s", *rest))
        told = f"{self.people(emails)} {verb} through "
        if len(providers) == 1:
            return f"{told}{self.provider(providers[0])}'s list"
        return f"{told}the lists of {self.providers(providers)}"


FULL_NAMES: Final = Naming()
"""People by their email, as everywhere outside the console."""


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
