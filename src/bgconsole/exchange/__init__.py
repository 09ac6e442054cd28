"""Files that go to other programs and come from them: the audit log, people, CSV."""
