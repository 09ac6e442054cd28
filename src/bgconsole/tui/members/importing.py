"""Importing a file of people: choosing it, looking at it, adding them, writing their codes."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from textual.content import Content
from textual.screen import Screen

from bgconsole.backend.confusables import prototypes
from bgconsole.backend.errors import BatchRefusedError, ItemRefusal, RefusedError
from bgconsole.backend.values import Member, MemberAddition, OneTimeCode
from bgconsole.exchange.people_file import PeopleFile, judged, read_rows, write_codes
from bgconsole.exchange.spreadsheet import mark_as_utf8
from bgconsole.files import private_file
from bgconsole.files.user_folders import home, short
from bgconsole.policy.email import comparable
from bgconsole.policy.look_alikes import LookAlikes
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.tui.kit.render.text import safe_text, words
from bgconsole.tui.members.acts import MemberActs, Outcome
from bgconsole.tui.members.import_pick_dialog import ImportPicker
from bgconsole.tui.members.import_preview_dialog import Import, ImportPreview, UnwrittenCodes
from bgconsole.tui.members.render.dialogs import done
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.proof.asking import DeclinedError


async def import_members(screen: Screen[None], workspace: Workspace, acts: MemberActs) -> Outcome:
    """Add the people of a file, their codes into another; what came of it in a line.

    To be called in a worker. Raises DeclinedError, and the BackendErrors of `add_members`.
    """
    folder, problem = _first_folder(), None
    while True:
        path = await screen.app.push_screen_wait(ImportPicker(folder, problem))
        if path is None:
            raise DeclinedError
        folder, problem = path.parent, None
        try:
            read = await asyncio.to_thread(read_rows, path)
        except RefusedError as error:
            problem = error.refusal
        except OSError as error:
            problem = _unreadable(path, error)
        else:
            return await _preview(screen, workspace, acts, path, read)


def _first_folder() -> Path:
    """Where the user is; where that was removed meanwhile, their home folder, or the root."""
    try:
        return Path.cwd()
    except OSError:
        return home() or Path("/")


async def _preview(
    screen: Screen[None], workspace: Workspace, acts: MemberActs, path: Path, read: PeopleFile
) -> Outcome:
    """Show what would come in, as often as something is in the way."""
    problem: Refusal | None = None
    codes = _free_name(path)
    while True:
        found = _for_the_team(read, workspace)
        doubtful = await asyncio.to_thread(_doubtful, found, tuple(workspace.members.values()))
        preview = ImportPreview(path, found, doubtful, codes, problem)
        wanted = await screen.app.push_screen_wait(preview)
        if wanted is None:
            raise DeclinedError
        codes = wanted.codes
        try:
            return await _bring(screen, acts, wanted)
        except BatchRefusedError as error:
            # The team changed since it was read.
            read, problem = _without(read, error.items), error.items[0].refusal
        except FileExistsError:
            message = f"{codes.name} already exists and is not overwritten"
            problem = refusal(Code.INVALID_VALUE, message, "Name another file")
        except OSError as error:
            problem = _unreadable(codes, error)
        except DeclinedError:
            problem = None


async def _bring(screen: Screen[None], acts: MemberActs, wanted: Import) -> Outcome:
    """Add them and write their codes; the file is made first, so that it cannot fail for long.

    Raises OSError as long as nobody is added, and the BackendErrors of `add_members`.
    """
    issued: tuple[OneTimeCode, ...] = ()
    try:
        with private_file.created(wanted.codes) as file:
            if wanted.excel:
                mark_as_utf8(file)
            issued = await acts.send(list(wanted.people))
            write_codes(file, issued)
    except OSError as error:
        if not issued:
            raise
        told = f"{short(wanted.codes)} could not be written: {_reason(error)}"
        await screen.app.push_screen_wait(UnwrittenCodes(told, issued))
        return Outcome(done(_added(len(issued))), issued[0].email)
    told = _added(len(issued)) + safe_text(f"; their codes are in {short(wanted.codes)}")
    needs = next((one for one in map(acts.needed_by, issued) if one is not None), None)
    then = "Give each person their code, then delete the file."
    return Outcome(done(told, then if needs is None else f"{then} {needs}."), issued[0].email)


def _added(count: int) -> Content:
    return words(f"{count:,} {'person was' if count == 1 else 'people were'} added")


def _for_the_team(read: PeopleFile, workspace: Workspace) -> PeopleFile:
    if workspace.state is None:
        raise DeclinedError
    members = {comparable(one.email) for one in workspace.members.values() if one.role is not None}
    return judged(read, workspace.state.me.role, members)


def _doubtful(
    found: PeopleFile, members: tuple[Member, ...]
) -> Mapping[MemberAddition, tuple[str, ...]]:
    """Whom to look at twice before they are added, and why."""
    team = [one.email for one in members if one.role is not None]
    look_alikes = LookAlikes((*team, *(one.email for one in found.people)), prototypes())
    warned = ((one, look_alikes.warnings(one.email)) for one in found.people)
    return {one: why for one, why in warned if why}


def _without(read: PeopleFile, items: Iterable[ItemRefusal]) -> PeopleFile:
    refused = {item.line: item for item in items}
    kept: list[MemberAddition] = [one for one in read.people if one.line not in refused]
    every = sorted((*read.refused, *refused.values()), key=lambda item: item.line or 0)
    return PeopleFile(tuple(kept), tuple(every))


def _free_name(path: Path) -> Path:
    """'people-codes.csv' beside 'people.csv', or with the first number that is free."""
    names = [f"{path.stem}-codes.csv", *(f"{path.stem}-codes-{n}.csv" for n in range(2, 100))]
    places = [path.with_name(name) for name in names]
    return next((place for place in places if not place.exists()), places[0])


def _unreadable(path: Path, error: OSError) -> Refusal:
    message = f"{path.name}: {_reason(error)}"
    return refusal(Code.INVALID_VALUE, message, "Choose another file")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
