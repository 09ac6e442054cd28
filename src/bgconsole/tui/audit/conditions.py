"""The conditions of an audit filter, one by one: a chip each, and each can be removed."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import Any, Final

from bgconsole.policy.audit import AuditFilter


class FilterCondition(Enum):
    """What a filter may ask for, in the order of the chips."""

    TYPES = auto()
    ACTOR = auto()
    PROVIDER = auto()
    SINCE = auto()
    UNTIL = auto()
    TEXT = auto()
    GLASS = auto()


_WITHOUT: Final[Mapping[FilterCondition, Mapping[str, Any]]] = {
    FilterCondition.TYPES: {"types": ()},
    FilterCondition.ACTOR: {"actor": None},
    FilterCondition.PROVIDER: {"provider": None},
    FilterCondition.SINCE: {"since": None},
    FilterCondition.UNTIL: {"until": None},
    FilterCondition.TEXT: {"text": None},
    FilterCondition.GLASS: {"break_glass": False},
}


def without(wanted: AuditFilter, condition: FilterCondition) -> AuditFilter:
    """The filter without one of its conditions."""
    return replace(wanted, **_WITHOUT[condition])


def conditions(wanted: AuditFilter) -> tuple[FilterCondition, ...]:
    """What the filter asks for."""
    return tuple(one for one in FilterCondition if without(wanted, one) != wanted)
