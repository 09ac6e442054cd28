"""Prompts for secrets at a real terminal under a real shell: stopped, continued, ended, cut off."""

import os
import re
import shlex
import signal
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import in_a_process

LONGEST = "seven green lanterns hum " + "𝄞" * 999
"""As many characters as a password may have, of four bytes nearly all."""

PROGRAM = f"{shlex.quote(sys.executable)} -m bgconsole"
SIGN_IN = f"{PROGRAM} sign-in {OWNER}"
CTRL_C, CTRL_D, CTRL_U, CTRL_W, CTRL_Z, CTRL_BACKSLASH = (
    "\x03",
    "\x04",
    "\x15",
    "\x17",
    "\x1a",
    "\x1c",
)
GRACE = "grace@harbor.example"
QUESTIONS = (
    "provider enforce entra off",
    "provider remove entra",
    'provider set oidc --issuer ""',
    f"glass remove entra {GRACE}",
    f"member reset {GRACE}",
    f"member remove {GRACE}",
)
SHELL_PROMPT = "ready> "
_PATIENCE = 60


class Shell:
    """A shell with job control, on a terminal of its own."""

    def __init__(self) -> None:
        self.child = pexpect.spawn(
            "bash",
            ["--norc", "--noprofile", "--noediting", "-i"],
            env=os.environ | {"PS1": SHELL_PROMPT, "TERM": "dumb"},
            encoding="utf-8",
            timeout=_PATIENCE,
        )
        self.child.delaybeforesend = None
        self.expect(SHELL_PROMPT)
        # Jobs that stop are told of at once.
        self.type("set -b")
        self.expect(SHELL_PROMPT)

    def expect(self, text: str) -> None:
        """Wait until the terminal shows `text`."""
        self.child.expect_exact(text)

    def type(self, text: str) -> None:
        """Type a line."""
        self.child.send(f"{text}\r")

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.child.child_fd)[3] & termios.ECHO)

    def comes_to_echo(self) -> bool:
        """Wait until the terminal shows what is typed: a shell sets it back about its prompt."""
        deadline = time.monotonic() + _PATIENCE
        while not self.echoes() and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.echoes()

    def code(self) -> int:
        """How the last command ended."""
        self.type("echo code=$?")
        self.child.expect(r"code=(\d+)")
        found = self.child.match
        assert isinstance(found, re.Match)
        self.expect(SHELL_PROMPT)
        return int(found.group(1))

    def process(self) -> int:
        """The id of the job's process, whether it runs or is stopped."""
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children")
        return int(children.read_text(encoding="ascii").split()[0])


@pytest.fixture
def shell() -> Iterator[Shell]:
    started = Shell()
    yield started
    started.child.close(force=True)


@pytest.fixture
def team() -> None:
    """A team in the default place, whose owner is signed in."""
    init = ("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin")
    done = in_a_process(*init, stdin=PASSWORD)
    assert done.code == 0, done.err


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("command", ["sign-in", "redeem", "recover", "sign-in --sso entra"])
def test_a_password_in_place_of_the_email_is_refused_before_one_is_asked_for(
    shell: Shell, command: str
) -> None:
    shell.type(f"{PROGRAM} {command} '{PASSWORD}'")
    shell.expect("Enter a valid email address")
    assert shell.code() == 4
    assert "Password" not in str(shell.child.before)
    assert PASSWORD not in in_a_process("audit", "export", "--format", "jsonl").out


@pytest.mark.usefixtures("team")
def test_after_a_stop_the_prompt_begins_anew_without_echo(shell: Shell) -> None:
    shell.type(SIGN_IN)
    shell.expect("Password: ")
    assert not shell.echoes()
    shell.child.send("half of it")
    for _ in range(2):
        shell.child.send(CTRL_Z)
        shell.expect("Stopped")
        shell.expect(SHELL_PROMPT)
        assert shell.comes_to_echo()
        shell.type("fg")
        shell.expect("Password: ")
        assert not shell.echoes()
    shell.type(PASSWORD)
    shell.expect(f"Signed in as {OWNER}")
    assert PASSWORD not in str(shell.child.before)
    assert "half of it" not in str(shell.child.before)
    shell.expect(SHELL_PROMPT)
    assert shell.comes_to_echo()
    assert shell.code() == 0


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGTTIN, signal.SIGTTOU])
def test_a_stop_from_elsewhere_is_a_stop_too(shell: Shell, number: signal.Signals) -> None:
    shell.type(SIGN_IN)
    shell.expect("Password: ")
    process = shell.process()
    os.kill(process, number)
    shell.expect("Stopped")
    shell.expect(SHELL_PROMPT)
    # In the background it stops again, before it has touched the terminal.
    shell.type("bg")
    shell.expect("Stopped")
    shell.type("fg")
    shell.expect("Password: ")
    assert not shell.echoes()
    shell.type(PASSWORD)
    shell.expect(f"Signed in as {OWNER}")
    assert PASSWORD not in str(shell.child.before)


@pytest.mark.usefixtures("team")
def test_started_in_the_background_it_asks_in_the_foreground(shell: Shell) -> None:
    shell.type(f"{SIGN_IN} &")
    shell.expect("Stopped")
    assert shell.comes_to_echo()
    shell.type("fg")
    shell.expect("Password: ")
    assert not shell.echoes()
    shell.type(PASSWORD)
    shell.expect(f"Signed in as {OWNER}")


@pytest.mark.usefixtures("team")
def test_continuing_what_was_not_stopped_asks_anew(shell: Shell) -> None:
    shell.type(SIGN_IN)
    shell.expect("Password: ")
    shell.child.send("half of it")
    os.kill(shell.process(), signal.SIGCONT)
    shell.expect("Password: ")
    assert not shell.echoes()
    shell.type(PASSWORD)
    shell.expect(f"Signed in as {OWNER}")


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("key", "code"), [(CTRL_C, 130), (CTRL_D, 130), (CTRL_BACKSLASH, 128 + signal.SIGQUIT)]
)
def test_a_key_that_ends_it_gives_the_terminal_back_on_a_line_of_its_own(
    shell: Shell, key: str, code: int
) -> None:
    shell.type(f"ulimit -c 0; {SIGN_IN}")
    shell.expect("Password: ")
    shell.child.send(key)
    shell.expect("\r\n")
    shell.expect(SHELL_PROMPT)
    assert shell.comes_to_echo()
    assert shell.code() == code


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT])
def test_a_signal_that_ends_it_gives_the_terminal_back(
    shell: Shell, number: signal.Signals
) -> None:
    shell.type(f"ulimit -c 0; {SIGN_IN}")
    shell.expect("Password: ")
    os.kill(shell.process(), number)
    shell.expect(SHELL_PROMPT)
    assert shell.comes_to_echo()
    assert shell.code() == 128 + number


@pytest.mark.usefixtures("team")
def test_what_was_typed_ahead_is_no_answer_for_it_was_seen(shell: Shell) -> None:
    shell.type(SIGN_IN)
    shell.type("typed ahead and seen")
    shell.expect("Password: ")
    shell.type(PASSWORD)
    shell.expect(f"Signed in as {OWNER}")


def test_lines_pasted_for_two_prompts_serve_both_and_the_rest_reaches_no_shell(
    shell: Shell,
) -> None:
    shell.type(f"{PROGRAM} init --team Harbor --owner {OWNER}")
    shell.expect("New password: ")
    shell.child.send(f"{PASSWORD}\r{PASSWORD}\recho not for the shell\r")
    shell.expect(f"Signed in as {OWNER}")
    assert PASSWORD not in str(shell.child.before)
    shell.expect(SHELL_PROMPT)
    assert "not for the shell" not in str(shell.child.before)
    assert shell.code() == 0


def test_a_password_of_every_length_allowed_is_taken_whole(shell: Shell) -> None:
    """A terminal's own line editing would cut it at 4,095 bytes."""
    assert len(LONGEST) == 1024
    shell.type(f"{PROGRAM} init --team Harbor --owner {OWNER}")
    for prompt in ("New password: ", "New password again: "):
        shell.expect(prompt)
        shell.type(LONGEST)
    shell.expect(f"Signed in as {OWNER}")
    done = in_a_process("sign-in", OWNER, "--password-stdin", stdin=LONGEST)
    assert done.code == 0, done.err


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    "typed",
    [
        f"wrong{CTRL_U}{PASSWORD}",
        f"{PASSWORD} wrong{CTRL_W}\x7f",
        f"{PASSWORD}ä𝄞\x7f\x7f",
        f"{PASSWORD}{CTRL_D}",
    ],
    ids=["kill", "word", "character", "end of input"],
)
def test_what_is_typed_can_be_erased_as_on_any_line(shell: Shell, typed: str) -> None:
    shell.type(SIGN_IN)
    shell.expect("Password: ")
    shell.type(typed)
    shell.expect(f"Signed in as {OWNER}")


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (b"\xff\xfe\r", "The password is not valid text in this terminal's encoding"),
        (b"\r", "The password is empty"),
    ],
)
def test_what_is_no_password_is_told_in_one_sentence(shell: Shell, typed: bytes, told: str) -> None:
    shell.type(SIGN_IN)
    shell.expect("Password: ")
    os.write(shell.child.child_fd, typed)
    shell.expect(told)
    shell.expect(SHELL_PROMPT)
    assert shell.comes_to_echo()
    assert shell.code() == 2


@pytest.mark.usefixtures("team")
def test_every_prompt_stops_and_begins_anew(shell: Shell) -> None:
    """Another command, at its second prompt."""
    shell.type(f"{PROGRAM} passwd")
    shell.expect("Current password: ")
    shell.type(PASSWORD)
    shell.expect("New password: ")
    shell.child.send(CTRL_Z)
    shell.expect("Stopped")
    assert shell.comes_to_echo()
    shell.type("fg")
    shell.expect("New password: ")
    shell.type("nine copper kettles sing")
    shell.expect("New password again: ")
    assert not shell.echoes()
    shell.type("nine copper kettles sing")
    shell.expect("Password changed")


@pytest.mark.usefixtures("team")
def test_without_a_terminal_for_its_input_it_asks_nobody(shell: Shell) -> None:
    shell.type(f"{SIGN_IN} < /dev/null")
    shell.expect("There is no terminal to ask for the password")
    shell.expect(SHELL_PROMPT)
    assert shell.code() == 2


@pytest.mark.usefixtures("team")
def test_what_takes_a_way_in_is_asked_about_first(shell: Shell) -> None:
    enforced = in_a_process("provider", "enforce", "entra", "on", "--add", OWNER)
    assert enforced.code == 0, enforced.err
    shell.type(f"{PROGRAM} provider remove entra")
    shell.expect("SSO enforcement for Microsoft Entra ID ends; nothing else is enforced.")
    shell.expect("Remove entra? [y/N]: ")
    shell.type("n")
    shell.expect("Nothing was changed")
    assert shell.code() == 1
    shell.type(f"{PROGRAM} provider remove entra")
    shell.expect("[y/N]: ")
    shell.type("y")
    shell.expect("Removed the provider entra.")
    assert shell.code() == 0
    shell.type(f"{PROGRAM} provider remove oidc --yes")
    shell.expect("Removed the provider oidc.")
    shell.expect("Nobody loses password login.")
    assert shell.code() == 0


@pytest.mark.usefixtures("team")
def test_every_act_that_takes_something_says_from_whom_and_asks(shell: Shell) -> None:
    added = in_a_process("member", "add", GRACE, "--json")
    redeemed = f"{added.json['code']}\n{PASSWORD}\n"
    assert in_a_process("redeem", GRACE, "--stdin", stdin=redeemed).code == 0
    both = ("--add", OWNER, "--add", GRACE)
    assert in_a_process("provider", "enforce", "entra", "on", *both).code == 0
    registered = ("--issuer", "https://idp.harbor.example", "--client-id", "bgconsole")
    assert in_a_process("provider", "set", "oidc", *registered).code == 0
    for command in QUESTIONS:
        shell.type(f"{PROGRAM} {command}")
        shell.expect(" loses password login")
        shell.expect(" [y/N]: ")
        shell.type("n")
        shell.expect("Nothing was changed")
        assert shell.code() == 1, command
    assert in_a_process("glass", "list", "--json").json[0]["enforced"] is True
    assert len(in_a_process("member", "list", "--json").json) == 2


@pytest.mark.usefixtures("team")
def test_what_is_refused_is_not_asked_about(shell: Shell) -> None:
    enforced = in_a_process("provider", "enforce", "entra", "on", "--add", OWNER)
    assert enforced.code == 0, enforced.err
    for command in (f"glass remove entra {OWNER}", f"glass remove entra {GRACE}"):
        shell.type(f"{PROGRAM} {command}")
        assert shell.code() == 4


@pytest.mark.usefixtures("team")
def test_an_account_that_is_not_there_is_asked_about_before_a_password(shell: Shell) -> None:
    shell.type(f"{PROGRAM} recover ghost@harbor.example")
    shell.expect("There is no account for ghost@harbor.example in this team.")
    shell.expect("Create one and make it an owner? [y/N]: ")
    shell.type("")
    shell.expect("Nothing was changed")
    assert shell.code() == 1
    shell.type(f"{PROGRAM} recover ghost@harbor.example")
    shell.expect("[y/N]: ")
    shell.type("y")
    shell.expect("New password: ")
    shell.type(PASSWORD)
    shell.expect("New password again: ")
    shell.type(PASSWORD)
    shell.expect("Signed in as ghost@harbor.example (owner)")
    assert shell.code() == 0
    shell.type(f"{PROGRAM} member reset ghost@harbor.example")
    shell.expect("Your own session ends")
    shell.expect("Reset your own password? [y/N]: ")
    shell.child.send(CTRL_C)
    shell.expect(SHELL_PROMPT)
    shell.type(f"{PROGRAM} member reset ghost@harbor.example --yes")
    shell.expect("Your session has ended")
    assert shell.code() == 0
