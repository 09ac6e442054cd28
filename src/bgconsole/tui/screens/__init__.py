"""The console's screens: they call the backend in workers and hand state down to widgets."""
