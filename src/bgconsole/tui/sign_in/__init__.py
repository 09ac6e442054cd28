"""Everything before the main screen: first set-up, sign-in, one-time code, new password."""
