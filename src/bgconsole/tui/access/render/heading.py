"""Around the list of 'Who gets in': the answer in one line, heads of columns, the legend."""

from typing import Final

from textual.content import Content

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.coverage import OnList
from bgconsole.policy.idp_words import IdpWord
from bgconsole.tui.access.render.rows import ROOMY, TINY, WIDE, Shape, shape
from bgconsole.tui.kit.render.idp_state import tonight
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import EMPTY, cut, fit, line, lines, safe_text, spread, words
from bgconsole.tui.model.access_matrix import AccessMatrix, Case, TeamVersion
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, RULE, STRONG

_SIDES: Final = {TeamVersion.SAVED: "as saved", TeamVersion.DRAFT: "draft"}


def reading(_width: int) -> Content:
    """Instead of an answer as long as there is none."""
    return words(f"Loading the team {FULL.ellipsis}", DIM)


def nobody(wanted: str, width: int) -> Content:
    """Instead of a reason where no person matches."""
    return cut(words("No match for ", DIM) + safe_text(f'"{wanted}"'), width)


def answer(matrix: AccessMatrix, chosen: Case, width: int, *, low: bool) -> Content:
    """The headline, and where there is room what it rests on."""
    first = headline(matrix, chosen, width)
    return first if low else lines(first, explanation(matrix, chosen, width))


def name_of(matrix: AccessMatrix, slug: str | None) -> str:
    """How the provider of a scenario is called."""
    detail = matrix.provider(slug)
    return "every IdP" if detail is None else short_name(detail)


def label(matrix: AccessMatrix, case: Case) -> str:
    """'Entra down', 'all up'."""
    if not matrix.set_up:
        return "no SSO"
    slug = case.condition.slug
    return f"{'all' if slug is None else name_of(matrix, slug)} {case.condition.idp.value}"


def headline(matrix: AccessMatrix, chosen: Case, width: int) -> Content:
    """'If Entra goes down   12 of 14 can sign in as saved → 3 of 14 after your draft'."""
    if width < TINY:
        return _brief(matrix, chosen, width)
    narrow = width < ROOMY
    first = safe_text(_condition(matrix, chosen), STRONG) + words("  " if narrow else "    ")
    for side in matrix.sides:
        case = Case(side, chosen.condition)
        if side is TeamVersion.DRAFT:
            first += words(f"  {FULL.arrow}  " if not narrow else f" {FULL.arrow} ", DIM)
        first += _count(matrix, case)
        first += _after_count(matrix, side, narrow=narrow) + _untried(matrix, case)
    if not matrix.changes:
        return cut(first, width)
    many = "s" if matrix.changes > 1 else ""
    unsaved = f" {matrix.changes} change{many} not saved" if not narrow else f" {matrix.changes}"
    right = words(f"{FULL.unsaved}{unsaved}", CARE)
    saves = words("  ") + key_hint("^S", " saves")
    if first.cell_length + right.cell_length + saves.cell_length + 2 <= width:
        right += saves
    return spread(width, first, right)


def _brief(matrix: AccessMatrix, chosen: Case, width: int) -> Content:
    """'Entra down: 12 → 3 of 14'."""
    told = safe_text(f"{label(matrix, chosen)}: ", STRONG)
    for side in matrix.sides:
        column = matrix.column(Case(side, chosen.condition))
        told += words(f" {FULL.arrow} ", DIM) if side is TeamVersion.DRAFT else EMPTY
        told += words(f"{column.entering}", STRONG)
    unsaved = words(f"{FULL.unsaved}", CARE) if matrix.changes else EMPTY
    told += words(f" of {len(matrix.members)} get in")
    room = width - told.cell_length - unsaved.cell_length
    forms = (_untried(matrix, chosen, form) for form in ("not tried yet", "not tried"))
    told += next((form for form in forms if form.cell_length <= room), EMPTY)
    return spread(width, told, unsaved)


def _untried(matrix: AccessMatrix, case: Case, told: str = "not tried yet") -> Content:
    """', 5 not tried yet' behind a count; nothing without anybody."""
    count = matrix.column(case).untried
    return words(f", {count} {told}", CARE) if count else EMPTY


def _condition(matrix: AccessMatrix, chosen: Case) -> str:
    if not matrix.set_up:
        return "Without any SSO set up"
    detail = matrix.provider(chosen.condition.slug)
    name = name_of(matrix, chosen.condition.slug)
    is_down = detail is not None and detail.word is IdpWord.DOWN
    if chosen.down:
        return f"{name} is down:" if is_down else f"If {name} goes down"
    return f"Once {name} is up again" if is_down else f"While {name} is up"


def _count(matrix: AccessMatrix, case: Case) -> Content:
    entering, members = matrix.column(case).entering, len(matrix.members)
    style = f"bold {DANGER}" if _is_bad(matrix, case) else STRONG
    return words(f"{entering} of {members}", style)


def _is_bad(matrix: AccessMatrix, case: Case) -> bool:
    """Whether nobody gets in, or fewer than as saved; those of whom it is not known count."""
    now = matrix.column(case)
    was = matrix.column(Case(TeamVersion.SAVED, case.condition))
    return not now.entering + now.untried or now.entering + now.untried < was.entering


def _after_count(matrix: AccessMatrix, side: TeamVersion, *, narrow: bool) -> Content:
    if len(matrix.sides) == 1:
        return words(" can sign in")
    if side is TeamVersion.SAVED:
        return words(" as saved" if narrow else " can sign in as saved")
    return words(" in draft" if narrow else " after your draft")


def explanation(matrix: AccessMatrix, chosen: Case, width: int) -> Content:
    """What the answer rests on, in dim words; first of all that nothing is enforced."""
    parts: list[Content] = []
    if not any(p.enforced for p in matrix.team(chosen.side).providers):
        parts.append(words("No provider is enforced: a password lets everybody in who has one."))
    asked = matrix.provider(chosen.condition.slug)
    if asked is not None:
        parts.append(tonight(asked, matrix.team(TeamVersion.SAVED).providers) + words("."))
    slug = chosen.condition.slug
    others = [p for p in matrix.set_up if p.slug != slug] if slug is not None else []
    if others:
        parts.append(safe_text(_as_measured(others)))
    told = words(" ").join(parts)
    for more in (
        "Decided by the same rule as a real login. Nothing is sent or recorded.",
        "Nothing is sent or recorded.",
    ):
        if told.cell_length + len(more) + 1 <= width:
            told = words(" ").join((*parts, words(more)))
            break
    return cut(told.stylize_before(DIM), width)


def _as_measured(others: list[ProviderDetail]) -> str:
    """In which state every other IdP is taken to be; many are counted."""
    if len(others) <= 2:
        told = ", ".join(f"{short_name(p)} {p.word}" for p in others)
        return f"{told}, as measured."
    down = sum(p.word is IdpWord.DOWN for p in others)
    return f"Of {len(others)} other IdPs {down or 'none'} down, as measured."


def column_heads(matrix: AccessMatrix, chosen: Case, width: int, *, tall: bool) -> Content:
    """Over the columns: the state of the team, the condition, the count; a rule where room is."""
    form = shape(matrix, chosen, width)
    start = 2 + form.person + form.role + form.has
    names = line("  ", fit(words("person", DIM), form.person), fit(words("role", DIM), form.role))
    names += fit(words("has", DIM), form.has)
    counts = fit(words("  can sign in", ""), start)
    by_side = width < WIDE and len(matrix.sides) > 1
    for case, room in form.cells():
        text = _SIDES[case.side] if by_side else label(matrix, case)
        names += _column_name(text, room, chosen=case == chosen)
        counts += _column_count(matrix, case, room)
    rows = [names, counts]
    if width >= WIDE:
        rows.insert(0, _spans(matrix, form, chosen, start))
    if tall:
        rows.append(words(FULL.rule * width, RULE))
    elif width < TINY:
        rows = rows[:1]
    return lines(*(cut(row, width) for row in rows))


def _column_name(text: str, room: int, *, chosen: bool) -> Content:
    if not chosen:
        return fit(safe_text(text, DIM), room)
    return fit(cut(safe_text(text, STRONG), room - 2) + words(f" {FULL.chosen}", ACCENT), room)


def _column_count(matrix: AccessMatrix, case: Case, room: int) -> Content:
    column = matrix.column(case)
    style = f"bold {DANGER}" if _is_bad(matrix, case) else STRONG
    told = line((str(column.entering), style), (f" of {len(matrix.members)}", DIM))
    more = words(f", {column.untried} not tried" if column.untried else "", CARE)
    return fit(told + more if told.cell_length + more.cell_length < room else told, room)


def _spans(matrix: AccessMatrix, form: Shape, chosen: Case, start: int) -> Content:
    """'── as saved: SSO optional ───' over the columns of each state of the team."""
    row = words(" " * start)
    cells = form.cells()
    for side in matrix.sides:
        room = sum(width for case, width in cells if case.side is side)
        here = side is chosen.side
        # Rules end where the cells' words do, so that the spans stand apart.
        room -= 0 if side is matrix.sides[-1] else form.gap
        text = _side(matrix, side, room - 4)
        rest = max(room - text.cell_length - 4, 0)
        span = words(FULL.rule * 2) + text + words(FULL.rule * rest)
        span = span.stylize_before(STRONG if here else DIM)
        row += fit(span, room)
        if side is not matrix.sides[-1]:
            row += words(" " * form.gap)
    return row


def _side(matrix: AccessMatrix, side: TeamVersion, room: int) -> Content:
    """As much of it as fits in whole words."""
    enforced = [p for p in matrix.providers if _is_enforced(matrix, side, p.slug)]
    names = ", ".join(short_name(detail) for detail in enforced)
    if not enforced:
        told = ["SSO optional"]
    elif enforced == list(matrix.set_up) and len(enforced) == 1:
        told = ["SSO enforced"]
    else:
        told = [f"enforced for {names}", f"{len(enforced)} enforced"]
    tries = [safe_text(f" {_SIDES[side]}: {one} ") for one in told]
    fitting = (one for one in tries if one.cell_length <= room)
    return next(fitting, None) or cut(safe_text(f" {_SIDES[side]} "), room)


def _is_enforced(matrix: AccessMatrix, side: TeamVersion, slug: str) -> bool:
    provider = matrix.team(side).provider(slug)
    return provider is not None and provider.enforced


def legend(matrix: AccessMatrix, chosen: Case, width: int) -> Content:
    """What the short words mean, as many as fit; first what is odd about a provider."""
    parts = [_without_column(matrix, detail) for detail in matrix.providers]
    told = [part for part in parts if part is not None and "enforced" in part.plain]
    gap = "  " if width >= WIDE else " "
    off = "not enforced" if width >= WIDE else "off"
    signs = f"list: {FULL.passes} saved{gap}{FULL.added} added{gap}{FULL.removed} removed"
    signs += f"{gap}{FULL.bad} does not count"
    if OnList.DORMANT in matrix.entries.values():
        signs += f"{gap}{FULL.off} {off}"
    if any(person.paused for person in matrix.members):
        told.append(words(f"{FULL.paused} paused", CARE))
    told += [words("pw password", DIM), words(signs, DIM)]
    shown = matrix.cases(chosen.condition.slug)
    if any(one.untried for case in shown for one in matrix.column(case).access.values()):
        told.append(words("SSO? not tried yet", DIM))
    told += [part for part in parts if part is not None and part not in told]
    row = EMPTY
    for part in told:
        longer = row + words("   ") + part if row else part
        if longer.cell_length > width and row:
            break
        row = longer
    return cut(row, width)


def _without_column(matrix: AccessMatrix, detail: ProviderDetail) -> Content | None:
    if detail.configured:
        return None
    if any(_is_enforced(matrix, side, detail.slug) for side in matrix.sides):
        name = safe_text(short_name(detail), CARE)
        return line((f"{FULL.bad} ", CARE), name, (f" is enforced, but {IdpWord.NOT_SET_UP}", CARE))
    if not matrix.set_up:
        return None
    return safe_text(detail.name, DIM) + words(f" is {IdpWord.NOT_SET_UP}: no column", DIM)
