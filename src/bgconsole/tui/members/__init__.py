"""The members tab, and everything that is done with people."""
