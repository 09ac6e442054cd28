"""In a sentence: how a person could get in now, on which lists they are, how they stand."""

from datetime import datetime

from textual.content import Content

from bgconsole.backend.values import Member, ProviderDetail
from bgconsole.policy import forecast
from bgconsole.policy.login import listing
from bgconsole.policy.refused_login import why_no_sso
from bgconsole.policy.team import Team
from bgconsole.tui.kit.render.pauses import FROM_WHERE
from bgconsole.tui.kit.render.text import line, local_part, safe_text, words
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK


def access(one: Member, providers: tuple[ProviderDetail, ...]) -> Content:
    """'✓ Gets in by password, as a break-glass user; or by SSO through Entra'."""
    team = Team.of([one.person], (p.with_settings(p.settings) for p in providers))
    shorts = {p.slug: short_name(p) for p in providers}
    if one.role is None:
        return line((f"{FULL.none} ", DIM), "Not a member of this team: cannot get in")
    tried = forecast.tried_ways(team, one.person)
    sso = ", ".join(shorts[p.slug] for p in tried)
    untried = [p for p in forecast.sso_ways(team, one.person) if p not in tried]
    maybe = ", ".join(shorts[p.slug] for p in untried)
    passes, fails = words(f"{FULL.passes} ", OK), words(f"{FULL.fails} ", DANGER)
    if forecast.can_use_password(team, one.person):
        listed = listing(one.email, team.providers)
        by = "Gets in by password" + (f", {FROM_WHERE}" if one.paused else "")
        by += ", as a break-glass user" if listed else ""
        rest = words("; or by SSO through ") + safe_text(sso) if sso else words("")
        if maybe and not sso:
            rest = words("; SSO through ") + safe_text(maybe) + words(" not tried yet")
        return passes + words(by) + rest
    if sso:
        only = words("Gets in by SSO only, through ") + safe_text(sso)
        return passes + only + words(": no way in while that is down", CARE)
    if maybe:
        told = (
            words("SSO through ") + safe_text(maybe) + words(" is the only way in: not tried yet")
        )
        return words(f"{FULL.bad} ", CARE) + told
    why = "has no password" if not one.has_password else "on no list of an enforced provider"
    return (
        fails
        + words(f"Cannot get in now: {why}, and ")
        + safe_text(why_no_sso(team.providers, short_name))
    )


def lists_of(one: Member, providers: tuple[ProviderDetail, ...]) -> Content:
    """'On the break-glass list of Entra (olga, 2 Oct)'; how it does not count; a pause."""
    told = [
        safe_text(short_name(p)) + _added(p, one.email) for p in providers if p.slug in one.lists
    ]
    if one.paused:
        paused = words(f"{FULL.paused} Paused after too many failed sign-ins", CARE)
        return paused + words(": an owner can lift it with L")
    if not told:
        password = "" if one.has_password or one.role is None else ", and without a password"
        return words(f"{FULL.none} On no break-glass list{password}", DIM)
    lists = "lists" if len(told) > 1 else "list"
    on = words(", ").join(told)
    if one.person.problem is not None:
        return words(f"{FULL.bad} ", CARE) + words(f"No password: not counted on {lists} of ") + on
    return words(f"On the break-glass {lists} of ") + on


def _added(provider: ProviderDetail, email: str) -> Content:
    entry = next((e for e in provider.entries if e.email == email), None)
    if entry is None:
        return words("")
    by = f"{local_part(entry.added_by)}, " if entry.added_by else ""
    return safe_text(f" (added by {by}{_day(entry.added_at)})" if by else "", DIM)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b}"
