"""SQLite: how its files are opened, written in turn, and folded.

Promises: WAL with synchronous=FULL, so a commit that returned is on the disk; every write begins with BEGIN IMMEDIATE
and waits at most `busy_seconds`; no connection of ours checkpoints by itself.
Fails: StoreUnavailable.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import URL, Connection, Engine, create_engine, event

from gateway.errors import StoreUnavailable
from gateway.store.turn import Turn

# Prepared statements a connection keeps: those of gateway.store.statements in all their lengths, and the rest.
PLANS_KEPT = 512
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


def writing(url: URL, busy_seconds: float) -> Engine:
    """Open for writing."""
    engine = _engine(url, busy_seconds)

    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reading(url: URL, threads: int, busy_seconds: float) -> Engine:
    """Open for reading: SQLite refuses a write on these connections."""
    engine = _engine(url, busy_seconds, pool_size=threads, max_overflow=0)

    @event.listens_for(engine, "connect")
    def query_only(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # One view of the database for all queries of one reading.
        connection.exec_driver_sql("BEGIN")

    return engine


def _engine(url: URL, busy_seconds: float, **pool: int) -> Engine:
    engine = create_engine(
        url,
        module=pysqlite3,
        hide_parameters=True,
        connect_args={"timeout": busy_seconds, "cached_statements": PLANS_KEPT},
        **pool,
    )

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        # The driver shall not begin transactions by itself: we say BEGIN IMMEDIATE.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)

    return engine


def fold(engine: Engine) -> None:
    """Fold the write-ahead log into the database: beside the writers, unless the log grew too long for that."""
    log = Path(f"{engine.url.database}-wal")
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        if log.stat().st_size > WAL_BYTES_MAX:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        raw.close()


def prepare(url: URL) -> None:
    """Make the database file and its folder readable by its owner only, before SQLite opens it."""
    path = _file(url)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def exists(url: URL) -> bool:
    """Whether there is a database: asking makes no file."""
    return _file(url).is_file()


def turn(url: URL, wait_seconds: float) -> Turn:
    """The line in which the writers of this file stand."""
    return Turn(_file(url), wait_seconds)


class _NameFile:
    """A name, held by a lock on a file beside the database."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise StoreUnavailable("the folder of the database can't be used") from exc

    def take(self) -> bool:
        """Take the name; False if another process has it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Let go of the name."""
        os.close(self._file)


def claim(url: URL, name: str) -> _NameFile:
    """A worker's name among the processes on this file."""
    return _NameFile(_file(url).parent / f"worker-{name}.lock")


def proof(_connection: Connection) -> str:
    """Nothing to ask afterwards: a commit of SQLite that fails was not done."""
    return ""


def happened(_engine: Engine, _proof: str) -> bool:
    """A commit of SQLite that fails was not done."""
    return False


def transient(_error: BaseException) -> bool:
    """Nothing of SQLite's is worth another try at once: it has waited for its lock already."""
    return False


def _file(url: URL) -> Path:
    assert url.database is not None, "a store needs a file"
    return Path(url.database)
