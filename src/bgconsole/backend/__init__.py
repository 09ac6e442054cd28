"""Where the team's state lives: one async protocol, its values and errors, its implementations.

Rights, rules and records are behind the protocol, so that no face can pass them by; no row, session
or response of a database leaks through it.
"""
