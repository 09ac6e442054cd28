"""An interactive shell with job control, in a session of its own on the terminal it gets."""

import fcntl
import os
import sys
import termios

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.environ["PS1"] = "ready> "
os.environ.pop("ENV", None)
# Its job's Python is this one.
os.environ["CONSOLE"] = f"{sys.executable} -m bgconsole {' '.join(sys.argv[1:])}"
os.execv("/bin/sh", ["sh", "-i"])
