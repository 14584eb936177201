"""The tables, for SQLite and PostgreSQL alike.

Promises: no type or function one of the two lacks. Instants are whole microseconds since 1970; numbers of rows are
given under the write lock (no database sequence), so a number is known before its row is written and chains have no
gaps. A column called `sealed` holds everything personal of its row, encrypted with the message's key (or the fields
key); a column of digests is keyed. What is in the clear names no person: states, clauses, actions, sizes, times.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    text,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# SQLite numbers its rows itself only when the column is INTEGER; elsewhere the numbers need 64 bits.
NUMBER = BigInteger().with_variant(Integer(), "sqlite")
MOMENT = BigInteger()
# Keyed digests are cut to 128 bits: enough that two never meet, half the index.
BLIND_BYTES = 16


def _where(condition: ColumnElement[bool] | TextClause) -> dict[str, Any]:
    """Both databases know partial indexes, each by its own word."""
    return {"sqlite_where": condition, "postgresql_where": condition}


metadata = MetaData(naming_convention=NAMES)
keys_metadata = MetaData(naming_convention=NAMES)

policy_version = Table(
    "policy_version",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("valid_from", MOMENT, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # text, author
)
Index("one_active_policy", policy_version.c.active, unique=True, **_where(text("active")))

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("created_at", MOMENT, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("counts", Text, nullable=False),  # JSON: how many of each kind
    Column("sealed", LargeBinary, nullable=False),  # author
    Column("blob", LargeBinary, nullable=False),  # compressed, sealed with the roster key
)
Index("one_active_snapshot", snapshot.c.active, unique=True, **_where(text("active")))

setting = Table(
    "setting",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("version", NUMBER, nullable=False, index=True),
    Column("updated_at", MOMENT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # value, author
)

message = Table(
    "message",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("name", String(32), nullable=False, unique=True),  # random; names its key, and its file if it has one
    Column("size", BigInteger, nullable=False),  # as received, before compression
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the ciphertext
    Column("in_file", Boolean, nullable=False),
    Column("body", LargeBinary),  # compressed and sealed; null if in a file or removed
    Column("stored_at", MOMENT, nullable=False),
    Column("removed_at", MOMENT),  # the bytes are gone
    Column("erased_at", MOMENT),  # the key is gone as well
)

case = Table(
    "case",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("reference", String(40), nullable=False, unique=True),
    Column("correlation", LargeBinary, index=True),  # keyed digest of sender, Message-ID and content digest
    Column("digest", LargeBinary, nullable=False),  # keyed content digest
    Column("state", String(12), nullable=False),
    Column("action", Integer, nullable=False),
    Column("approver", String(16)),
    Column("external", Boolean, nullable=False),
    Column("policy_hash", String(64), nullable=False),
    Column("snapshot_id", NUMBER),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("updated_at", MOMENT, nullable=False),
    Column("window_ends_at", MOMENT),  # until then copies of this message wait for each other; null: they never did
    Column("closed_at", MOMENT),  # settled or decided for good
    Column("keeps_bytes", Boolean, nullable=False),  # archived with its bytes; otherwise they go after delivery
    Column("remove_at", MOMENT),  # when the bytes may go
    Column("erase_at", MOMENT),  # when the key may go
    Column("sealed", LargeBinary),  # identity, sender, subject, Message-ID
)
Index("ix_case_remove_at", case.c.remove_at, **_where(case.c.remove_at.is_not(None)))
Index("ix_case_erase_at", case.c.erase_at, **_where(case.c.erase_at.is_not(None)))

envelope = Table(
    "envelope",
    metadata,
    Column("case_id", ForeignKey("case.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("listener", String(16), nullable=False),
    Column("action", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("sealed", LargeBinary),  # MAIL FROM, RCPT TO, options
    sqlite_with_rowid=False,
)

finding = Table(
    "finding",
    metadata,
    Column("case_id", ForeignKey("case.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("clause", String(8)),
    Column("rule", String(40), nullable=False),
    Column("action", Integer, nullable=False),
    Column("approver", String(16)),
    Column("would_be", Integer),
    Column("kind", String(24)),
    Column("confidence", String(8)),
    Column("why", String(64), nullable=False),
    Column("sealed", LargeBinary),  # part, evidence, clear, params
    sqlite_with_rowid=False,
)

hold = Table(
    "hold",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("approver", String(16), nullable=False),
    Column("person", LargeBinary),  # blind: whose desk it lies on
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("decided_at", MOMENT),
    Column("decision", String(12)),
    Column("sealed", LargeBinary),  # person
    Column("outcome", LargeBinary),  # by, reason
    Column("stage", Integer, nullable=False, server_default="0"),  # whether its approver was asked: store.asking
    Column("remind_at", MOMENT),
)
Index("ix_hold_open", hold.c.expires_at, **_where(hold.c.decided_at.is_(None)))
Index("ix_hold_decided", hold.c.decided_at, **_where(hold.c.decided_at.is_not(None)))
Index("ix_hold_person", hold.c.person, hold.c.expires_at, **_where(hold.c.decided_at.is_(None)))

archive_record = Table(
    "archive_record",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("commitment", LargeBinary, nullable=False),  # SHA-256 of salt and content
    Column("sealed", LargeBinary),  # salt and content; null after erasure
)

audit = Table(
    "audit",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("act", String(40), nullable=False),
    Column("reference", String(40), index=True),
    Column("sealed", LargeBinary, nullable=False),  # actor, detail; with the audit key
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("status", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("not_before", MOMENT),
    Column("next_attempt", MOMENT),
    Column("lease_owner", String(64)),
    Column("lease_until", MOMENT),
    Column("due_at", MOMENT, nullable=False),  # the latest of not_before, next_attempt and lease_until
    Column("waiting", Integer, nullable=False),  # recipients still open
    Column("failed", Integer, nullable=False),
    Column("sealed", LargeBinary),  # MAIL FROM, RCPT TO, edits, params, options
    Column("progress", LargeBinary),  # recipients, each with its state and the server's words; null before the first
)
Index("ix_outbox_due", outbox.c.due_at, **_where(outbox.c.status == "open"))

contact = Table(
    "contact",
    metadata,
    Column("pair", LargeBinary, primary_key=True),
    Column("first_at", MOMENT, nullable=False),
    Column("last_at", MOMENT, nullable=False),
    sqlite_with_rowid=False,
)

blind_index = Table(
    "blind_index",
    metadata,
    Column("case_id", ForeignKey("case.id"), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("value", LargeBinary, primary_key=True),
    Index("ix_blind_index_value", "value"),
    sqlite_with_rowid=False,
)

link = Table(
    "link",
    metadata,
    Column("token_digest", LargeBinary, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("acts", String(120), nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("used_at", MOMENT),
    Column("used_act", String(24)),
)

account = Table(
    "account",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("login", LargeBinary, nullable=False, unique=True),  # keyed digest of the address
    Column("roles", String(120), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),  # wrong passwords and codes since the last right one
    Column("locked_until", MOMENT),
    Column("created_at", MOMENT, nullable=False),
    Column("used_step", BigInteger, nullable=False),  # of one-time codes the last that was taken: none counts twice
    Column("sealed", LargeBinary, nullable=False),  # address, password hash, secret of the second factor, spare codes
)

session = Table(
    "session",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # of the token in the cookie
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", MOMENT, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("proven", Boolean, nullable=False),  # the second factor was given too
    sqlite_with_rowid=False,
)

message_key = Table(
    "message_key",
    keys_metadata,
    Column("name", String(32), primary_key=True),
    Column("wrapped", LargeBinary),  # null: a tombstone
    Column("created_at", MOMENT, nullable=False),
    Column("confirmed", Boolean, nullable=False),  # the sweep has seen the message that uses it
    Column("erased_at", MOMENT),
    Index("ix_message_key_unconfirmed", "confirmed", "created_at"),
    sqlite_with_rowid=False,
)
