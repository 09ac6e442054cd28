"""What a provider's page draws, as pure functions."""
