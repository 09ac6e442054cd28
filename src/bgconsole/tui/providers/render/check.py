"""What the check of a provider says: each step with its sign, what was found, how to mend it."""

from typing import Final

from textual.content import Content

from bgconsole.backend.values import CheckStep, ProviderCheck
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.sso import FLOW_LABELS
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.text import EMPTY, fit, lines, safe_text, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import DANGER, DIM, OK, STRONG

_INDENT: Final = "  "
_STEP: Final = 15


def steps(name: str, found: ProviderCheck | Refusal | None, width: int) -> Content:
    """What came of it; None while it is under way."""
    head = safe_text(name, STRONG)
    if found is None:
        return lines(head, words("Checking every step …", DIM))
    if isinstance(found, Refusal):
        told = words(f"{FULL.fails} ", DANGER) + safe_text(found.message, DANGER)
        return lines(head, *_wrapped(told, width), *_wrapped(safe_text(found.remedy), width))
    rows = [row for step in found.steps for row in _step(step, width)]
    return lines(head, *_outcome(found, width), EMPTY, *rows)


def _step(step: CheckStep, width: int) -> list[Content]:
    sign = words(f"{FULL.passes} ", OK) if step.ok else words(f"{FULL.fails} ", DANGER)
    took = words(f"  {step.ms} ms", DIM)
    if step.ok and not step.remedy:
        # What works is told in a row where it fits, so that what does not comes into view.
        row = sign + fit(safe_text(step.step), _STEP) + safe_text(step.detail, DIM)
        row = row if step.detail.endswith(" ms") else row + took
        if row.cell_length <= width:
            return [row]
    rows = [sign + safe_text(step.step) + took]
    if step.detail:
        rows += _wrapped(safe_text(step.detail, DIM if step.ok else DANGER), width)
    if step.remedy:
        rows += _wrapped(safe_text(step.remedy), width)
    return rows


def _outcome(found: ProviderCheck, width: int) -> list[Content]:
    if found.ok:
        told = words(f"{FULL.passes} Every step passed: people can sign in by it", OK)
    else:
        told = words(f"{FULL.fails} Fix the failed steps, then check again", DANGER)
    first, *more = told.wrap(max(width, 1))
    rows = [first, *(words(_INDENT) + row for row in more)]
    if found.flows:
        flows = ", ".join(FLOW_LABELS[flow] for flow in found.flows)
        rows += _wrapped(words("Ways to sign in: ", DIM) + words(flows), width)
    if found.certificate_until is not None:
        rows += _wrapped(words(f"Certificate until {found.certificate_until:%Y-%m-%d}", DIM), width)
    return rows


def _wrapped(told: Content, width: int) -> list[Content]:
    return [words(_INDENT) + row for row in told.wrap(max(width - len(_INDENT), 1))]


def ways_out(width: int) -> Content:
    """The keys."""
    return buttons(width, Button("Check again", "r"), Button("Close", "esc"))
