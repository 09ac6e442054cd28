"""Every table of actions: what runs is there, and each key says what it does."""

import inspect

import pytest
from textual import actions
from textual.app import App
from textual.screen import Screen

from bgconsole.tui import keymap
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.kit.actions import Action, HasActions


def _kinds(kind: type[object]) -> list[type[object]]:
    return [one for below in kind.__subclasses__() for one in (below, *_kinds(below))]


def tables() -> list[tuple[type[object], Action]]:
    """Every line of every table of the console, with the class whose it is."""
    keymap.bindings()
    kinds = [kind for kind in dict.fromkeys(_kinds(HasActions)) if "ACTIONS" in kind.__dict__]
    return [(kind, action) for kind in kinds for action in kind.__dict__["ACTIONS"]]


TABLES = tables()


def called(line: object) -> str:
    return line.__name__ if isinstance(line, type) else getattr(line, "run", "")


@pytest.mark.parametrize(("kind", "action"), TABLES, ids=called)
def test_what_an_action_runs_is_there(kind: type[object], action: Action) -> None:
    destination, name, parameters = actions.parse(action.run)
    targets = {"": [kind], "app": [ConsoleApp], "screen": _kinds(Screen)}[destination]
    methods = [getattr(target, f"action_{name}", None) for target in targets]
    found = [method for method in methods if method is not None]
    assert found
    if destination != "screen":
        inspect.signature(found[0]).bind(kind, *parameters)


@pytest.mark.parametrize(("kind", "action"), TABLES, ids=called)
def test_what_can_be_named_says_what_it_does(kind: type[object], action: Action) -> None:
    # A key without a name only moves, and is not in the help.
    assert bool(action.id) == bool(action.tooltip)
    assert action.id or not action.label


@pytest.mark.parametrize(("kind", "action"), TABLES, ids=called)
def test_who_does_it_says_why_not(kind: type[object], action: Action) -> None:
    if actions.parse(action.run)[0]:
        assert (action.why_not, action.offered) == (None, None)


def test_the_console_itself_has_a_table() -> None:
    assert issubclass(ConsoleApp, App)
    assert {"help", "quit"} <= {
        action.id for kind, action in TABLES if issubclass(ConsoleApp, kind)
    }
