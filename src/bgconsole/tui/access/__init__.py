"""Who gets in: everybody by every provider, before and after a draft."""
