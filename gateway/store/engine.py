"""Engines and connections: how a database file is opened, and what its errors mean.

Promises: WAL with synchronous=FULL, so a commit that returned is on the disk; every write begins with BEGIN IMMEDIATE
and waits at most BUSY_SECONDS; no connection of ours checkpoints by itself. Parameters never reach an error text.
Fails: StoreUnavailable, for anything the database itself could not do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import StoreUnavailable

# architecture.md section 4: a write waits this long for the lock, then the client hears 451.
BUSY_SECONDS = 3.0
# A log this long is folded with writers waiting (it starts again from nothing); below it, only beside them.
WAL_BYTES_MAX = 64 * 1024 * 1024
# Deleted bytes are overwritten (secure_delete): a removed message must not stay in a free page.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8192",
)


def writing_engine(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Open for writing. One connection at a time is used, by the one writer thread."""
    engine = _engine(url, busy_seconds)

    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reading_engine(url: str, *, threads: int) -> Engine:
    """Open for reading, from `threads` threads at once. SQLite refuses a write on these connections."""
    engine = _engine(url, BUSY_SECONDS, pool_size=threads, max_overflow=0)

    @event.listens_for(engine, "connect")
    def query_only(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # One view of the database for all queries of one reading.
        connection.exec_driver_sql("BEGIN")

    return engine


def checkpoint(engine: Engine) -> None:
    """Fold the write-ahead log into the database: beside the writers, unless the log grew too long for that."""
    log = Path(f"{engine.url.database}-wal")
    with available():
        raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        if log.stat().st_size > WAL_BYTES_MAX:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        raw.close()


def _engine(url: str, busy_seconds: float, **pool: int) -> Engine:
    engine = create_engine(url, module=pysqlite3, hide_parameters=True, connect_args={"timeout": busy_seconds}, **pool)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        # The driver shall not begin transactions by itself: we say BEGIN IMMEDIATE.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)

    return engine


def database_file(url: str) -> Path:
    """Return the file behind a SQLite address."""
    name = make_url(url).database
    assert name is not None, "a store needs a file"
    return Path(name)


def make_private(path: Path) -> None:
    """Make the database file and its folder readable by its owner only, before SQLite opens it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


@contextmanager
def available() -> Iterator[None]:
    """Turn what the database could not do into StoreUnavailable."""
    try:
        yield
    except SQLAlchemyError as exc:
        raise StoreUnavailable(f"the database refused: {type(exc).__name__}") from exc
