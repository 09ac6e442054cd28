"""The program on a database that takes its time: every commit waits until a file is gone."""

import os
import sys
import time
from pathlib import Path

from bgconsole.backend.local.transaction import Transaction
from bgconsole.cli.main import main

_commit = Transaction.commit


def commit(self: Transaction) -> None:
    """Commit once the file named in the environment is gone; say that it is under way."""
    waits = Path(os.environ["COMMIT_WAITS"])
    waits.with_suffix(".begun").touch()
    while waits.exists():
        time.sleep(0.01)
    _commit(self)


Transaction.commit = commit
sys.exit(main())
