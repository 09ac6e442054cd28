"""A log that somebody altered in the database: found by verifying, shown as far as it goes."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

import psycopg
import pytest

from bgconsole.backend.values import BadKind
from bgconsole.policy.audit import AuditFilter
from bgconsole.policy.refusals import Code
from tests.backend.world import OWNER, World, refused

Respelt = Callable[[str], str]


def _with(more: str) -> Respelt:
    return lambda text: f"{text[:-1]},{more}}}"


SAME = {
    "spaces": lambda text: json.dumps(json.loads(text), sort_keys=True),
    "a space": lambda text: text.replace('"isBreakGlassAccess":true', '"isBreakGlassAccess": true'),
    "a tab before the colon": lambda text: text.replace('Access":true', 'Access"\t:true'),
    "an escaped letter": lambda text: text.replace('"isBreak', r'"\u0069sBreak'),
    "an escaped name": lambda text: text.replace(
        '"isBreakGlassAccess"',
        '"' + "".join(f"\\u{ord(c):04X}" for c in "isBreakGlassAccess") + '"',
    ),
    "another order": lambda text: json.dumps(
        dict(reversed(json.loads(text).items())), separators=(",", ":")
    ),
    "a line's end": lambda text: text + "\n",
    "lines": lambda text: json.dumps(json.loads(text), sort_keys=True, indent=1),
    "a false before": lambda text: '{"isBreakGlassAccess":false,' + text[1:],
    "a false behind": _with('"isBreakGlassAccess":false'),
    "twice": _with('"method":"password"'),
    "an escape in a value": lambda text: text.replace('"password"', r'"p\u0061ssword"'),
    "half a pair": _with(r'"x":"\ud800"'),
    "half a pair as a name": _with(r'"\udfff":1'),
    "a fraction": _with('"x":1.0'),
    "no number": _with('"x":NaN'),
    "a huge number": _with(f'"x":{10**400}'),
    "a number without end": _with(f'"x":{"9" * 5000}'),
    "a wide number": _with(f'"x":{2**60}'),
    "deep": _with(f'"x":{"[" * 400}{"]" * 400}'),
}
"""Other texts by which the event is break-glass access all the same."""

OTHER = {
    "nothing": lambda _text: "",
    "no object": lambda _text: "[1]",
    "no json": lambda text: text[:-1],
    "false": lambda text: text.replace('Access":true', 'Access":false'),
    "a one": lambda text: text.replace('Access":true', 'Access":1'),
    "too deep": _with(f'"x":{"[" * 100_000}{"]" * 100_000}'),
}
"""Texts by which it is not, or cannot be read."""


@contextmanager
def altered(world: World, seq: int, respelt: Respelt) -> Generator[None]:
    """The metadata of one record are another text, while inside."""
    ((text,),) = world.deployment.tamper(f"SELECT metadata FROM audit_event WHERE seq = {seq}")
    assert isinstance(text, str)
    changed = respelt(text)
    assert changed != text
    for stored in (changed, text):
        quoted = stored.replace("'", "''")
        world.deployment.tamper(f"UPDATE audit_event SET metadata = '{quoted}' WHERE seq = {seq}")
        if stored is changed:
            yield


@pytest.fixture
async def grown(world: World) -> World:
    """A log whose newest record is a break-glass login, and in which all are different."""
    await world.add("grace")
    await world.enforce("entra", OWNER)
    await world.sign_in(OWNER)
    return world


async def test_no_other_spelling_of_metadata_passes_or_hides_an_event(grown: World) -> None:
    backend, seq = grown.backend, await grown.head()
    broke_glass = AuditFilter(break_glass=True)
    for name, respelt in (SAME | OTHER).items():
        with altered(grown, seq, respelt):
            verification = await backend.audit_verify(grown.owner)
            bad = verification.first_bad
            assert bad is not None, name
            assert (bad.seq, bad.kind) == (seq, BadKind.ALTERED), name
            everything = await backend.audit_page(grown.owner, limit=seq)
            assert [event.seq for event in everything.events] == [*range(seq, 0, -1)], name
            shown = everything.events[0].is_break_glass
            assert shown is (name in SAME), name
            found = await backend.audit_page(grown.owner, broke_glass)
            assert [event.seq for event in found.events] == [seq] * shown, name
            json.dumps(dict(everything.events[0].metadata)).encode()
    assert (await backend.audit_verify(grown.owner)).ok
    page = await backend.audit_page(grown.owner, broke_glass)
    assert [event.seq for event in page.events] == [seq]


async def test_a_page_of_break_glass_is_full_however_many_others_look_like_it(
    grown: World,
) -> None:
    for _ in range(70):
        await grown.sign_in(OWNER)
    newest = await grown.head()
    fakes = f"seq < {newest - 3} AND seq > {newest - 68}"
    fake = r'{"x":"\u0061"}'
    grown.deployment.tamper(f"UPDATE audit_event SET metadata = '{fake}' WHERE {fakes}")
    wanted, backend = AuditFilter(break_glass=True), grown.backend
    page = await backend.audit_page(grown.owner, wanted, limit=5)
    seqs = [newest - at for at in (0, 1, 2, 3, 68)]
    assert ([event.seq for event in page.events], page.more) == (seqs, True)
    page = await backend.audit_page(grown.owner, wanted, after=newest - 69, limit=3)
    assert [event.seq for event in page.events] == [newest - at for at in (2, 3, 68)]


COPY = """
INSERT INTO audit_event SELECT {seq}, id, at, type, outcome, actor, target, provider, description,
metadata, source, prev_hash, hash FROM audit_event WHERE seq = 3
"""


@pytest.mark.parametrize(("seq", "kind"), [(0, "out_of_place"), (-7, "out_of_place")])
async def test_a_record_below_the_first_is_damage(grown: World, seq: int, kind: str) -> None:
    grown.deployment.tamper(COPY.format(seq=seq))
    bad = (await grown.backend.audit_verify(grown.owner)).first_bad
    assert bad is not None
    assert (bad.seq, bad.kind) == (seq, kind)
    findings = await grown.backend.doctor(grown.owner)
    assert [one.severity for one in findings if one.check == "audit"] == ["problem"]


@pytest.mark.parametrize(("beyond", "kind"), [(1, "broken_link"), (5, "gap"), (10**9, "gap")])
async def test_a_record_beyond_the_head_is_damage(grown: World, beyond: int, kind: str) -> None:
    head = await grown.head()
    grown.deployment.tamper(COPY.format(seq=head + beyond))
    bad = (await grown.backend.audit_verify(grown.owner)).first_bad
    assert bad is not None
    assert (bad.seq, bad.kind) == (head + 1, kind)


@pytest.mark.parametrize(
    "head", ["seq = 3", "seq = 1000", "seq = -1", "hash = 'x'", f"hash = '{'A' * 64}'", "hash = ''"]
)
async def test_a_head_that_was_altered_is_found_and_never_a_fault(grown: World, head: str) -> None:
    grown.deployment.tamper(f"UPDATE audit_head SET {head}")
    verification = await grown.backend.audit_verify(grown.owner)
    assert verification.first_bad is not None
    assert verification.first_bad.kind is BadKind.HEAD_MISMATCH
    if "seq = 1000" not in head and "'AAA" not in head:
        with refused(Code.UNAVAILABLE):
            await grown.backend.create_token(grown.owner, 1)


COLUMNS = {
    "id": ("upper(id)", "id || ' '"),
    "at": (
        "replace(at, 'Z', '+00:00')",
        "replace(at, 'T', ' ')",
        "replace(at, '.000000Z', 'Z')",
        "'0001-01-01T00:00:00+14:00'",
        "'9999-12-31T23:59:59-14:00'",
        "''",
    ),
    "type": ("upper(type)", "type || ' '"),
    "outcome": ("upper(outcome)", "''"),
    "actor": ("upper(actor)", "NULL", "''", "actor || ' '"),
    "target": ("''", "'none'"),
    "provider": ("''", "'ENTRA'"),
    "description": ("description || ''''", "''"),
    "source": ("source || ' '",),
    "prev_hash": ("upper(prev_hash)", "prev_hash || ' '", "substr(prev_hash, 2)"),
    "hash": ("upper(hash)", "hash || ' '", "''"),
}


async def test_no_other_spelling_of_any_field_passes(grown: World) -> None:
    backend, seq = grown.backend, await grown.head() - 2
    for column, values in COLUMNS.items():
        where = f"WHERE seq = {seq}"
        reading = f"SELECT {column} FROM audit_event {where}"
        ((before,),) = grown.deployment.tamper(reading)
        for value in values:
            # PostgreSQL refuses some, and takes a space at the end of others away.
            with suppress(psycopg.DataError):
                grown.deployment.tamper(f"UPDATE audit_event SET {column} = {value} {where}")
            if grown.deployment.tamper(reading) == [(before,)]:
                continue
            bad = (await backend.audit_verify(grown.owner)).first_bad
            assert bad is not None, value
            assert bad.seq in {seq, seq + 1}, value
            page = await backend.audit_page(grown.owner, limit=5)
            assert seq in [event.seq for event in page.events], value
            for wanted in (*FILTERS, AuditFilter(since=page.events[0].at)):
                await backend.audit_page(grown.owner, wanted)
            old = "NULL" if before is None else f"'{before}'"
            grown.deployment.tamper(f"UPDATE audit_event SET {column} = {old} {where}")
    assert (await backend.audit_verify(grown.owner)).ok


FILTERS = (
    AuditFilter(("member.added",)),
    AuditFilter(actor=OWNER),
    AuditFilter(provider="entra"),
    AuditFilter(text="a"),
)
