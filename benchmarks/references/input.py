"""Reference app 'input': the least that one can type into, one Input; ctrl+q ends it."""

from textual.app import App, ComposeResult
from textual.widgets import Input


class OneInput(App[None]):
    """Textual as it comes, with nothing of ours in it; the Input has the focus."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder="Email")


if __name__ == "__main__":
    OneInput().run()
