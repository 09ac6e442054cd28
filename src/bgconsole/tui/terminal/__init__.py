"""The terminal: what it can do, the keys that come from it, what is written to it and how it looks.

Knows no screen, no feature and no backend.
"""
