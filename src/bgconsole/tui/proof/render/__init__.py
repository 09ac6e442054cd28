"""What the SSO dialog draws, as pure functions."""
