"""Every table of actions: what runs is there, and each key says what it does."""

import inspect

import pytest
from textual import actions
from textual.app import App
from textual.screen import ModalScreen, Screen

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


SHARED = {
    "a": {"add", "put on list"},
    "c": {"check", "copy", "copy names"},
    "i": {"import", "other IdP", "set up SSO"},
    "s": {"save to file", "simulate"},
    "N": {"name", "newer"},
}
"""Letters with several meanings on the main screen: none of these changes anything by itself."""

ONE_MEANING = {
    "x": {"remove", "theirs / mine"},
    "delete": {"remove"},
    "X": {"remove"},
    "C": {"reset"},
    "L": {"unpause"},
    "R": {"read-only"},
    "u": {"undo"},
    "U": {"redo"},
    "t": {"enforce", "All lines as theirs"},
}
"""Keys that change something, and what they are for; in dialogs as well."""


def _meanings(*, in_dialogs: bool) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for bound in keymap.bindings():
        if bound.binding.id and (in_dialogs or not issubclass(bound.place, ModalScreen)):
            told = bound.binding.description or bound.binding.tooltip
            found.setdefault(bound.binding.key, set()).add(told)
    return found


def test_a_key_that_changes_something_means_one_thing_everywhere() -> None:
    meanings = _meanings(in_dialogs=True)
    assert {key: meanings[key] for key in ONE_MEANING} == ONE_MEANING


def test_a_letter_means_one_thing_on_the_main_screen() -> None:
    # The same in other words: b, v, f and F of the log, and k, which moves a cursor.
    same = {"b", "f", "F", "k", "v"}
    letters = {key: told for key, told in _meanings(in_dialogs=False).items() if len(key) == 1}
    several = {key: told for key, told in letters.items() if len(told) > 1 and key not in same}
    assert several == SHARED


def test_removing_from_the_team_is_not_removing_from_a_list() -> None:
    keys = {bound.binding.id: bound.binding.key for bound in keymap.bindings()}
    assert keys["badge.remove"] in {"x", "delete"}
    assert {keys[f"{of}.remove"] for of in ("members", "member", "providers")} == {"X"}
