"""What is shown, as pure functions from the rules' values to `Content`; no widget, no state."""
