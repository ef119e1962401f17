"""Changes of the tables, which Alembic applies in order."""
