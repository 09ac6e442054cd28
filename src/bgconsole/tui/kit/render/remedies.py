"""What to do about a refusal, as the console offers it: its keys instead of commands."""

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.tui.kit.render.text import line, safe_text, words
from bgconsole.tui.terminal.theme import ACCENT


@dataclass(frozen=True, slots=True)
class Keys:
    """What to press, as keys are written on the screen, and what that does."""

    press: str
    does: str


HOW: Final[dict[Code, Keys]] = {
    Code.LIMIT_REACHED: Keys("x", "removes the one under the cursor"),
    Code.UNKNOWN_ACCOUNT: Keys("m a", "adds them, with a one-time code to sign up by"),
    Code.NO_PASSWORD: Keys("m C", "makes a one-time code for it"),
    Code.NOT_A_MEMBER: Keys("m a", "adds them"),
    Code.NOT_ENFORCED: Keys("t", "turns it on"),
    Code.LAST_OWNER: Keys("m r", "changes a role"),
}
"""Beside the remedy's own words."""

_INSTEAD: Final[dict[Code, str]] = {
    Code.SSO_UNCONFIGURED: "An owner or admin sets it up: i on the provider's page",
    Code.CODE_INVALID: "Ask an owner or admin for a new code (m, then C, in their console)",
    Code.ALREADY_INITIALISED: "Sign in to it, or open another database",
    Code.UNKNOWN_PROVIDER: "p lists the providers",
    Code.UNKNOWN_MEMBER: "m lists the members",
    Code.UNKNOWN_IDENTITY: "m, then enter on the person, shows their links",
    Code.LOG_REWOUND: "Find out why; an owner records it: H",
    Code.INVALID_REQUEST: "Check that console and server have the same version",
}
"""Instead of a remedy that names a command."""


def remedy_here(refused: Refusal) -> str:
    """The remedy with the keys for it; words more exact than the code's own stay as they are."""
    if refused.remedy != refusal(refused.code).remedy:
        return refused.remedy
    keys = HOW.get(refused.code)
    if keys is not None:
        return f"{refused.remedy}: {keys.press} {keys.does}"
    return _INSTEAD.get(refused.code, refused.remedy)


def with_keys(told: str, keys: Keys, *before: str) -> Content:
    """'Have the user sign up first: esc m a adds them': with keys to press `before`."""
    press = " ".join((*before, keys.press))
    return safe_text(told) + words(": ") + line((press, ACCENT), f" {keys.does}")
