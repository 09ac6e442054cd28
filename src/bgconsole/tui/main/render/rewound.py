"""A log set back to an older copy: the red line, and the dialog where an owner says why."""

from textual.content import Content

from bgconsole.backend.errors import LogRewoundError
from bgconsole.policy.audit import AuditHead
from bgconsole.tui.kit.render.text import EMPTY, cut, line, lines, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import DIM, STRONG


def rewound_line(error: LogRewoundError | None, width: int, *, owner: bool) -> Content:
    """That history went back, between which records, and what ends this line."""
    if error is None:
        return EMPTY
    key = words("  H say why" if owner else "  an owner says why")
    seen, head = error.seen.seq, error.head.seq
    if seen > head:
        told = f"record {seen} was seen, the log ends at {head}"
    else:
        told = f"record {seen} is not the one that was seen"
    left = words(f"{FULL.fails} History went back: {told}")
    return spread(width, cut(left, max(width - key.cell_length, 0)), key)


def rewound_dialog(error: LogRewoundError, _width: int) -> Content:
    """Both heads, and what the reason is for."""
    return lines(
        line("The audit log is an older copy than the one read before."),
        EMPTY,
        _row("Seen before", error.seen),
        _row("The log now", error.head),
        EMPTY,
        words("Your reason is recorded, and this warning ends.", DIM),
    )


def _row(name: str, head: AuditHead) -> Content:
    short = f" {head.hash[:16]}{FULL.ellipsis}" if head.hash else ""
    return line((f"{name:<13}", DIM), (f"record {head.seq}", STRONG), (short, DIM))
