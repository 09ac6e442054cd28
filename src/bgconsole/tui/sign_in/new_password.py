"""A password being chosen: typed twice, judged while it is typed, and told by `take` only."""

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from bgconsole.backend.strength import weakness
from bgconsole.policy.passwords import normalised
from bgconsole.policy.refusals import Code, Refusal
from bgconsole.tui.kit.field import PasswordField
from bgconsole.tui.kit.rows import NotedRow
from bgconsole.tui.sign_in.render import password as render
from bgconsole.tui.sign_in.render.entry import refused

_OWN = frozenset({Code.PASSWORD_TOO_SHORT, Code.PASSWORD_TOO_LONG, Code.PASSWORD_COMMON})


class NewPassword(Vertical):
    """Two fields, each with a line below. `words` are what a guesser knows of the person."""

    def __init__(self, label: str = "Password", words: Sequence[str] = ()) -> None:
        super().__init__()
        self._words = words
        self._first = PasswordField(id="new-password")
        self._second = PasswordField(id="new-password-again")
        self._rows = (NotedRow(label, self._first), NotedRow("Again", self._second))

    def compose(self) -> ComposeResult:
        """Once, and again."""
        yield from self._rows

    def on_mount(self) -> None:
        """Say what a password must be."""
        self._judge()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge what is typed so far."""
        event.stop()
        self._judge()

    def know(self, words: Sequence[str]) -> None:
        """Judge with these words from now on."""
        if words != self._words:
            self._words = words
            self._judge()

    @property
    def wrong(self) -> PasswordField | None:
        """The first field that must be typed otherwise; says why under it."""
        weak = self._weakness
        if weak is not None:
            self._say_why(weak)
            return self._first
        if self._first.value != self._second.value:
            self._rows[1].say(lambda _width: render.again(1, same=False, so_far=False))
            return self._second
        return None

    def takes(self, refusal: Refusal) -> bool:
        """Whether it is this password that is refused: then say so, and have it typed anew."""
        if refusal.code not in _OWN:
            return False
        self._say_why(refusal)
        self._first.focus()
        return True

    def take(self) -> str:
        """The password; both fields are empty afterwards."""
        # Whatever is said about it stands until something is typed.
        with self.prevent(Input.Changed):
            self._second.take()
            return self._first.take()

    def give_back(self, password: str) -> None:
        """Fill both fields with what was taken: it was refused for something else."""
        self._first.value = self._second.value = password

    @property
    def _weakness(self) -> Refusal | None:
        return weakness(self._first.value, self._words)

    def _say_why(self, refusal: Refusal) -> None:
        self._rows[0].say(partial(refused, refusal))

    def _judge(self) -> None:
        first, second = self._first.value, self._second.value
        length, weak = len(normalised(first)), self._weakness
        self._rows[0].say(partial(render.meter, length, weak))
        said = render.again(len(second), same=first == second, so_far=first.startswith(second))
        self._rows[1].say(lambda _width: said)
