"""What the members tab and its dialogs draw, as pure functions."""
