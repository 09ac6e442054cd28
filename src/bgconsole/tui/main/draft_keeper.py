"""Keeps a person's drafts in their file as they change, and takes up what was kept before."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bgconsole.policy.entries import check_addition
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.tui.model.draft_file import DraftFile, DraftFileError, KeptDraft, KeptDrafts
from bgconsole.tui.model.drafts import Draft
from bgconsole.tui.model.state import ConsoleState

_ELSEWHERE = "Another console of yours is open: no draft is kept here"


class DraftKeeper:
    """Of one person on one screen. Whatever reads or writes may be called in a thread."""

    def __init__(self, file: DraftFile, person: str, clock: Callable[[], datetime]) -> None:
        self._file = file
        self._person = person
        self._clock = clock
        self._writing = threading.Lock()
        self._waiting: dict[str, KeptDraft] = {}
        self._wanted: tuple[KeptDraft, ...] = ()
        self._written: tuple[KeptDraft, ...] = ()
        self._at = clock()
        self._closed = False

    def look(self) -> KeptDrafts | None:
        """What was kept before, to be offered; it stays kept until it is answered.

        Raises DraftFileError where it cannot be read.
        """
        with self._writing:
            if not self._file.claim(self._person):
                return None
            kept = self._file.read(self._person)
            if kept is not None:
                self._waiting = {draft.slug: draft for draft in kept.drafts}
                self._wanted = self._written = kept.drafts
                self._at = kept.at
            return kept

    def answered(self) -> None:
        """What was kept before is taken up or dropped."""
        self._waiting = {}

    def changed(self, drafts: Mapping[str, Draft]) -> bool:
        """Note what is to be kept by now; says whether that is to be written."""
        kept = dict(self._waiting)
        kept |= {slug: KeptDraft.of(slug, draft) for slug, draft in drafts.items() if draft.dirty}
        wanted = tuple(kept.values())
        if wanted != self._wanted:
            self._wanted = wanted
            self._at = self._clock()
        return self._wanted != self._written

    def write(self) -> None:
        """Keep what was noted last. Raises DraftFileError."""
        with self._writing:
            wanted = self._wanted
            if self._closed or wanted == self._written:
                return
            if not self._file.claim(self._person):
                raise DraftFileError(_ELSEWHERE)
            if wanted:
                self._file.write(self._person, KeptDrafts(self._at, wanted))
            else:
                self._file.forget(self._person)
            self._written = wanted

    def close(self) -> None:
        """Let go of the file; nothing is written from now on."""
        with self._writing:
            self._closed = True
            self._file.release(self._person)


@dataclass(frozen=True, slots=True)
class Left:
    """Why an email, or the whole draft of a provider (`email` None), cannot be taken up."""

    name: str
    email: str | None
    why: str


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Kept drafts on what is stored now. `moved` are the providers saved by others since."""

    drafts: Mapping[str, Draft]
    moved: tuple[str, ...]
    left: tuple[Left, ...]


def on_what_is_stored(kept: KeptDrafts, state: ConsoleState) -> TakenUp:
    """The kept changes, merged as a conflict is; what the rules refuse by now is left out."""
    drafts: dict[str, Draft] = {}
    moved: list[str] = []
    left: list[Left] = []
    for one in kept.drafts:
        detail = state.provider(one.slug)
        if detail is None:
            left.append(Left(one.slug, None, refusal(Code.UNKNOWN_PROVIDER).message))
            continue
        if one.version != detail.version and one.base != detail.settings:
            moved.append(one.slug)
        draft = one.draft.rebased(detail.settings, detail.version)
        for email in draft.delta.add:
            refused = _refused(draft, email, state)
            if refused is not None:
                left.append(Left(detail.name, email, refused.message))
                draft = draft.without(email)
        left += [
            Left(detail.name, email, "No longer on the list, or by another email")
            for email in one.draft.delta.remove
            if email not in detail.settings.emails
        ]
        if draft.dirty:
            drafts[one.slug] = draft
    return TakenUp(drafts, tuple(moved), tuple(left))


def _refused(draft: Draft, email: str, state: ConsoleState) -> Refusal | None:
    if not draft.current.enforced:
        return refusal(Code.NOT_ENFORCED)
    others = tuple(listed for listed in draft.current.emails if listed != email)
    member = state.members.get(email)
    return check_addition(email, others, member.person if member else None)
