"""Records what real terminals send: `python -m tests.terminals.record [NAME…]`.

Needs Xvfb, xdotool, setxkbmap, weston (for foot) and the terminals. Each terminal runs
`tty_recorder.py` on a display of its own, and keys are pressed by xdotool. `recorded/NAME.json`
gets, for each action, the bytes and what the console makes of them now: look at that before it is
committed as right.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.terminals.replay import replayed

HERE: Final = Path(__file__).parent
DISPLAY: Final = ":87"
WAYLAND: Final = "bgconsole-record"
RECORDER: Final = (sys.executable, str(HERE / "tty_recorder.py"))
TERMINALS: Final = {
    "xterm": ("xterm", "-xrm", "*allowWindowOps: true", "-e"),
    "kitty": ("kitty", "--config", "NONE", "-o", "confirm_os_window_close=0"),
    "alacritty": ("alacritty", "-e"),
    "foot": ("foot",),
    "urxvt": ("urxvt", "-e"),
    "st": ("stterm", "-e"),
    "tmux": ("xterm", "-e", "tmux", "-L", "bgconsole-record", "-f", "/dev/null", "new-session"),
    "screen": ("xterm", "-e", "screen", "-c", "/dev/null"),
}
KEYS: Final = (
    "a", "shift+a", "slash", "space", "1", "eacute", "Escape", "Return", "Tab", "shift+Tab",
    "BackSpace", "Delete", "Insert", "Up", "Down", "Left", "Right", "Home", "End", "Prior", "Next",
    "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F12", "ctrl+s", "ctrl+q", "ctrl+p",
    "ctrl+l", "ctrl+space", "ctrl+Left", "shift+Up", "ctrl+Delete", "shift+Delete", "alt+t",
    "alt+Up", "ctrl+shift+Left", "shift+F3", "KP_5", "KP_Enter", "Shift_L", "Control_L",
)  # fmt: skip
LAYOUT_KEYS: Final = {"t": 28, "shift+t": 28, "ctrl+q": 24, "ctrl+s": 39, "ctrl+p": 33, "z": 52}
"""Keys pressed on a Russian layout, by where they are on the keyboard."""

PASTE_KEYS: Final = {"kitty": "ctrl+shift+v"}


class Recording:
    """One terminal, from its start to its end."""

    def __init__(self, name: str, folder: Path) -> None:
        self._file = folder / "bytes"
        self._size = 0
        self.found: dict[str, bytes] = {}
        own = {"DISPLAY": DISPLAY, "LIBGL_ALWAYS_SOFTWARE": "1", "LC_ALL": "C.UTF-8"}
        own |= {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        self._environment = os.environ | own
        self._environment["WAYLAND_DISPLAY"] = WAYLAND
        self._processes: list[subprocess.Popen[bytes]] = []
        if name == "foot":
            self._start("weston", "--backend=x11-backend.so", "--use-pixman", f"--socket={WAYLAND}")
            time.sleep(8)
        self._start(*TERMINALS[name], *RECORDER, str(self._file))
        while not self._file.exists():
            time.sleep(0.1)
        time.sleep(2)
        # A click gives the focus.
        self._run("xdotool", "mousemove", "300", "250", "click", "1", "sleep", "1")
        self._read()

    def do(self, action: str, *words: str) -> None:
        """Do something by xdotool, and keep what comes of it."""
        *held, key = words[1].split("+")
        for modifier in held:
            # Some terminals see a modifier only if it is held for a while.
            self._run("xdotool", "keydown", modifier, "sleep", "0.1")
        self._run("xdotool", words[0], key)
        for modifier in held:
            self._run("xdotool", "keyup", modifier, "sleep", "0.1")
        self.found[action] = self._read()

    def layout(self, name: str) -> None:
        """Have another keyboard layout."""
        self._run("setxkbmap", name)
        time.sleep(1)
        self._read()

    def end(self) -> None:
        """End the terminal."""
        self.do("end", "key", "shift+q")
        del self.found["end"]
        for process in reversed(self._processes):
            process.terminate()
            process.wait()

    def _start(self, *command: str) -> None:
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=self._environment, stdout=quiet, stderr=quiet)
        self._processes.append(process)

    def _run(self, *command: str) -> None:
        subprocess.run(command, env=self._environment, check=True, stdout=subprocess.DEVNULL)

    def _read(self) -> bytes:
        """What came until it is quiet."""
        data, quiet = b"", 0
        for _ in range(15):
            time.sleep(0.08)
            fresh = self._file.read_bytes()[self._size :]
            self._size += len(fresh)
            data += fresh
            quiet = quiet + 1 if data and not fresh else 0
            if quiet == 3:
                break
        return data


def record(name: str) -> None:
    """Record one terminal."""
    with tempfile.TemporaryDirectory() as folder:
        recording = Recording(name, Path(folder))
        for key in KEYS:
            recording.do(key, "key", key)
        # The recorder asks its questions when it gets a question mark.
        recording.do("answers", "key", "shift+slash")
        recording.do("click", "click", "1")
        recording.do("wheel", "click", "4")
        recording.do("paste", "key", PASTE_KEYS.get(name, "shift+Insert"))
        recording.layout("ru")
        for key, code in LAYOUT_KEYS.items():
            recording.do(f"ru {key}", "key", "+".join([*key.split("+")[:-1], str(code)]))
        recording.layout("us")
        recording.end()
    found = {
        action: {"bytes": data.hex(), "events": replayed(name, [data])}
        for action, data in recording.found.items()
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (HERE / "recorded" / f"{name}.json").write_text(text + "\n")


def main() -> None:
    """Record the terminals that are named, or all."""
    server = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "800x600x24"])
    time.sleep(2)
    try:
        for name in sys.argv[1:] or TERMINALS:
            record(name)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
