"""How the schema came about: alembic's environment and one file per revision."""
