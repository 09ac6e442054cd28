"""The backend at the other end of a line: every call is a request to a bgconsole server."""
