"""Paging: pages of the audit log as a console asks for them, from every part of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from benchmarks.shared_stage import signed_in
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.policy.audit import ALL_EVENTS, AuditFilter, EventType

_TIMES = 5


@dataclass(frozen=True)
class Page:
    """One way to ask for a hundred events."""

    name: str
    wanted: AuditFilter = ALL_EVENTS
    before: int | None = None
    after: int | None = None


async def pages_ms(url: str) -> Mapping[str, float]:
    """The milliseconds that each kind of page takes: the mean of a few, after one uncounted."""
    async with signed_in(url) as (backend, caller):
        taken: dict[str, float] = {}
        for page in await _pages(backend, caller):
            await _read(backend, caller, page)
            begun = time.perf_counter()
            for _ in range(_TIMES):
                await _read(backend, caller, page)
            taken[page.name] = (time.perf_counter() - begun) / _TIMES * 1000
        return taken


async def _pages(backend: Backend, caller: Caller) -> tuple[Page, ...]:
    newest = await backend.audit_page(caller, limit=1)
    half = newest.head // 2
    middle = (await backend.audit_page(caller, limit=1, before=half)).events[0].at
    day = AuditFilter(since=middle - timedelta(days=1), until=middle)
    return (
        Page("newest"),
        Page("from the middle", before=half),
        Page("oldest", after=0),
        Page("one person", AuditFilter(actor="pager3@example.org")),
        Page("one type, from the middle", AuditFilter(types=(EventType.LOGIN_FAILURE,)), half),
        Page("one provider", AuditFilter(provider="entra")),
        Page("break-glass only", AuditFilter(break_glass=True)),
        Page("one day, in the middle", day),
        Page("a text, from the middle", AuditFilter(text="pager5@"), half),
        Page("failures of one person", _FAILURES),
    )


_FAILURES = AuditFilter(types=(EventType.LOGIN_FAILURE,), actor="pager3@example.org")


async def _read(backend: Backend, caller: Caller, page: Page) -> None:
    found = await backend.audit_page(
        caller, page.wanted, limit=100, before=page.before, after=page.after
    )
    assert found.events
