"""Why an action cannot be done now, in a sentence: said when its key is pressed all the same."""

from typing import Protocol, runtime_checkable

from textual.dom import DOMNode

from bgconsole.files.settings import Preferences
from bgconsole.tui.kit.actions import why_not


@runtime_checkable
class GivesReasons(Protocol):
    """A screen or a widget with actions that are disabled at times."""

    def disabled_reason(self, action: str) -> str | None:
        """Why `action` (its name, without parameters) cannot be done now; None where it can."""
        ...


@runtime_checkable
class _Chosen(Protocol):
    """An app that knows what its user chose."""

    preferences: Preferences


def files_reason(node: DOMNode) -> str | None:
    """Why no file can be named here; None where one can."""
    if isinstance(node.app, _Chosen) and not node.app.preferences.files:
        return "No files here: the settings of this console say so"
    return None


def reason_for(node: DOMNode, run: str) -> str | None:
    """Why `run` of this node cannot be done now, as the node or what it stands in says."""
    reason = why_not(node, run)
    if reason is not None:
        return reason
    action = run.partition("(")[0].rpartition(".")[2]
    for place in node.ancestors_with_self:
        reason = place.disabled_reason(action) if isinstance(place, GivesReasons) else None
        if reason is not None:
            return reason
    return None
