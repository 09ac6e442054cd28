"""The list of providers: a row each in the order of tabs, and one of them in full below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.text import visible
from bgconsole.tui.kit.columns import ALL, Column, TableColumns, fitted
from bgconsole.tui.kit.render.idp_state import idp_state, what_it_means
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.probes import last_sign_in, probes, reachable
from bgconsole.tui.kit.render.standing import enforcement
from bgconsole.tui.kit.render.text import (
    EMPTY,
    cut,
    line,
    lines,
    names,
    rule,
    safe_text,
    spread,
    words,
)
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, STRONG

_ALL_COLUMNS: Final = 100
_TABLE: Final = 64
_LABEL: Final = 10
_KEY, _STATE, _KIND, _LIST, _IDP, _IDP_SHORT = 5, 12, 10, 18, 20, 13
_NAME_LEAST, _NAME_MOST, _SLUG_MOST = 14, 30, 16


@dataclass(frozen=True, slots=True)
class Enforced:
    """Since when enforcement stands, and who switched it on."""

    at: datetime
    by: str | None


def columns(views: Sequence[ProviderView], width: int) -> TableColumns:
    """What fits: all of it, the state alone, or only how each is called; the IdP is beside it."""
    longest = max((cell_len(visible(view.detail.name)) for view in views), default=0) + 4
    name = min(max(longest, _NAME_LEAST), _NAME_MOST) if width >= _ALL_COLUMNS else ALL
    slug = min(max((len(view.detail.slug) for view in views), default=0) + 2, _SLUG_MOST)
    table = width >= _TABLE
    every = (
        Column("state", _STATE if table else 2),
        Column("name", _NAME_LEAST if table else 4, name),
        Column("slug", slug, from_width=_ALL_COLUMNS),
        Column("kind", _KIND, from_width=_ALL_COLUMNS),
        Column("issuer", 0, ALL, from_width=_ALL_COLUMNS),
        Column("break-glass list", _LIST, from_width=_TABLE),
    )
    return fitted(
        every, width, outside=_KEY + (_IDP if width >= _ALL_COLUMNS else _IDP_SHORT), gap=0
    )


def heading(views: Sequence[ProviderView], shown: range, width: int, *, read_only: bool) -> Content:
    """'Providers  3 · 2 enforced', and which of them are in view."""
    enforced = sum(view.draft.current.enforced for view in views)
    left = line(("Providers", STRONG), f"  {len(views)}")
    if views:
        left += words(f" {FULL.dot} {enforced} enforced", DIM)
    if read_only:
        return spread(width, left, words("read-only", CARE))
    if len(shown) < len(views):
        right = words(f"{shown.start + 1}–{shown.stop} of {len(views)}", DIM)
        return spread(width, left, right)
    if width < _TABLE:
        return cut(left, width)
    return spread(
        width, left, line(key_hint("K"), " ", key_hint("J"), (" move it among the tabs", DIM))
    )


def table_head(views: Sequence[ProviderView], width: int) -> Content:
    """The columns' names, and a rule; nothing where there are none."""
    if not views:
        return rule(width)
    if width < _TABLE:
        return EMPTY
    head = words(" " * _KEY) + columns(views, width).heads()
    titles = spread(width, head, words("IdP", DIM))
    return lines(titles, rule(width)) if width >= _ALL_COLUMNS else titles


@dataclass(frozen=True, slots=True, eq=False)
class RowPaint:
    """Draws the row of the provider at a place, from 0."""

    views: Sequence[ProviderView]

    def __call__(self, place: object, width: int, marked: bool) -> Content:
        """Key, sign and word, name, and as much more as there is room for."""
        if not isinstance(place, int):
            return EMPTY
        view, table = self.views[place], width >= _TABLE
        key = words(f"{place + 1:>2} ", ACCENT if place < 9 else DIM)
        cursor = words(f"{FULL.cursor} ", f"bold {ACCENT}") if marked else words("  ")
        shape = columns(self.views, width)
        cells = shape.row(partial(_drawn, view, table=table, marked=marked))
        brief = width < _ALL_COLUMNS
        idp = _idp_in_a_word(view.detail) if brief else _idp_in_brief(view.detail)
        content = spread(width, cursor + key + cells, idp)
        return content.stylize("on $focus-row") if marked else content


def _drawn(view: ProviderView, name: str, cells: int, *, table: bool, marked: bool) -> Content:
    """What the column of a name shows of a provider."""
    detail = view.detail
    match name:
        case "state":
            state = enforcement(view)
            return words(f"{state.sign} {state.word}" if table else state.sign, state.style)
        case "name":
            shown = cut(safe_text(detail.name, STRONG if marked else ""), max(cells - 4, 2))
            unsaved = words(f" {FULL.unsaved}", f"bold {CARE}") if view.draft.dirty else EMPTY
            return shown + unsaved
        # With two cells between it and the next.
        case "slug":
            return cut(safe_text(detail.slug, DIM), cells - 2)
        case "kind":
            return words(detail.kind.facts.label, DIM)
        case "issuer":
            return cut(_issuer_in_brief(detail), cells - 2)
        case _:
            return _list_in_brief(view)


def _issuer_in_brief(detail: ProviderDetail) -> Content:
    if detail.issuer is None:
        return words(FULL.none, DIM)
    return safe_text(detail.issuer.removeprefix("https://"), DIM)


def _list_in_brief(view: ProviderView) -> Content:
    listed = len(view.draft.current.emails)
    if not view.draft.current.enforced:
        return words(f"{listed} kept" if listed else FULL.none, DIM)
    return words(f"{listed} of {MAX_ENTRIES}, {len(view.usable)} usable")


def _idp_in_brief(detail: ProviderDetail) -> Content:
    return idp_state(detail.idp, configured=detail.configured)


def _idp_in_a_word(detail: ProviderDetail) -> Content:
    """For a narrow terminal."""
    return idp_state(detail.idp, configured=detail.configured, since=False)


def nothing(width: int) -> Content:
    """Instead of rows where there are none."""
    return lines(
        words("  No provider yet. Without one, everybody signs in by password."),
        EMPTY,
        line("  ", key_hint("a", "  adds one: Entra ID, or any OpenID Connect provider", "")),
    )


def in_full(view: ProviderView, enforced: Enforced | None, now: datetime, width: int) -> Content:
    """All there is to say of one provider, under a rule."""
    detail = view.detail
    room = width - _LABEL
    title = safe_text(detail.name, STRONG)
    kind = words(f"{detail.kind.facts.label} {FULL.dot} slug ", DIM) + safe_text(detail.slug, DIM)
    rows = [
        rule(width),
        spread(width, title, words("  ") + kind),
        _labelled("Issuer", _issuer(detail), room),
        _labelled("Enforced", _enforced(view, enforced), room),
        _labelled("List", _list(view, room), room),
        _labelled("IdP", _idp(detail, now), room),
        _labelled("Tonight", what_it_means(detail, view.saved.providers), room),
    ]
    if detail.configured:
        told = probes(view.report, room)
        rows += [_labelled("Probes", told, room)] if told else []
        rows.append(_labelled("Sign-ins", last_sign_in(detail, now), room))
    if view.draft.dirty:
        rows.append(_labelled("Draft", _draft(view), room))
    return lines(*rows)


def _labelled(label: str, content: Content, room: int) -> Content:
    return words(f"{label:<{_LABEL}}", DIM) + cut(content, room)


def _issuer(detail: ProviderDetail) -> Content:
    if detail.issuer is None or not detail.configured:
        return line(
            "SSO is not set up: nobody can sign in by it. ", key_hint("i", " sets it up", "")
        )
    return safe_text(detail.issuer)


def _enforced(view: ProviderView, enforced: Enforced | None) -> Content:
    detail = view.detail
    if not detail.enforced:
        return words("no: password login is not affected")
    if enforced is None:
        return words("yes")
    by = safe_text(enforced.by) if enforced.by else words("somebody unknown")
    return words(f"since {_moment(enforced.at)} by ") + by


def _list(view: ProviderView, room: int) -> Content:
    emails = view.draft.current.emails
    if not view.draft.current.enforced:
        if not emails:
            return words("nobody listed")
        start = words(f"{len(emails)} kept for when it is enforced: ")
    elif not emails:
        return words("nobody listed: ") + words("nobody gets in by it", CARE)
    else:
        start = words(f"{len(emails)} of {MAX_ENTRIES} listed, {len(view.usable)} usable: ")
    return start + names(emails, room - start.cell_length)


def _idp(detail: ProviderDetail, now: datetime) -> Content:
    told = reachable(detail, now)
    if detail.configured and detail.idp.detail:
        told += words(f" {FULL.dot} ", DIM) + safe_text(detail.idp.detail, DIM)
    return told


def _draft(view: ProviderView) -> Content:
    size = view.draft.delta.size
    changes = f"{size} change{'s' if size > 1 else ''} not saved"
    told = words(f"{FULL.unsaved} {changes}", CARE)
    if view.meanwhile is None:
        return told
    who = safe_text(view.detail.saved_by or "Somebody else")
    return told + words("; ") + who + words(" saved first: saving yours shows both")


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%b} {at:%Y %H:%M} UTC"
