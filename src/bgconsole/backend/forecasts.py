"""A change that is proposed, and the forecast of what it would do to people."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bgconsole.policy.settings import Delta

_NOTHING: Final = Delta()


class Act(StrEnum):
    """A change that can take password login, sessions or the last way in from people."""

    SAVE = "save"
    REMOVE_PROVIDER = "remove_provider"
    CLEAR_SSO = "clear_sso"
    REMOVE_MEMBER = "remove_member"
    RESET_MEMBER = "reset_member"


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """A change that is not made: of the provider or member `target`, by slug or email.

    `delta` is for `Act.SAVE`, the switch and list of a provider.
    """

    act: Act
    target: str
    delta: Delta = _NOTHING


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a change would do to people, by email. `effect` says it in sentences.

    `needs_override` are the slugs of the providers that an override would have to name.
    """

    effect: tuple[str, ...]
    loses: tuple[str, ...]
    gains: tuple[str, ...]
    shut_out: tuple[str, ...]
    needs_override: tuple[str, ...]
