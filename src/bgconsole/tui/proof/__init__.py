"""Proving who one is: password or SSO, and the override of a guard, asked for on the way."""
