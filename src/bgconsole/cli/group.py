"""Click's groups and commands as bgconsole uses them: loaded late, each with an example."""

import importlib
from collections.abc import Mapping
from typing import Any, Final

import click

from bgconsole.cli.context import PASSWORD_STDIN, Invocation
from bgconsole.cli.width import HelpContext, write_lines

_WHOLE: Final = 1000
"""Characters of a command's sentence: more than any has."""

HELP_SETTINGS: Final = {"help_option_names": ["-h", "--help"]}


class _Group(click.Group):
    """A group whose help says all of what its commands do, at the width at hand."""

    context_class = HelpContext

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, found.get_short_help_str(_WHOLE)) for name, found in commands if found]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class LazyGroup(_Group):
    """A group whose commands are imported when they are run, or listed by the help."""

    def __init__(self, *args: Any, sources: Mapping[str, str], **kwargs: Any) -> None:
        """`sources` names the place of each command ("module:attribute"), in the help's order."""
        super().__init__(*args, **kwargs)
        self._sources = dict(sources)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._sources)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for paragraph in (self.epilog or "").strip().split("\n\n"):
            formatter.write_paragraph()
            write_lines(formatter, paragraph)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        source = self._sources.get(cmd_name)
        if source is None:
            return None
        module, _, attribute = source.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{source} is no command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self._sources and not name.startswith("-"):
            raise click.NoSuchCommand(name, possibilities=self._sources, ctx=ctx)
        return super().resolve_command(ctx, args)


class OrderedGroup(_Group):
    """A group that lists its commands in the order in which they were written."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class Command(click.Command):
    """A command with an example in its help, and the options that nearly every command has."""

    context_class = HelpContext

    def __init__(
        self,
        *args: Any,
        example: str,
        prints: bool = True,
        password: str = "If re-authentication is needed, read your password from standard input.",
        **kwargs: Any,
    ) -> None:
        """`prints` False leaves out --json; an empty `password` leaves out --password-stdin."""
        super().__init__(*args, **kwargs)
        self.example = example
        if password:
            self.params.append(_flag(PASSWORD_STDIN, "password_stdin", password))
        if prints:
            self.params.append(_flag("--json", "as_json", "Print JSON."))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Example" if "\n" not in self.example else "Examples"):
            write_lines(formatter, f"  {self.example}".replace("\n", "\n  "))


def _flag(option: str, attribute: str, text: str) -> click.Option:
    def keep(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        setattr(ctx.ensure_object(Invocation), attribute, value)

    return click.Option([option], is_flag=True, expose_value=False, callback=keep, help=text)
