"""The sample team's own OpenID provider: a child process of `bgconsole demo`, on loopback only.

It checks no password: its page lets anybody sign in as anybody of the sample team. `process.py` is
the console's side of it; `__main__.py` and what it imports run in the child.
"""
