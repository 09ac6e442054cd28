"""What a change does to people: shown before it, confirmed at a terminal, printed otherwise."""

from collections.abc import Iterable

from bgconsole.cli import prompts
from bgconsole.cli.output import note_all, say
from bgconsole.policy.guard import Override
from bgconsole.policy.impact import Impact, PersonImpact
from bgconsole.policy.impact_words import Fact, Sentence, sentences
from bgconsole.policy.text import visible

_TAKES = frozenset({Fact.SHUT_OUT, Fact.LOSES})


class Effect:
    """The effect on people of one change that `me` makes; `more` is said before it."""

    def __init__(self, impact: Impact, me: str, more: Iterable[str] = ()) -> None:
        self._impact = impact
        self._more = tuple(more)
        # A change of nothing is one that will be refused.
        known = impact.before is not impact.after
        self._sentences: tuple[Sentence, ...] = sentences(impact, me) if known else ()
        self._shown = False

    def confirm(self, question: str, *, yes: bool, override: Override | None = None) -> None:
        """Show it and ask, where somebody can be asked. Raises CommandError for no.

        A change that the guard is against is refused, not asked about.
        """
        nothing = self._impact.before == self._impact.after
        if yes or nothing or not prompts.at_terminal() or self._refused(override):
            return
        note_all(self._told)
        prompts.confirm(question)
        self._shown = True

    def tell(self, *, as_json: bool) -> None:
        """Print it, unless it was shown before the question."""
        if self._shown:
            return
        if as_json:
            note_all(self._told)
        else:
            say(*(f"{visible(one)}." for one in self._told))

    @property
    def fields(self) -> dict[str, object]:
        """It in JSON: all of it, and what takes password login or the last way in from people."""
        return {"effect": list(self._told), "warnings": self.warnings}

    @property
    def warnings(self) -> list[str]:
        """What takes password login or the last way in from people."""
        return [str(one) for one in self._sentences if one.fact in _TAKES and one.people]

    @property
    def _told(self) -> tuple[str, ...]:
        return (*self._more, *map(str, self._sentences))

    def _refused(self, override: Override | None) -> bool:
        if isinstance(self._impact, PersonImpact) and self._impact.owner_refused is not None:
            return True
        return self._impact.guarded.refusal(override) is not None
