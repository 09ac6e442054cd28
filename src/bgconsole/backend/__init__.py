"""Where the team's state lives: one async protocol, its values and errors, its implementations."""
