"""What the main screen draws around its tabs, as pure functions."""
