"""Text from outside in the audit log is shown as harmless text, and does nothing."""

import pytest

from bgconsole.backend.local import audit
from bgconsole.policy.audit import EventType, Outcome
from tests.hostile import corpus
from tests.tui.audit_console import Log, reading


def hostile(text: str) -> audit.EventDraft:
    """A break-glass failure with `text` wherever something from outside may stand."""
    # What the database refuses does not come from it either.
    stored = audit.storable(text)
    return audit.EventDraft(
        EventType.LOGIN_FAILURE,
        stored,
        actor=text,
        source=text,
        outcome=Outcome.FAILURE,
        target=text,
        provider=stored,
        metadata={stored or "key": stored, "isBreakGlassAccess": True, "reasonCode": stored,
                  "idpState": stored, "nested": {"a": [stored]}},
    )  # fmt: skip


TEXTS = corpus.HOSTILE


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_every_row_is_printable_and_no_action_is_fired(
    log: Log, size: tuple[int, int]
) -> None:
    log.add(*(hostile(text) for text in TEXTS))
    async with reading(log, size=size) as reader:
        await reader.see("◆×")
        for _ in range(len(TEXTS) // (size[1] - 16) + 2):
            assert all(line.isprintable() for line in reader.lines)
            await reader.press("pageup")
            await reader.settle()
        await reader.app.query_one("AuditList").run_action("open")
        for row in range(4, size[1] - 2):
            await reader.click(10, row)
        assert reader.app.is_running
        await reader.press("escape", "end")
        await reader.see("\\udc9b")


async def test_an_event_in_full_is_printable(log: Log) -> None:
    stored = [audit.storable(text) for text in TEXTS]
    told = {f"{place} {text}": text for place, text in enumerate(stored)}
    log.add(audit.EventDraft(EventType.LOGOUT, "".join(stored), "a", "b", metadata=told))
    async with reading(log, size=(120, 1_000)) as reader:
        await reader.see("Logout")
        await reader.press("enter")
        await reader.see(f"{len(TEXTS) - 1} ")
        assert all(line.isprintable() for line in reader.lines)
        assert reader.text.count("\\x1b") >= len(corpus.ESCAPES)


async def test_long_and_combining_text_is_shown_to_its_end(log: Log) -> None:
    log.add(
        audit.EventDraft(EventType.LOGOUT, "e\u0301" * 100 + "END" + "x" * 500 + "LAST", "a", "b")
    )
    async with reading(log) as reader:
        await reader.see("Logout")
        await reader.press("enter")
        await reader.see("END")
        await reader.see("LAST")
