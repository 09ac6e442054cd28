"""The team's database on PostgreSQL, by psycopg 3. Imported only where a target names it."""
