"""What waits for the next refresh, and is dropped when its screen is closed before that."""

from collections.abc import Callable

from textual.dom import DOMNode


def after_refresh(node: DOMNode, call: Callable[[], object]) -> None:
    """Call it once the screen is drawn; not at all if `node` is being removed by then.

    Children are removed before their parent: what looks for them then finds some of them.
    """

    def call_if_there() -> object:
        return call() if node.display else None

    node.call_after_refresh(call_if_there)
