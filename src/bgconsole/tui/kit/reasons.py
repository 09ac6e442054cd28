"""Why no file can be named on this console, in a sentence."""

from typing import Protocol, runtime_checkable

from textual.dom import DOMNode

from bgconsole.files.settings import Preferences


@runtime_checkable
class _Chosen(Protocol):
    """An app that knows what its user chose."""

    preferences: Preferences


def files_reason(node: DOMNode) -> str | None:
    """Why no file can be named here; None where one can."""
    if isinstance(node.app, _Chosen) and not node.app.preferences.files:
        return "No files here: the settings of this console say so"
    return None
