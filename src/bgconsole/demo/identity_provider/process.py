"""The console's side of the demo's identity provider: start it, take it down and up, end it."""

import os
import select
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import IO, Final, Self

from bgconsole.demo.identity_provider.protocol import issuer_at

_PROGRAM: Final = "bgconsole.demo.identity_provider"
_PATIENCE: Final = 10.0
"""Seconds that the child may take to answer; it takes a tenth of one."""
_MOST_OUTPUT: Final = 64


class DemoIdentityProviderError(Exception):
    """The child process does not do what it was told; the text says what failed."""

    def __init__(self, message: str, remedy: str = "Start bgconsole demo again") -> None:
        super().__init__(message)
        self.remedy = remedy


class DemoIdentityProvider:
    """The sample team's identity provider, in a process of its own on 127.0.0.1.

    Each method waits for the child, about 0.1 s for `start`: not for a running event loop. They may
    be called from any thread. The child ends with this process, however this process ends.
    """

    def __init__(self, *, port: int = 0, lifetime: float = 600.0, interval: float = 2.0) -> None:
        """Prepare it to use `port` if that is free, otherwise any port.

        `lifetime` is how long a sign-in waits for somebody, `interval` how often a device may poll,
        both in seconds.
        """
        options = {"--port": port, "--lifetime": lifetime, "--interval": interval}
        self._options = [f"{name}={value}" for name, value in options.items()]
        self._child: subprocess.Popen[bytes] | None = None
        self._up = False
        self._lock = threading.Lock()
        self.issuer = ""
        """Its URL, once it was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def process(self) -> int | None:
        """The id of the child process, None where there is none."""
        return None if self._child is None else self._child.pid

    @property
    def is_up(self) -> bool:
        """Whether it takes connections."""
        return self._up and self._child is not None and self._child.poll() is None

    def start(self) -> str:
        """Start the child, in place of one that runs; the issuer's URL.

        Raises DemoIdentityProviderError.
        """
        with self._lock:
            self._end()
            try:
                self._child = self._spawned()
            except OSError as error:
                words = f"The demo's identity provider cannot be started: {error.strerror}"
                raise DemoIdentityProviderError(words) from error
            word, _, port = self._line().partition(" ")
            if word != "up" or not port.isdigit():
                self._end()
                raise DemoIdentityProviderError("The demo's identity provider did not start")
            self._up = True
            self.issuer = issuer_at(int(port))
            return self.issuer

    def down(self) -> None:
        """Refuse connections until `up`; the port is kept. Raises DemoIdentityProviderError."""
        self._tell("down")
        self._up = False

    def up(self) -> None:
        """Take connections again.

        Raises DemoIdentityProviderError, also when another program, `bgconsole demo` perhaps, took
        the port meanwhile; it may be tried again.
        """
        self._tell("up")
        self._up = True

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._end()

    def _spawned(self) -> subprocess.Popen[bytes]:
        # -P: a folder called bgconsole in the current folder is not this program. A session of its
        # own: what the terminal sends to the console's group, ^C say, is not for the child.
        return subprocess.Popen(
            [sys.executable, "-P", "-m", _PROGRAM, *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )

    def _tell(self, word: str) -> None:
        with self._lock:
            if self._child is None:
                raise DemoIdentityProviderError("The demo's identity provider is not running")
            try:
                _pipe(self._child.stdin).write(f"{word}\n".encode())
            except OSError as error:
                self._end()
                raise DemoIdentityProviderError("The demo's identity provider has ended") from error
            answer = self._line()
            if answer == "taken":
                words = "Another program uses the port of the demo's identity provider"
                remedy = "End that program, perhaps another bgconsole demo, and try again"
                raise DemoIdentityProviderError(words, remedy)
            if answer != word:
                self._end()
                raise DemoIdentityProviderError("The demo's identity provider does not answer")

    def _line(self) -> str:
        """What the child says next, "" where it says nothing any more."""
        if self._child is None:
            return ""
        output = _pipe(self._child.stdout).fileno()
        said = b""
        deadline = time.monotonic() + _PATIENCE
        while not said.endswith(b"\n") and len(said) < _MOST_OUTPUT:
            wait = max(0.0, deadline - time.monotonic())
            if not select.select([output], [], [], wait)[0]:
                return ""
            part = os.read(output, _MOST_OUTPUT)
            if not part:
                return ""
            said += part
        return said.decode("ascii", "replace").strip()

    def _end(self) -> None:
        child, self._child, self._up = self._child, None, False
        if child is None:
            return
        _pipe(child.stdin).close()
        try:
            child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        _pipe(child.stdout).close()


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    """An end of a pipe, which is there because the child was started with it."""
    if end is None:
        raise TypeError("the child was started without this pipe")
    return end
