"""The parts of every screen: dialogs, fields, lists, key bar, help, palette. Knows no feature."""
