"""The key database as the first version knows it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "keys_0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "message_key",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_message_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_key_unconfirmed", "message_key", ["confirmed", "created_at"], unique=False)
