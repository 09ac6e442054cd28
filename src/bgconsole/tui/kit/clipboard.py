"""Copying: to the terminal's clipboard by OSC 52, to a file where that may not arrive.

A terminal gives no answer to OSC 52. Where it is not known to take it, the text is therefore
written to a file as well, which is this user's alone and is written anew by every copy.
"""

import base64
import os
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from textual.app import App

from bgconsole.files import private_folder
from bgconsole.files.settings import Clipboard as Wanted
from bgconsole.files.settings import Preferences
from bgconsole.files.user_folders import short, state_folder
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.reasons import files_reason
from bgconsole.tui.terminal.capabilities import Clipboard, Terminal

__all__ = ["Copied", "copy", "copy_secret"]

_MOST_SENT: Final = 74_000
"""Bytes of base64 that terminals take at once."""

_FILE_NAME: Final = "copied.txt"


@runtime_checkable
class _Told(Protocol):
    """An app that knows what its user and its terminal want."""

    preferences: Preferences
    terminal: Terminal


class Copied(Enum):
    """Where a copy went."""

    CLIPBOARD = auto()
    BOTH = auto()
    """To the terminal, which may not take it, and to the file."""

    FILE = auto()
    NOWHERE = auto()


def copy(app: App[Any], text: str, name: str) -> Copied:
    """Copy `text` and say on the screen where it went; `name` says what it is: 'event 12'."""
    sent = _send(app, text)
    if sent is Clipboard.TAKES:
        tell(app, Tone.DONE, f"Copied: {name}")
        return Copied.CLIPBOARD
    unsure = f"Copied, if your terminal allows it: {name}"
    no_file = files_reason(app)
    if no_file is not None and sent is Clipboard.MAY_TAKE:
        tell(app, Tone.DONE, unsure)
        return Copied.CLIPBOARD
    if no_file is not None:
        tell(app, Tone.FAILED, f"Not copied: {name}", no_file)
        return Copied.NOWHERE
    try:
        place = short(_write(text))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if sent is Clipboard.MAY_TAKE:
            tell(app, Tone.CARE, unsure, f"No file could be written: {reason}")
            return Copied.CLIPBOARD
        tell(app, Tone.FAILED, f"Not copied: {name}", f"The file cannot be written: {reason}")
        return Copied.NOWHERE
    if sent is Clipboard.MAY_TAKE:
        tell(app, Tone.DONE, unsure, f"It is in {place} too")
        return Copied.BOTH
    tell(app, Tone.DONE, f"Written to {place}: {name}")
    return Copied.FILE


def copy_secret(app: App[Any], text: str, name: str) -> Copied:
    """As `copy`, but never to a file: for one-time codes, which must not rest anywhere."""
    sent = _send(app, text)
    if sent is Clipboard.NONE:
        tell(app, Tone.FAILED, f"Not copied: {name}", "This terminal has no clipboard")
        return Copied.NOWHERE
    unsure = "" if sent is Clipboard.TAKES else ", if your terminal allows it"
    tell(app, Tone.DONE, f"Copied{unsure}: {name}")
    return Copied.CLIPBOARD


def _send(app: App[Any], text: str) -> Clipboard:
    """Hand `text` to the terminal, and say whether it takes it."""
    able, wanted = Clipboard.MAY_TAKE, Wanted.AUTO
    if isinstance(app, _Told):
        able, wanted = app.terminal.clipboard, app.preferences.clipboard
    if wanted is Wanted.OSC52:
        able = Clipboard.TAKES
    size = len(base64.b64encode(text.encode("utf-8", "replace")))
    if wanted is Wanted.FILE or able is Clipboard.NONE or size > _MOST_SENT:
        return Clipboard.NONE
    # Textual's own, which writes the sequence and no more.
    App.copy_to_clipboard(app, text.encode("utf-8", "replace").decode())
    return able


def _write(text: str) -> Path:
    """Write `text` to the file. Raises OSError."""
    folder = state_folder()
    private_folder.make(folder)
    path = folder / _FILE_NAME
    # Made anew: what another program holds open, or a link that lies there, gets nothing.
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
    return path
