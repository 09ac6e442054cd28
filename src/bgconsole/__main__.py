"""Runs the command line as ``python -m bgconsole``."""

from bgconsole.cli.main import main

if __name__ == "__main__":
    main()
