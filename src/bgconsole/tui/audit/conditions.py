"""The conditions of an audit filter, one by one: a chip each, and each can be removed."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import Any, Final

from bgconsole.policy.audit import AuditFilter


class Condition(Enum):
    """What a filter may ask for, in the order of the chips."""

    TYPES = auto()
    ACTOR = auto()
    PROVIDER = auto()
    SINCE = auto()
    UNTIL = auto()
    TEXT = auto()
    GLASS = auto()


_WITHOUT: Final[Mapping[Condition, Mapping[str, Any]]] = {
    Condition.TYPES: {"types": ()},
    Condition.ACTOR: {"actor": None},
    Condition.PROVIDER: {"provider": None},
    Condition.SINCE: {"since": None},
    Condition.UNTIL: {"until": None},
    Condition.TEXT: {"text": None},
    Condition.GLASS: {"break_glass": False},
}


def without(wanted: AuditFilter, condition: Condition) -> AuditFilter:
    """The filter without one of its conditions."""
    return replace(wanted, **_WITHOUT[condition])


def conditions(wanted: AuditFilter) -> tuple[Condition, ...]:
    """What the filter asks for."""
    return tuple(one for one in Condition if without(wanted, one) != wanted)
