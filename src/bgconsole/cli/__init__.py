"""The command line: the console's start, and everything it does without a screen.

A command reads what is asked for, calls the backend and prints. Errors are raised, never printed
where they happen: `main` turns each into one sentence and an exit code.
"""
