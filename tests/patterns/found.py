"""Every regular expression of the source, and how it is used."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.routing import Route

from bgconsole.backend.local.backend import LocalBackend
from bgconsole.server.app import create_app

SOURCE = Path(__file__).parents[2] / "src"
_SEARCHES = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})
_USES = _SEARCHES | {"match", "fullmatch"}


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern, where it is, and the methods by which it meets a text."""

    where: str
    pattern: re.Pattern[Any]
    uses: frozenset[str]

    @property
    def searches(self) -> bool:
        """Whether it begins anew at every character."""
        return bool(self.uses & _SEARCHES)


class UnknownPatternError(AssertionError):
    """A pattern that is made so that nobody can look at it."""


def every_pattern() -> list[Found]:
    """Those of every module, and those of the server's routes."""
    return [*_of_modules(), *_of_routes()]


def _of_modules() -> Iterator[Found]:
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text())
        if not any(_calls_re(node) for node in ast.walk(tree)):
            continue
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        yield from _of_module(name, tree)


def _of_module(name: str, tree: ast.Module) -> Iterator[Found]:
    constants: set[int] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and _calls_re(node.value):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            assert isinstance(target, ast.Name)
            constants.add(id(node.value))
            pattern = getattr(importlib.import_module(name), target.id)
            yield Found(f"{name}.{target.id}", pattern, _uses(tree, target.id))
    for node in ast.walk(tree):
        if not _calls_re(node) or id(node) in constants:
            continue
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        if node.func.attr == "escape":
            continue
        if node.func.attr not in _USES or not isinstance(node.args[0], ast.Constant):
            # One that is made of what comes in could be anything.
            raise UnknownPatternError(f"{name}:{node.lineno} makes a pattern out of sight")
        pattern = re.compile(str(node.args[0].value))
        yield Found(f"{name}:{node.lineno}", pattern, frozenset({node.func.attr}))


def _of_routes() -> Iterator[Found]:
    app = create_app(lambda: LocalBackend.at(Path("unused")))
    for route in app.routes:
        if isinstance(route, Route):
            yield Found(f"route {route.path}", route.path_regex, frozenset({"match"}))


def _calls_re(node: ast.AST | None) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
    )


def _uses(tree: ast.Module, name: str) -> frozenset[str]:
    found = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        and node.attr in _USES
    }
    # Handed on by name, it may be used in any way.
    return frozenset(found or _USES)
