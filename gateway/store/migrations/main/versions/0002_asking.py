"""Holds know whether their approver was asked and reminded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "main_0002"
down_revision = "main_0001"


def upgrade() -> None:
    """Add two columns."""
    # A version before this one may still add holds while all nodes are brought up to date: the columns have defaults.
    with op.batch_alter_table("hold") as table:
        table.add_column(sa.Column("stage", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("remind_at", sa.BigInteger(), nullable=True))
