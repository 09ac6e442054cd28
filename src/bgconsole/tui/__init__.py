"""The full-screen console: app, screens, widgets, rendering.

Screens hold the state and call the backend in workers; widgets tell by messages what is wanted;
`render` draws. Importing it loads no database library: the first frame does not wait for one.
"""
