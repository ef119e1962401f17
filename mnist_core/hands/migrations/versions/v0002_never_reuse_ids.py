"""Never give the id of a deleted hand or drawing to another one, as PostgreSQL never does.

SQLite does so with AUTOINCREMENT, which a table can have only from its creation.
"""

from alembic import op

from mnist_core.hands.migrations.versions import v0001_create_hands_and_drawings as v0001

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply the change."""
    if op.get_bind().dialect.name != "sqlite":
        return
    # Foreign keys follow a table to its new name, so no drawing is deleted with the old hands.
    op.rename_table("hands", "old_hands")
    op.rename_table("drawings", "old_drawings")
    v0001.create_tables(sqlite_autoincrement=True)
    for table in ("hands", "drawings"):
        op.execute(f"INSERT INTO {table} SELECT * FROM old_{table} ORDER BY id")
    op.drop_table("old_drawings")
    op.drop_table("old_hands")
