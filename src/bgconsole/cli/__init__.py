"""The command line: the console's start, and everything it does without a screen."""
