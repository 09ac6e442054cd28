"""Saves what the audit pane shows, all of what matches, to a file."""

import asyncio
import errno
from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.exchange.audit_export import FORMATS, Writer, pages, saved
from bgconsole.exchange.spreadsheet import mark_as_utf8
from bgconsole.files.user_folders import NoFolderError, expanded
from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.render import dialogs as render
from bgconsole.tui.audit.render.heading import AuditHeading
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.choice import Choice
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.rows import FieldRow

_T = TypeVar("_T")


class _PathField(Field):
    """Enter is the dialog's."""

    ACTIONS = (Action("save.enter", "enter", "save", "Write the file", "screen.save"),)


class _Reader(Choice):
    """Who reads the CSV file: Excel takes UTF-8 for a Windows code page without a mark."""

    ACTIONS = (
        *Choice.ACTIONS,
        Action("save.reader", "enter", "save", "Write the file", "screen.save"),
    )


class _StoppedError(Exception):
    """Somebody stopped the saving."""


class AuditSaveScreen(Dialog[str | None]):
    """Asks for a path, writes page by page, and gives a sentence on what was saved, or None.

    The file has its name only when it is whole. However it ends, what was read from the log by
    then is on record.
    """

    HEADING = "Save to a file"
    KIND = "audit-save"
    ACTIONS = (
        Action("save.overwrite", "ctrl+o", "overwrite it", "Replace it", "overwrite",
               offered=lambda dialog: dialog.may_overwrite),
        Action("save.leave", "escape", "leave", "Save nothing", "leave"),
    )  # fmt: skip

    def __init__(
        self, backend: Backend, caller: Caller, heading: AuditHeading, now: datetime
    ) -> None:
        super().__init__()
        self._backend = backend
        self._caller = caller
        self._heading = heading
        self._offered = f"~/bgconsole-audit-{now:%Y%m%dT%H%M%SZ}.jsonl"
        self._stop = False
        self._taken: Path | None = None

    def body(self) -> ComposeResult:
        """What is saved, and where to."""
        yield Pane(lambda width: render.what(self._heading, width))
        yield FieldRow("File", _PathField(id="audit-save-path"))
        yield _Reader("For", ("every program", "Excel"), id="audit-save-reader")

    def on_mount(self) -> None:
        """Offer a name."""
        super().on_mount()
        field = self.query_one(_PathField)
        with self.prevent(Input.Changed):
            field.value = self._offered
        field.cursor_position = len(self._offered)
        self._offer()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another file."""
        event.stop()
        self._taken = None
        self._offer()
        self.refresh_bindings()

    def _offer(self) -> None:
        """Say what the file's name decides; of CSV, it is asked for which program."""
        self.query_one(_Reader).display = self._suffix == "csv"
        self.answer(render.formats(self._suffix))

    @property
    def may_overwrite(self) -> bool:
        """Whether there is a file of that name."""
        return self._taken is not None and not self.busy

    def action_save(self) -> None:
        """Write the file, unless it is there already."""
        self._begin(overwrite=False)

    def action_overwrite(self) -> None:
        """Write it in the place of the one that is there."""
        if self._taken is not None:
            self._begin(overwrite=True)

    def action_leave(self) -> None:
        """Stop saving; otherwise save nothing."""
        if self.busy:
            self._stop = True
        else:
            super().action_leave()

    @property
    def _suffix(self) -> str:
        return Path(self.query_one(_PathField).value.strip()).suffix.removeprefix(".").casefold()

    def _begin(self, *, overwrite: bool) -> None:
        if self.busy:
            return
        if self._suffix not in FORMATS:
            self.answer(render.no_format())
            return
        try:
            path = expanded(self.query_one(_PathField).value.strip())
        except NoFolderError:
            self.answer(render.failed("There is no such home folder.", _ELSEWHERE))
            return
        self._stop = False
        self.query_one(_PathField).disabled = True
        self.begin()
        self.run_worker(partial(self._save, path, overwrite=overwrite))

    async def _save(self, path: Path, *, overwrite: bool) -> None:
        count = 0
        try:
            count = await self._write(path, overwrite=overwrite)
        except FileExistsError:
            self._taken = path
            self._failed(render.there_already(path))
        except OSError as error:
            self._failed(_in_words(error))
        except BackendError as error:
            self._failed(
                render.failed(
                    f"{error.refusal.message}. Nothing was saved.", remedy_here(error.refusal)
                )
            )
        except _StoppedError:
            self._failed(render.stopped())
        else:
            self.dismiss(render.done(count, path))

    async def _write(self, path: Path, *, overwrite: bool) -> int:
        """How many events are in the file. Raises OSError, BackendError, _StoppedError."""
        taken = 0
        with saved(path, overwrite=overwrite) as file:
            if self._suffix == "csv" and self.query_one(_Reader).index:
                mark_as_utf8(file)
            write = FORMATS[self._suffix](file)
            try:
                found = pages(
                    self._backend, self._caller, self._heading.wanted, seen=self._progress
                )
                async with aclosing(found):
                    async for page in found:
                        if self._stop:
                            raise _StoppedError
                        taken += len(page)
                        await _in_thread(lambda page=page: _write_page(write, page))
            finally:
                await self._backend.record_export(self._caller, self._heading.wanted, taken)
            await _in_thread(file.flush)
        return taken

    def _progress(self, seq: int, last: int) -> None:
        self.answer(render.progress(seq, last))

    def _failed(self, answer: Content) -> None:
        self.end(answer)
        field = self.query_one(_PathField)
        field.disabled = False
        field.focus()


def _write_page(write: Writer, page: tuple[AuditEvent, ...]) -> None:
    for event in page:
        write(event)


async def _in_thread(call: Callable[[], _T]) -> _T:
    """What `call` gives, off the event loop; cancelled meanwhile, it waits for the end.

    So the file is not closed while a thread writes into it.
    """
    task = asyncio.create_task(asyncio.to_thread(call))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


_ELSEWHERE = "Name a file elsewhere."
_REASONS = {
    errno.ENOSPC: ("The disk is full.", "Free some space, or name a file elsewhere."),
    errno.EDQUOT: ("Your disk quota is used up.", "Free some space, or name a file elsewhere."),
    errno.EACCES: ("You may not write there.", _ELSEWHERE),
    errno.EPERM: ("You may not write there.", _ELSEWHERE),
    errno.EROFS: ("That disk is read-only.", _ELSEWHERE),
    errno.ENOENT: ("There is no such folder.", "Make it first, or name a file elsewhere."),
    errno.ENOTDIR: ("That is no folder.", _ELSEWHERE),
    errno.EISDIR: ("That is a folder.", "Name a file in it."),
    errno.ENAMETOOLONG: ("That name is too long.", "Choose a shorter one."),
}


def _in_words(error: OSError) -> Content:
    known = _REASONS.get(error.errno or 0)
    reason, remedy = known or (f"{error.strerror or type(error).__name__}.", _ELSEWHERE)
    return render.failed(f"{reason} Nothing was saved.", remedy)
