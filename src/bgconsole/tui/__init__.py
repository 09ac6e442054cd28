"""The full-screen console: app, screens, widgets, rendering."""
