"""A headless Chromium that tests steer, over pipes, by the Chrome DevTools Protocol."""

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE: Final = 60.0


class Chromium:
    """One page. Every method waits until the browser has answered."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._rest = b""
        self._asked = 0
        self._session: str | None = None
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]

    def visit(self, url: str) -> None:
        """Go to an address."""
        self._ask("Page.navigate", url=url)

    def see(self, words: str) -> str:
        """Wait until the page has these words; all of its text."""
        return str(self._until("document.body.innerText", lambda text: words in str(text)))

    def fill_in(self, **fields: str) -> None:
        """Type into the page's form, by the fields' names, and press its button."""
        for name, value in fields.items():
            there = f"document.querySelector('input[name={json.dumps(name)}]')"
            self._until(f"{there} !== null", bool)
            self._do(f"{there}.focus()")
            self._ask("Input.insertText", text=value)
        self.press_button()

    def press_button(self) -> None:
        """Press the page's button, as a click does."""
        # It answers first and clicks then: what comes after the click is another page.
        click = (
            "(() => { const found = document.querySelector('button[type=submit], button');"
            " if (found !== null) setTimeout(() => found.click(), 0);"
            " return found !== null; })()"
        )
        self._until(click, bool)

    def _until(self, expression: str, holds: Any) -> Any:
        end = time.monotonic() + _PATIENCE
        while True:
            # Between two pages there is nothing to ask.
            with suppress(_NoAnswerError):
                found = self._do(expression)
                if holds(found):
                    return found
            assert time.monotonic() < end, f"{expression}: {self._do('document.body.innerText')}"
            time.sleep(0.05)

    def _do(self, expression: str) -> Any:
        answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise _NoAnswerError(expression)
        return answer["result"].get("value")

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        message: dict[str, Any] = {"id": self._asked, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            said = self._heard()
            if said.get("id") == self._asked:
                if "error" in said:
                    raise _NoAnswerError(said["error"]["message"])
                return said["result"]

    def _heard(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            assert select.select([self._from], [], [], _PATIENCE)[0], "the browser is silent"
            part = os.read(self._from, 1 << 16)
            assert part, "the browser has ended"
            self._rest += part
        one, _, self._rest = self._rest.partition(b"\0")
        return json.loads(one)


class _NoAnswerError(Exception):
    """The page went away, or is not there yet."""


@contextmanager
def chromium(folder: Path) -> Generator[Chromium]:
    """Runs it, with its profile in `folder`. Skips the test where it is not installed."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    # The browser reads at its descriptor 3 and writes at 4.
    reading, to_browser = os.pipe()
    from_browser, writing = os.pipe()
    command = (
        f"exec 3<&{reading} 4>&{writing}; exec {program} --headless --no-sandbox --disable-gpu"
        f" --disable-dev-shm-usage --no-proxy-server --remote-debugging-pipe"
        f" --user-data-dir={folder / 'profile'} about:blank"
    )
    process = subprocess.Popen(
        ["/bin/bash", "-c", command],
        pass_fds=(reading, writing),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(reading)
    os.close(writing)
    try:
        yield Chromium(to_browser, from_browser)
    finally:
        process.kill()
        process.wait()
        os.close(to_browser)
        os.close(from_browser)
