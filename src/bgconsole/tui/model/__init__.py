"""What the console knows and computes, without Textual: session, drafts, merge, access matrix."""
