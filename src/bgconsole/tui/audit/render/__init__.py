"""What the audit log draws, as pure functions."""
