"""Every expected end of a command: its sentence, its remedy and its exit code."""

from dataclasses import replace
from enum import IntEnum
from typing import Final

from bgconsole.backend.errors import (
    BackendError,
    BatchRefusedError,
    ConflictError,
    ItemRefusal,
    LogRewoundError,
    NotAllowedError,
    RefusedError,
    UnreachableError,
)
from bgconsole.cli.output import count, print_json, print_json_line
from bgconsole.policy.audit import AuditHead
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.text import visible
from bgconsole.system.streams import tell

SHOWN_ITEMS: Final = 20
"""So many refused items are told on stderr; JSON has them all."""

SHOWN_LENGTH: Final = 80


class Exit(IntEnum):
    """What the command line ends with."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_READY = 3
    REFUSED = 4
    CONFLICT = 5
    UNREACHABLE = 6
    NOT_ALLOWED = 7
    INTERRUPTED = 130
    PIPE_CLOSED = 141


class CommandError(Exception):
    """A command cannot go on for a reason that no backend gave; it fails with `exit_code`."""

    def __init__(self, message: str, remedy: str = "", exit_code: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.exit_code = exit_code


# Where the command line knows a way that the general words cannot name.
_REMEDIES: Final = {
    Code.WOULD_LOCK_OUT: (
        "Keep or add somebody with a password, or give a reason with --override-reason"
        ' "...". If several providers are affected, also name each with --override'
    ),
    Code.SIGNED_OUT: 'Run "bgconsole sign-in EMAIL"',
    Code.REAUTH_REQUIRED: ("Enter your password: run this in a terminal, or use --password-stdin"),
}


_COMMANDS: Final = {
    Code.LIMIT_REACHED: "bgconsole glass remove SLUG EMAIL",
    Code.UNKNOWN_ACCOUNT: "bgconsole member add EMAIL",
    Code.NO_PASSWORD: "bgconsole member reset EMAIL",
    Code.NOT_A_MEMBER: "bgconsole member add EMAIL",
    Code.LAST_OWNER: "bgconsole member set-role EMAIL owner",
}
"""What does what a remedy says; JSON has the remedy alone."""


def exit_code(error: BackendError) -> Exit:
    """The exit code for what a backend raised."""
    if isinstance(error, NotAllowedError):
        return Exit.NOT_ALLOWED
    if isinstance(error, ConflictError):
        return Exit.CONFLICT
    if isinstance(error, UnreachableError):
        return Exit.UNREACHABLE
    return Exit.REFUSED if isinstance(error, RefusedError) else Exit.FAILED


def advised(refused: Refusal) -> Refusal:
    """The refusal with the remedy that fits a command line."""
    remedy = _REMEDIES.get(refused.code)
    general = refused.remedy == refusal(refused.code).remedy
    return refused if remedy is None or not general else replace(refused, remedy=remedy)


def told_remedy(refused: Refusal) -> str:
    """The remedy as people read it, with the command that does it."""
    told = advised(refused).remedy
    command = _COMMANDS.get(refused.code)
    general = refused.remedy == refusal(refused.code).remedy
    return told if command is None or not general else f'{told}: "{command}"'


def report(error: BackendError, *, as_json: bool, as_lines: bool = False) -> Exit:
    """Tell of `error` on stderr, and on stdout too when JSON was asked for.

    `as_lines`: what the command prints is JSON Lines, so the error is one.
    """
    if as_json:
        (print_json_line if as_lines else print_json)(_body(error))
    items = error.items if isinstance(error, BatchRefusedError) else ()
    if len(items) == 1:
        complain(f"{_place(items[0])}: {items[0].refusal.message}", told_remedy(items[0].refusal))
    elif items:
        _complain_of(items)
    else:
        complain(error.refusal.message, told_remedy(error.refusal))
    return exit_code(error)


def fail(message: str, remedy: str, code: str, *, as_json: bool, as_lines: bool = False) -> None:
    """Tell of what no backend refused; `code` names it in JSON, if that was asked for."""
    if as_json:
        fields = {"code": code, "message": message, "remedy": remedy}
        (print_json_line if as_lines else print_json)({"error": fields})
    complain(message, remedy)


def complain(message: str, remedy: str = "") -> None:
    """Say on stderr what is wrong, in one sentence, and what to do about it."""
    tell(f"bgconsole: {in_sentences(message, remedy)}")


def in_sentences(*parts: str) -> str:
    """The parts that are not empty as sentences, harmless for a terminal."""
    sentences = (visible(part).rstrip(".") for part in parts if part)
    return " ".join(part if part.endswith(("?", "!")) else f"{part}." for part in sentences)


def refusal_fields(refused: Refusal) -> dict[str, str]:
    """A refusal in JSON."""
    return {"code": refused.code, "message": refused.message, "remedy": refused.remedy}


def _body(error: BackendError) -> dict[str, object]:
    body: dict[str, object] = {"error": refusal_fields(advised(error.refusal))}
    if isinstance(error, BatchRefusedError):
        body["errors"] = [_item_fields(item) for item in error.items]
    if isinstance(error, LogRewoundError):
        body |= {name: _head(head) for name, head in (("seen", error.seen), ("head", error.head))}
    return body


def _head(head: AuditHead) -> dict[str, object]:
    return {"seq": head.seq, "hash": head.hash or None}


def _item_fields(item: ItemRefusal) -> dict[str, object]:
    place = {} if item.line is None else {"line": item.line}
    return {"email": item.email, **refusal_fields(advised(item.refusal)), **place}


def _complain_of(items: tuple[ItemRefusal, ...]) -> None:
    refused = count(len(items), "entry is", "entries are")
    complain(f"{refused} refused and nothing was changed")
    for item in items[:SHOWN_ITEMS]:
        told = told_remedy(item.refusal)
        remedy = f". {told}" if told else ""
        tell(visible(f"  {_place(item)}: {item.refusal.message}{remedy}"))
    if len(items) > SHOWN_ITEMS:
        tell(f"  ... and {len(items) - SHOWN_ITEMS:,} more")


def _place(item: ItemRefusal) -> str:
    line = "" if item.line is None else f"line {item.line}"
    email = item.email if len(item.email) <= SHOWN_LENGTH else f"{item.email[:SHOWN_LENGTH]}..."
    return ": ".join(part for part in (line, email) if part)
