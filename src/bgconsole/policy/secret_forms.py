"""What bgconsole's own secrets look like: one-time codes, and tokens of sessions and scripts."""

import re
from typing import Final

_CODE: Final = r"[a-z0-9]{5}(?:-[a-z0-9]{5}){5}"
_UNGROUPED_CODE: Final = r"(?=[a-z]{0,29}[0-9])[a-z0-9]{30}"
"""Typed without its dashes. A name of thirty letters is one too, but for the digit."""

_TOKEN: Final = r"bg[as]_[a-z0-9_-]{20}"
_SECRET: Final = re.compile(
    rf"(?<![a-z0-9])(?:{_CODE}|{_UNGROUPED_CODE})(?![a-z0-9])|{_TOKEN}", re.IGNORECASE
)


def holds_secret(text: str) -> bool:
    """Whether a one-time code or a token, or what reads like one, is part of `text`."""
    return _SECRET.search(text) is not None
