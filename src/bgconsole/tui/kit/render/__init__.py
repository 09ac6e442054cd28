"""What the shared parts draw, as pure functions."""
