"""What the process finds around it: streams, locale, signals, SSH client, crash report."""
