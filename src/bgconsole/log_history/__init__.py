"""Whether the audit log went back to an older copy: the newest record that this user saw, kept."""
