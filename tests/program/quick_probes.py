"""The program with one change: half a second passes between two probes of an identity provider."""

from typing import Final, NoReturn

PAUSE: Final = 0.5
"""Seconds, give or take what the program itself varies it by."""


def run() -> NoReturn:
    """Run the command line of this process and end it."""
    from bgconsole.policy import idp_health

    # Before the backend is imported, which takes its pause from here.
    idp_health.PROBE_EVERY = PAUSE

    from bgconsole.cli.main import main

    main()


if __name__ == "__main__":
    run()
