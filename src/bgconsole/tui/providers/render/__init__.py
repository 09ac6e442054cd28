"""What the providers tab and its dialogs draw, as pure functions."""
