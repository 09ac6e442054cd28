"""How the log calls people, providers and places: short names, and 'this host (vm), user root'."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bgconsole.policy.audit import AuditEvent
from bgconsole.policy.event_source import source_words
from bgconsole.policy.event_words import Names, event_words
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.system.host import this_host
from bgconsole.tui.kit.render.text import local_part


@dataclass(frozen=True, slots=True)
class EventNames:
    """`providers` are names by slug; one that is not known is called by its kind's, or its slug.

    The first rows are drawn before the team is read.
    """

    providers: tuple[tuple[str, str], ...] = ()

    def happened(self, event: AuditEvent) -> tuple[str, ...]:
        """What happened, to whom and why, in several lengths."""
        return event_words(event, Names(local_part, self.provider))

    def provider(self, slug: str) -> str:
        """The short name of a provider."""
        return dict(self.providers).get(slug) or _usual().get(slug, slug)

    def source(self, source: str) -> str:
        """Where it came from."""
        return source_words(source, this_host())

    def told(self, providers: Mapping[str, str]) -> "EventNames":
        """With these names, as far as they are others."""
        return EventNames(
            tuple(
                (slug, name) for slug, name in providers.items() if _usual().get(slug, slug) != name
            )
        )


PLAIN_NAMES = EventNames()


@cache
def _usual() -> dict[str, str]:
    from bgconsole.tui.model.provider_names import telling_word

    return {
        kind.value: telling_word(kind.facts.default_name) or kind.value for kind in ProviderKind
    }
