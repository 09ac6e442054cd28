"""How an identity provider answers, and apart from it when somebody last signed in by it."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil, sqrt
from typing import Final

from textual.content import Content

from bgconsole.backend.values import IdpReport, ProviderDetail
from bgconsole.policy.idp_words import IdpWord
from bgconsole.tui.kit.render.idp_state import idp_state, tonight, what_it_means
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import EMPTY, cut, lines, safe_text, words
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL, LEVELS
from bgconsole.tui.terminal.theme import DANGER, DIM

_LABEL: Final = 11


def sparkline(latencies: Sequence[int | None], width: int) -> Content:
    """A cell for each of the newest probes that fit: as high as it took long, '×' where it failed.

    The slowest of them reaches the top; by square roots, so that one of them leaves the others
    something to tell.
    """
    shown = latencies[-width:] if width > 0 else ()
    most = max((latency for latency in shown if latency is not None), default=0)
    return words("").join([_cell(latency, most) for latency in shown])


def _cell(latency: int | None, most: int) -> Content:
    if latency is None:
        return words(FULL.fails, DANGER)
    height = ceil(sqrt(latency / max(most, 1)) * len(LEVELS))
    return words(LEVELS[max(height, 1) - 1])


def probes(report: IdpReport | None, width: int) -> Content:
    """'▂▂▃▂█▂  38 ms, 31 to 120 in 60 probes, 1 failed'; nothing before the first probe."""
    if report is None or not report.recent:
        return EMPTY
    figures = _figures(report)
    told = next((one for one in figures if len(report.recent) + len(one) + 2 <= width), figures[-1])
    return sparkline(report.recent, width - len(told) - 2) + words(f"  {told}", DIM)


def _figures(report: IdpReport) -> list[str]:
    """What the sparkline shows, in ever fewer words."""
    took = [latency for latency in report.recent if latency is not None]
    count, failed = len(report.recent), len(report.recent) - len(took)
    last = f"{report.recent[-1]} ms" if report.recent[-1] is not None else "no answer"
    many = f"{count} probe{'s' if count > 1 else ''}"
    span = f"{min(took)} to {max(took)} in {many}" if took else f"in {many}"
    lost = f", {failed} failed" if failed else ""
    return [f"{last}, {span}{lost}", f"{last}{lost}", last]


def last_sign_in(detail: ProviderDetail, now: datetime) -> Content:
    """'last SSO sign-in 14:02 by ken@…', which a provider that answers does not promise."""
    if detail.proven_at is None:
        return words("nobody has signed in by it yet")
    told = words(f"last SSO sign-in {clock_time(detail.proven_at, now)}")
    return told + words(" by ") + safe_text(detail.proven_by) if detail.proven_by else told


def clock_time(at: datetime, now: datetime) -> str:
    """The time of day; of another day with its date."""
    if at.date() == now.date():
        return f"{at:%H:%M}"
    year = "" if at.year == now.year else f" {at.year}"
    return f"{at.day} {at:%b}{year} {at:%H:%M}"


def reachable(detail: ProviderDetail, now: datetime) -> Content:
    """'✓ up since 01:00 · checked 03:12'."""
    idp, unknown = detail.idp, detail.word is IdpWord.UNKNOWN
    told = idp_state(idp, configured=detail.configured, since=unknown)
    if not detail.configured or unknown:
        return told
    if idp.since is not None:
        told += words(f" since {clock_time(idp.since, now)}")
    if idp.checked_at is not None:
        told += words(f" {FULL.dot} checked {clock_time(idp.checked_at, now)}", DIM)
    return told


def on_page(view: ProviderView, now: datetime, width: int) -> Content:
    """On the provider's own page: whether it answers, how fast, and whether people sign in."""
    detail, room = view.detail, width - _LABEL
    providers = view.saved.providers
    if not detail.configured:
        sets_up = words(". ") + key_hint("i", " sets it up") if view.administers else EMPTY
        told = tonight(detail, providers) + sets_up
        return lines(*(words("  ") + row for row in told.wrap(max(width - 2, 1))))
    means = what_it_means(detail, providers).wrap(max(room, 1))
    rows = [_labelled("" if number else "Tonight", row, room) for number, row in enumerate(means)]
    rows.append(_labelled("Reachable", reachable(detail, now), room))
    found = probes(view.report, room)
    if found:
        rows.append(_labelled("", found, room))
    rows.append(_labelled("Sign-ins", last_sign_in(detail, now), room))
    return lines(*rows)


def _labelled(label: str, content: Content, room: int) -> Content:
    return words(f"{label:<{_LABEL}}", DIM) + cut(content, room)
