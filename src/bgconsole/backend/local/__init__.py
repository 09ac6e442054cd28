"""The backend on a database of this machine: SQLAlchemy Core, sync, in threads."""
