"""Reference app 'hello': the least that a Textual program can show, one Static; ctrl+q ends it."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """Textual as it comes, with nothing of ours in it."""

    def compose(self) -> ComposeResult:
        yield Static("hello, world")


if __name__ == "__main__":
    Hello().run()
