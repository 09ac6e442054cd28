"""Which database or server is meant: URLs as people write them, checked."""
