"""The tabs that fill the main screen: a page each, joined to the backend."""
