"""What the tab draws, as pure functions."""
