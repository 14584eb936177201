"""Accounts of those who review, and their sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "main_0003"
down_revision = "main_0002"


def upgrade() -> None:
    """Add two tables and two indexes; a version before this one does not look at them."""
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("login", sa.LargeBinary(), nullable=False),
        sa.Column("roles", sa.String(120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_step", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login", name="uq_account_login"),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    done = sa.text("decided_at IS NOT NULL")
    op.create_index("ix_hold_decided", "hold", ["decided_at"], sqlite_where=done, postgresql_where=done)
    still = sa.text("decided_at IS NULL")
    op.create_index("ix_hold_person", "hold", ["person", "expires_at"], sqlite_where=still, postgresql_where=still)
