"""Why a pattern takes linear time: nowhere has it two ways to go on at one character.

`doubts` reads a pattern as Python's engine does. An unbounded repeat is linear where what it
repeats cannot also begin what follows it; inside one, every choice must be decided by its first
character. Searching begins anew at each character, so there no repeat may run over a place where
the pattern could begin, unless nothing behind it can fail.
"""

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

# What `re.compile` reads a pattern with; it has no public name.
ops: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

Chars = frozenset[int]

FEW = 256
"""Times that a bounded repeat may try: a constant, however long the text is."""

_UNIVERSE: Chars = frozenset(
    {*range(0x250), 0x301, 0x378, 0x391, 0x2028, 0x3000, 0x4E00, 0xD800, 0xE000, 0xFF1D, 0x1F600}
)
_NOTHING: Chars = frozenset()
_CATEGORIES = {
    ops.CATEGORY_DIGIT: str.isdecimal,
    ops.CATEGORY_SPACE: str.isspace,
    ops.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
}
_INVERSE = {
    ops.CATEGORY_NOT_DIGIT: ops.CATEGORY_DIGIT,
    ops.CATEGORY_NOT_SPACE: ops.CATEGORY_SPACE,
    ops.CATEGORY_NOT_WORD: ops.CATEGORY_WORD,
}
_ONE = {ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY}
_REPEATS = {ops.MAX_REPEAT, ops.MIN_REPEAT}
_WIDTHLESS = {ops.AT, ops.ASSERT, ops.ASSERT_NOT}


def doubts(pattern: re.Pattern[Any], *, searches: bool) -> list[str]:
    """Where `pattern` may take more than linear time; empty if nowhere."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    reader = _Reader(bool(pattern.flags & re.IGNORECASE))
    found = list(reader.ambiguous(tree, _NOTHING, inside=False))
    if searches:
        found += reader.overlapping(tree)
    return found


class _Reader:
    def __init__(self, folded: bool) -> None:
        self._folded = folded

    def ambiguous(self, nodes: Sequence[Any], follow: Chars, *, inside: bool) -> Iterator[str]:
        """Repeats and choices that one character does not decide. `inside` a repeat."""
        for index in range(len(nodes) - 1, -1, -1):
            op, value = nodes[index]
            behind = self._first(nodes[index + 1 :]) | (
                follow if self._empty(nodes[index + 1 :]) else _NOTHING
            )
            if op in _REPEATS:
                yield from self._repeat(value, behind, inside=inside)
            elif op is ops.BRANCH:
                yield from self._branch(value[1], behind, inside=inside)
            elif op is ops.SUBPATTERN:
                yield from self.ambiguous(value[-1], behind, inside=inside)
            elif op not in _ONE | _WIDTHLESS:
                yield f"{op} is not understood"

    def _repeat(self, value: Any, behind: Chars, *, inside: bool) -> Iterator[str]:
        _, most, body = value
        first = self._first(body)
        endless = most > FEW
        if (endless or inside) and first & behind:
            yield f"repeat of {_shown(body)} overlaps {_some(first & behind)}"
        if endless and self._empty(body):
            yield f"repeat of {_shown(body)}, which may be empty"
        if most > 1:
            behind |= first
        yield from self.ambiguous(body, behind, inside=inside or endless or most > 1)

    def _branch(self, ways: Sequence[Any], behind: Chars, *, inside: bool) -> Iterator[str]:
        seen: Chars = _NOTHING
        for way in ways:
            first = self._first(way) | (behind if self._empty(way) else _NOTHING)
            if inside and first & seen:
                yield f"choice at {_some(first & seen)}"
            seen |= first
            yield from self.ambiguous(way, behind, inside=inside)

    def overlapping(self, nodes: Sequence[Any]) -> list[str]:
        """Endless repeats that a search begins again and again, each time to fail behind them."""
        starts = self._first(nodes)
        return [
            f"search runs over {_some(starts & self._all(body))} with {_shown(body)}"
            for body, may_fail in self._endless(nodes, may_fail=False)
            if may_fail and starts & self._all(body)
        ]

    def _endless(self, nodes: Sequence[Any], *, may_fail: bool) -> Iterator[tuple[Any, bool]]:
        for op, value in reversed(nodes):
            if op in _REPEATS:
                if value[1] > FEW:
                    yield value[2], may_fail
                yield from self._endless(value[2], may_fail=True)
                may_fail = may_fail or value[0] > 0
            elif op is ops.BRANCH:
                for way in value[1]:
                    yield from self._endless(way, may_fail=may_fail)
                may_fail = True
            elif op is ops.SUBPATTERN:
                yield from self._endless(value[-1], may_fail=may_fail)
                may_fail = may_fail or not self._empty(value[-1])
            else:
                may_fail = True

    def _first(self, nodes: Sequence[Any]) -> Chars:
        found: Chars = _NOTHING
        for op, value in nodes:
            found |= self._begins(op, value)
            if not self._may_be_empty(op, value):
                break
        return found

    def _begins(self, op: Any, value: Any) -> Chars:
        if op in _ONE:
            return self._chars(op, value)
        if op in _REPEATS:
            return self._first(value[2])
        if op is ops.SUBPATTERN:
            return self._first(value[-1])
        if op is ops.BRANCH:
            return frozenset().union(*map(self._first, value[1]))
        return _NOTHING

    def _all(self, nodes: Sequence[Any]) -> Chars:
        """Every character that may be anywhere in it."""
        found: Chars = _NOTHING
        for op, value in nodes:
            if op in _ONE:
                found |= self._chars(op, value)
            elif op in _REPEATS or op is ops.SUBPATTERN:
                found |= self._all(value[-1])
            elif op is ops.BRANCH:
                found |= frozenset().union(*map(self._all, value[1]))
        return found

    def _empty(self, nodes: Sequence[Any]) -> bool:
        return all(self._may_be_empty(op, value) for op, value in nodes)

    def _may_be_empty(self, op: Any, value: Any) -> bool:
        if op in _REPEATS:
            return value[0] == 0 or self._empty(value[2])
        if op is ops.SUBPATTERN:
            return self._empty(value[-1])
        if op is ops.BRANCH:
            return any(map(self._empty, value[1]))
        return op in _WIDTHLESS

    def _chars(self, op: Any, value: Any) -> Chars:
        if op is ops.ANY:
            return _UNIVERSE
        if op is ops.IN:
            found = frozenset().union(*(_of(*one) for one in value if one[0] is not ops.NEGATE))
            found = self._in_both_cases(found)
            return _UNIVERSE - found if value[0][0] is ops.NEGATE else found
        one = self._in_both_cases(frozenset({value}))
        return _UNIVERSE - one if op is ops.NOT_LITERAL else one

    def _in_both_cases(self, chars: Chars) -> Chars:
        if not self._folded:
            return chars
        other = {*(chr(c).lower() for c in chars), *(chr(c).upper() for c in chars)}
        return chars | {ord(char) for char in other if len(char) == 1}


def _of(op: Any, value: Any) -> Chars:
    if op is ops.RANGE:
        low, high = value
        return frozenset(range(low, min(high, 0x24F) + 1)) | {
            c for c in _UNIVERSE if low <= c <= high
        }
    if op is ops.CATEGORY:
        kind = _INVERSE.get(value, value)
        found = {code for code in _UNIVERSE if _CATEGORIES[kind](chr(code))}
        return _UNIVERSE - found if value in _INVERSE else frozenset(found)
    return frozenset({value})


def _some(chars: Chars) -> str:
    return ascii("".join(map(chr, sorted(chars)[:5])))


def _shown(nodes: Any) -> str:
    return ascii(str(nodes))[:80]


def representatives(pattern: re.Pattern[Any]) -> list[str]:
    """A few characters of every kind that `pattern` tells apart, for texts to attack it with."""
    reader = _Reader(False)
    kinds: dict[Chars, None] = {}

    def collect(nodes: Sequence[Any]) -> None:
        for op, value in nodes:
            if op in _ONE:
                kinds[reader._chars(op, value)] = None
            elif op in _REPEATS or op is ops.SUBPATTERN:
                collect(value[-1])
            elif op is ops.BRANCH:
                for way in value[1]:
                    collect(way)

    collect(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
    preferred = [*map(ord, "a0/@:.-\"' =\\\x1b[;"), *sorted(_UNIVERSE)]
    picked: dict[str, None] = {}
    for kind in kinds:
        picked |= dict.fromkeys(chr(code) for code in [c for c in preferred if c in kind][:2])
    return list(picked)


def beginnings(pattern: re.Pattern[Any]) -> list[str]:
    """Texts that bring `pattern` as far as each of its repeats."""
    reader = _Reader(False)
    found: dict[str, None] = {"": None}

    def sample(nodes: Sequence[Any], so_far: str) -> str:
        for op, value in nodes:
            if op in _ONE:
                chars = reader._chars(op, value)
                so_far += chr(next((c for c in map(ord, 'a0/@:.-"= ') if c in chars), min(chars)))
            elif op in _REPEATS:
                found[so_far] = None
                for _ in range(max(1, min(value[0], FEW))):
                    so_far = sample(value[2], so_far)
                found[so_far] = None
            elif op is ops.SUBPATTERN:
                so_far = sample(value[-1], so_far)
            elif op is ops.BRANCH:
                for way in value[1][1:]:
                    sample(way, so_far)
                so_far = sample(value[1][0], so_far)
        return so_far

    sample(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE), "")
    return list(found)
