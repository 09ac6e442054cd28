"""The user's own files: settings, session tokens, and how a private file is written."""
