"""The backend that is elsewhere: a server, reached over HTTP."""
