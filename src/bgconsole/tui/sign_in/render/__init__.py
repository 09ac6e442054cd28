"""What these screens draw, as pure functions."""
