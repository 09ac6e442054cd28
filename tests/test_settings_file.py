"""The settings file: what it may say, and one clear sentence for everything else."""

from pathlib import Path

import pytest

from bgconsole.files import settings as settings_file
from bgconsole.files.settings import Clipboard, Preferences, SettingsFileError, Signs, Theme, Times
from tests.cli.driver import CommandLine

EVERYTHING = """\
theme = "high-contrast"
signs = "plain"
times = "local"
clipboard = "file"
mouse = false
title = false

[keys]
"main.save" = "f4,ctrl+w"
main.enforce = "T"
"""


@pytest.fixture
def bgconsole(monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(monkeypatch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


def test_without_a_file_everything_is_as_it_comes() -> None:
    assert settings_file.load(None, lambda _keys: None) == Preferences()


def test_every_setting_is_taken_from_the_users_own_folder(own_home: Path) -> None:
    default = own_home / "config" / "bgconsole" / "settings.toml"
    default.parent.mkdir(parents=True)
    default.write_text(EVERYTHING)
    assert settings_file.location() == default
    assert settings_file.load(None, lambda _keys: None) == Preferences(
        Theme.HIGH_CONTRAST,
        Signs.PLAIN,
        Times.LOCAL,
        Clipboard.FILE,
        mouse=False,
        title=False,
        keys={"main.save": "f4,ctrl+w", "main.enforce": "T"},
    )


WRONG = [
    pytest.param('\ntheme = "drak"', 2, 'theme cannot be "drak". Write one of "auto"', id="value"),
    pytest.param("mouse = 3", 1, "mouse cannot be 3. Write true or false", id="flag"),
    pytest.param('# mine\n\nthemes = "dark"', 3, 'Did you mean "theme"?', id="setting"),
    pytest.param('[colours]\nred = "blue"', 1, '"colours" is not a setting', id="table"),
    pytest.param('signs = "full"\nmouse = tru', 2, "is not TOML", id="syntax"),
    pytest.param('times = "utc', 1, "is not TOML", id="open string"),
    pytest.param('keys = "f4"', 1, "Write it as [keys]", id="keys"),
    pytest.param('[keys]\n"main.save" = 4', 2, "main.save cannot be 4", id="key of a wrong type"),
    pytest.param('[keys]\n\n"main.sav" = "f4"', 3, 'Did you mean "main.save"?', id="binding"),
    pytest.param('[keys]\n"main.save" = "ctrl-s"', 2, '"ctrl-s" is no key', id="key"),
    pytest.param('[keys]\nmain.save = "f4"\nmain.add = "f4"', 2, "too", id="two alike"),
    pytest.param('[keys]\nmain.save = "a"', 2, '"a" is the key of main.add too', id="taken"),
    pytest.param('[keys]\nmain.save = "?"', 2, "the key of help too", id="taken everywhere"),
    pytest.param('[keys]\nmain.save = "delete"', 2, "remove too", id="taken by a part"),
    pytest.param('[keys]\nquit = "q"', 2, '"q" could not be typed any more', id="a letter first"),
]


@pytest.mark.parametrize(("text", "line", "told"), WRONG)
def test_what_is_wrong_is_named_with_its_file_and_line_before_the_console_starts(
    bgconsole: CommandLine, path: Path, text: str, line: int, told: str
) -> None:
    path.write_text(text)
    done = bgconsole("--settings", str(path))
    assert done.code == 2
    assert done.err.startswith(f"bgconsole: {path}, line {line}")
    assert told in done.err
    assert done.err.count("\n") == 1


def test_two_bindings_may_change_their_keys(bgconsole: CommandLine, path: Path) -> None:
    path.write_text('[keys]\nmain.save = "t"\nmain.enforce = "f4"\n')
    assert "needs a terminal" in bgconsole("--settings", str(path)).err


def test_the_example_of_the_documentation_is_right(bgconsole: CommandLine, path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs/settings.md").read_text(encoding="utf-8")
    path.write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    assert path.stat().st_size
    assert "needs a terminal" in bgconsole("--settings", str(path)).err


def test_a_file_that_is_named_must_be_there(bgconsole: CommandLine, path: Path) -> None:
    done = bgconsole("--settings", str(path))
    assert done.code == 2
    assert "does not exist" in done.err


def test_a_file_that_everybody_may_write_is_refused(bgconsole: CommandLine, path: Path) -> None:
    """Somebody else's keys could save what was never meant."""
    path.write_text('theme = "dark"')
    path.chmod(0o646)
    done = bgconsole("--settings", str(path))
    assert done.code == 2
    assert f'Run "chmod o-w {path}"' in done.err


def test_a_file_that_is_no_text_is_refused(bgconsole: CommandLine, path: Path) -> None:
    path.write_bytes(b'theme = "dark"\n\xff\xfe')
    done = bgconsole("--settings", str(path))
    assert done.code == 2
    assert f"{path}, line 2, is not UTF-8" in done.err


def test_hostile_text_in_the_file_reaches_the_terminal_escaped(
    bgconsole: CommandLine, path: Path
) -> None:
    path.write_text('theme = "\\u001b[2J\\u009b1m"')
    done = bgconsole("--settings", str(path))
    assert done.code == 2
    assert done.err.strip().isprintable()


def test_the_doctor_finds_settings_that_are_wrong(bgconsole: CommandLine, path: Path) -> None:
    path.write_text('theme = "drak"')
    done = bgconsole("--settings", str(path), "doctor", "--json")
    assert done.code == 3
    assert [one["check"] for one in done.json["findings"]][-1] == "settings"


def test_reading_fails_with_a_sentence_whatever_is_there(path: Path) -> None:
    path.mkdir()
    with pytest.raises(SettingsFileError, match="is not a file"):
        settings_file.load(path, lambda _keys: None)


@pytest.mark.parametrize(
    "text",
    [f"x = {'[' * 5000}", f"x = {'{a=' * 5000}", f"[keys]\n{'a.' * 5000}a = 1", "[" * 60_000],
    ids=["lists", "tables", "dots", "brackets"],
)
@pytest.mark.parametrize("command", [(), ("doctor",)], ids=str)
def test_settings_nested_without_end_are_refused_with_a_sentence(
    bgconsole: CommandLine, path: Path, text: str, command: tuple[str, ...]
) -> None:
    path.write_text(text)
    done = bgconsole("--settings", str(path), *command)
    assert done.code in {2, 3}
    assert str(path) in done.err + done.out
    assert "Recursion" not in done.err + done.out
    assert done.err.count("\n") <= 1
