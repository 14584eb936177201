"""The state database as the first version knows it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "main_0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "audit",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_reference", "audit", ["reference"], unique=False)
    op.create_table(
        "contact",
        sa.Column("pair", sa.LargeBinary(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pair", name="pk_contact"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "message",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("in_file", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("name", name="uq_message_name"),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_version"),
    )
    op.create_index("ix_policy_version_sha256", "policy_version", ["sha256"], unique=False)
    op.create_index(
        "one_active_policy",
        "policy_version",
        ["active"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )
    op.create_index("ix_setting_version", "setting", ["version"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
    )
    op.create_index(
        "one_active_snapshot",
        "snapshot",
        ["active"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "case",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("correlation", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("approver", sa.String(length=16), nullable=True),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("snapshot_id", NUMBER, nullable=True),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("window_ends_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("keeps_bytes", sa.Boolean(), nullable=False),
        sa.Column("remove_at", sa.BigInteger(), nullable=True),
        sa.Column("erase_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_case_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sa.UniqueConstraint("reference", name="uq_case_reference"),
    )
    op.create_index("ix_case_correlation", "case", ["correlation"], unique=False)
    op.create_index(
        "ix_case_erase_at",
        "case",
        ["erase_at"],
        unique=False,
        sqlite_where=sa.text("erase_at IS NOT NULL"),
        postgresql_where=sa.text("erase_at IS NOT NULL"),
    )
    op.create_index(
        "ix_case_remove_at",
        "case",
        ["remove_at"],
        unique=False,
        sqlite_where=sa.text("remove_at IS NOT NULL"),
        postgresql_where=sa.text("remove_at IS NOT NULL"),
    )
    op.create_table(
        "archive_record",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_archive_record_case_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_archive_record_message_id"),
        sa.PrimaryKeyConstraint("number", name="pk_archive_record"),
    )
    op.create_index("ix_archive_record_case_id", "archive_record", ["case_id"], unique=False)
    op.create_table(
        "blind_index",
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_blind_index_case_id"),
        sa.PrimaryKeyConstraint("case_id", "kind", "value", name="pk_blind_index"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_blind_index_value", "blind_index", ["value"], unique=False)
    op.create_table(
        "envelope",
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("listener", sa.String(length=16), nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_envelope_case_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_envelope_message_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_envelope"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding",
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("clause", sa.String(length=8), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("approver", sa.String(length=16), nullable=True),
        sa.Column("would_be", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=True),
        sa.Column("confidence", sa.String(length=8), nullable=True),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_finding_case_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_finding_message_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_finding"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hold",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("approver", sa.String(length=16), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_hold_case_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_hold_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
    )
    op.create_index("ix_hold_case_id", "hold", ["case_id"], unique=False)
    op.create_index(
        "ix_hold_open",
        "hold",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "link",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("acts", sa.String(length=120), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("used_act", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_link_case_id"),
        sa.PrimaryKeyConstraint("token_digest", name="pk_link"),
    )
    op.create_index("ix_link_case_id", "link", ["case_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("next_attempt", sa.BigInteger(), nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("progress", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_outbox_case_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_outbox_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"], unique=False)
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
