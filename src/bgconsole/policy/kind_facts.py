"""What a kind of provider is described by; `provider_kinds` has the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from urllib.parse import urlsplit

from bgconsole.policy.issuers import InvalidSettingError, demand_issuer, is_loopback_host

Matcher = Callable[[str], object]
"""Whether a whole text is as it should be."""


@dataclass(frozen=True, slots=True)
class KindSetting:
    """One field from which a kind's issuer is made.

    `matches` says whether a value may be one. `folded` values are written in small letters;
    `trimmed` are characters that are taken off the end.
    """

    name: str
    label: str
    matches: Matcher | None
    example: str
    hint: str
    folded: bool = False
    trimmed: str = ""

    def clean(self, value: str) -> str:
        """The value as it goes into an issuer."""
        value = value.strip().rstrip(self.trimmed)
        return value.lower() if self.folded else value


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What is particular to a kind.

    `label` is short, for tables; `default_name` is a provider's name unless another is given.
    `issuer_template` makes the issuer from `settings`; `issuer_matches` says whether an issuer
    looks like one of the kind, whatever its host where that is the team's own. `steps` say where
    to click at the IdP. `subject_claims` together are the identity, and `email_claims` are tried in
    order for the email. `trusts_email_verified` is whether the IdP's `email_verified` is proof by
    itself; where it is not, only addresses inside the provider's email domains count.
    `issuer_aliases` are other spellings of the issuer that its tokens may carry. A team begins with
    a provider of each kind that is `in_every_team`.
    """

    label: str
    default_name: str
    settings: tuple[KindSetting, ...]
    issuer_template: str
    steps: tuple[str, ...]
    issuer_matches: Matcher | None = None
    issuer_hosts: tuple[str, ...] = ()
    refused_issuers: Mapping[str, str] | None = None
    subject_claims: tuple[str, ...] = ("sub",)
    email_claims: tuple[str, ...] = ("email",)
    trusts_email_verified: bool = True
    issuer_aliases: tuple[str, ...] = ()
    in_every_team: bool = False

    @property
    def button(self) -> str:
        """What is on the button of a provider that kept its default name."""
        return button(self.default_name)

    def issuer(self, values: Mapping[str, str]) -> str:
        """The issuer made from the kind's settings. Raises InvalidSettingError."""
        clean = {
            setting.name: setting.clean(values.get(setting.name, "")) for setting in self.settings
        }
        for setting in self.settings:
            self._demand_value(setting, clean[setting.name])
        issuer = self.issuer_template.format(**clean)
        self.demand(issuer)
        return issuer

    def values(self, issuer: str) -> dict[str, str]:
        """The settings from which `issuer` was made; empty where it was not made from them."""
        found: dict[str, str] = {}
        rest = issuer
        for before, name, _format, _conversion in Formatter().parse(self.issuer_template):
            if not rest.startswith(before):
                return {}
            rest = rest.removeprefix(before)
            if name is not None:
                after = self.issuer_template.partition(f"{{{name}}}")[2].partition("{")[0]
                found[name], _, _ = rest.rpartition(after) if after else (rest, "", "")
                rest = rest.removeprefix(found[name])
        return {} if rest or not all(found.values()) else found

    def demand(self, issuer: str) -> None:
        """Raise InvalidSettingError unless a provider of this kind may have this issuer."""
        own = self.settings[0] if self.settings else None
        setting = own.name if own else "issuer"
        demand_issuer(issuer, setting)
        parts = urlsplit(issuer)
        example = f"Write it such as {own.example}" if own else f"Use {self.issuer_template}"
        for refused, why in (self.refused_issuers or {}).items():
            if refused in parts.path.lower().split("/"):
                raise InvalidSettingError(setting, why, example)
        host = parts.hostname or ""
        # A stand-in on this machine may have any host of its own, but the path of the kind.
        known = not self.issuer_hosts or host in self.issuer_hosts or is_loopback_host(host)
        like = self.issuer_matches is None or self.issuer_matches(issuer)
        if not known or not like:
            raise InvalidSettingError(
                setting, f"This is not an issuer of {self.default_name}", example
            )

    def _demand_value(self, setting: KindSetting, value: str) -> None:
        if not value:
            raise InvalidSettingError(
                setting.name, f"{setting.label} is missing", f"Write it such as {setting.example}"
            )
        refused = (self.refused_issuers or {}).get(value.lower())
        if refused is not None:
            raise InvalidSettingError(setting.name, refused, f"Write it such as {setting.example}")
        if setting.matches is not None and not setting.matches(value):
            raise InvalidSettingError(
                setting.name,
                f"This is not a {setting.label}: {setting.hint}",
                f"Write it such as {setting.example}",
            )


def button(name: str) -> str:
    """'Sign in with Microsoft Entra ID'."""
    return f"Sign in with {name}"
