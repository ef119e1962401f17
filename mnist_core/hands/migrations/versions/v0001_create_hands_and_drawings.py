"""Create the tables of hands and drawings."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply the change."""
    create_tables()


def create_tables(**options: Any) -> None:
    """Create the tables, with further options of `sqlalchemy.Table`."""
    op.create_table(
        "hands",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        **options,
    )
    op.create_table(
        "drawings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "hand_id", sa.Integer(), sa.ForeignKey("hands.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("pixels", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("strokes", sa.JSON(), nullable=False),
        sa.Column("predicted", sa.Integer(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("model", sa.String(120), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("hand_id", "digest", name="uq_drawings_hand_id_digest"),
        sa.CheckConstraint("label BETWEEN 0 AND 9", name="ck_drawings_label"),
        **options,
    )
