"""The server: the HTTP face of a local backend, which does all the thinking and authorising."""
