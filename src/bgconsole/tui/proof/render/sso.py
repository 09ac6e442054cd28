"""What the screen of a sign-in at an identity provider says."""

from functools import lru_cache
from typing import Final

from textual.content import Content

from bgconsole.policy.refusals import Refusal
from bgconsole.policy.sso import Flow
from bgconsole.sso_client.qr_code import QrStyle, qr_rows
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import EMPTY, fit, lines, safe_text, words
from bgconsole.tui.proof.sso_sign_in import Progress
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, QR, STRONG

FLOW_NAMES: Final = {
    Flow.DEVICE: "a code on another device",
    Flow.BROWSER: "a browser on this machine",
    Flow.SERVER: "a browser anywhere",
}
_GAP: Final = 3
_LEAST_WORDS: Final = 27
"""Columns that the words beside a QR code need."""

_NAMES_FLOWS: Final = 48
"""Columns from which on a button has room for what the other way is called."""

_LOW: Final = 16
"""Rows of the terminal below which only the address and the code are shown."""


def heading(name: str, *, proves: bool) -> str:
    """The title of the dialog; `name` goes through `safe_text` where it is shown."""
    return f"Re-authenticate with {name}" if proves else f"Sign in with {name}"


def body(progress: Progress, now: float, style: QrStyle, height: int, width: int) -> Content:
    """What is to be done, with its QR code where that fits into `height` rows of the terminal."""
    if progress.refused is not None:
        return _failed(progress.refused, width)
    if progress.start is None:
        return lines(*_left_out(progress, width), words("Asking the identity provider …", DIM))
    if progress.asks_digits:
        return lines(*_digits(progress, width), *_state(progress, now, width))
    if progress.flow is not Flow.DEVICE:
        return _browser(progress, now, height, width)
    return _device(progress, now, style, height, width)


def _device(progress: Progress, now: float, style: QrStyle, height: int, width: int) -> Content:
    start = progress.start
    address = (start.verification_uri if start else None) or ""
    complete = (start.verification_uri_complete if start else None) or address
    code = (start.user_code if start else None) or ""
    if height < _LOW:
        told = [*_wrapped(address, ACCENT, width), _code(code, width)]
        return lines(*told, *_state(progress, now, width))
    picture = _fitting((complete, address), style, height, width)
    beside = width - len(picture[0]) - _GAP if picture else width
    told = [
        *_left_out(progress, beside),
        *_prose("Open this address on any device:", beside),
        *_wrapped(address, ACCENT, beside),
        EMPTY,
        *_prose("Enter this code there and approve:", beside),
        EMPTY,
        _code(code, beside),
        EMPTY,
    ]
    if picture:
        told += [*_prose("Or scan the QR code with a phone.", beside, DIM), EMPTY]
    told += _state(progress, now, beside)
    if not picture:
        return lines(*told)
    rows = max(len(told), len(picture))
    told += [EMPTY] * (rows - len(told))
    drawn = [words(row, QR) for row in picture] + [EMPTY] * (rows - len(picture))
    return lines(
        *(fit(left, beside + _GAP) + right for left, right in zip(told, drawn, strict=True))
    )


def _fitting(
    addresses: tuple[str, ...], style: QrStyle, height: int, width: int
) -> tuple[str, ...]:
    """The code of the first address for which there is room beside the words; else nothing."""
    # The frame of the dialog, its buttons and the bar of keys.
    room = height - 6
    for address in addresses:
        picture = _picture(address, style)
        if picture and len(picture) <= room and len(picture[0]) + _GAP + _LEAST_WORDS <= width:
            return picture
    return ()


def _browser(progress: Progress, now: float, height: int, width: int) -> Content:
    address = (progress.start.authorization_url if progress.start else None) or ""
    here = progress.flow is Flow.BROWSER
    if progress.opened:
        what = "Continue in the browser that opened. If none did, open this address:"
    elif here:
        what = "Open this address in a browser on this machine:"
    else:
        what = "Open this address in any browser; its last page shows three digits to type here:"
    rows = _wrapped(address, ACCENT, width)
    low = height < _LOW
    if low:
        what = "Open this in a browser here:" if here else "Open this in any browser:"
    most = 2 if low else max(height - 12, 2)
    if len(rows) > most:
        copied = "c copies the whole address" if low else "press c to copy it"
        rows = [*rows[: most - 1], words(f"{FULL.ellipsis}  {copied}", DIM)]
    gap = [] if low else [EMPTY]
    left_out = _left_out(progress, width) if not low else []
    return lines(*left_out, *_prose(what, width), *rows, *gap, *_state(progress, now, width))


def _digits(progress: Progress, width: int) -> list[Content]:
    rows = _prose("Type the three digits that the page in your browser shows.", width)
    if progress.digits_were_wrong:
        rows.append(words(f"{FULL.fails} These digits are wrong. Try again", DANGER))
    return rows


def _failed(refused: Refusal, width: int) -> Content:
    message = safe_text(refused.message, DANGER).wrap(max(width - 2, 1))
    return lines(
        words(f"{FULL.fails} ", DANGER) + message[0],
        *(words("  ") + row for row in message[1:]),
        *(words("  ") + row for row in safe_text(remedy_here(refused)).wrap(max(width - 2, 1))),
    )


def _left_out(progress: Progress, width: int) -> list[Content]:
    if progress.left_out is None:
        return []
    told = words(f"{FULL.bad} ", CARE) + safe_text(progress.left_out.message)
    return [*told.wrap(max(width, 1)), EMPTY]


def _state(progress: Progress, now: float, width: int) -> list[Content]:
    left = progress.minutes_left(now)
    minutes = "1 minute" if left == 1 else f"{left} minutes"
    if progress.line_down:
        what = words(f"{FULL.bad} Lost connection. Retrying", CARE)
    else:
        what = words("Waiting for your answer", DIM)
    left_over = words(f"{minutes} left", DIM)
    both = what + words("  ") + left_over
    return [both] if both.cell_length <= width else [*what.wrap(max(width, 1)), left_over]


def _code(code: str, width: int) -> Content:
    """The code in clear letters: each apart from the next where there is room."""
    spaced = "  ".join(code)
    shown = next((text for text in (spaced, " ".join(code)) if len(text) + 4 <= width), code)
    return safe_text(f"  {shown}  ", f"{STRONG} on $chip")


def _wrapped(text: str, style: str, width: int) -> list[Content]:
    """A text without spaces, cut where the row ends: it can be put together again."""
    shown = safe_text(text, style)
    size = max(width, 1)
    return [shown[begin : begin + size] for begin in range(0, max(len(shown), 1), size)]


def _prose(text: str, width: int, style: str = "") -> list[Content]:
    return list(words(text, style).wrap(max(width, 1)))


@lru_cache(maxsize=4)
def _picture(address: str, style: QrStyle) -> tuple[str, ...]:
    return qr_rows(address, style) if address else ()


def ways_out(progress: Progress, other: Flow | None, width: int) -> Content:
    """The keys, as a row of buttons."""
    flow = []
    if other is not None:
        named = width >= _NAMES_FLOWS
        flow = [Button(f"Use {FLOW_NAMES[other]}" if named else "Another way", "f")]
    cancel = Button("Cancel", "esc")
    if progress.refused is not None:
        return buttons(width, Button("Start again", "r"), *flow, cancel)
    if progress.asks_digits:
        return buttons(width, Button("Send", "enter"), cancel)
    return buttons(width, cancel, *flow)
