"""PostgreSQL: how it is spoken to, and how its writers take turns.

Every writing transaction begins by taking one lock of the database (an advisory lock that ends with the transaction).
So numbers are read and chains are continued by one at a time, as under SQLite's own lock: no gaps, no twins, and no two
that wait for each other. READ COMMITTED is asked for by name: what is read after the lock came is what its last holder
wrote.

Promises: a commit that returned is on the server's disk: synchronous_commit is put on where it is off, and a server
that does not flush (fsync = off) is not used. Readers see one moment and can't write. Nobody waits without end: for the
lock `busy_seconds`, for a statement STATEMENT_SECONDS, for a peer that vanished some ten seconds; a writer that stops
in the middle of a transaction loses it after IDLE_SECONDS. Parameters never reach an error text.
Fails: the driver's errors, as SQLAlchemy gives them.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.errors import StoreUnavailable

# The numbers of our advisory locks. Nobody else is to use this database.
TURN = 7201
NAMES = 7202

STATEMENT_SECONDS = 10
IDLE_SECONDS = 10
# How long a connection may take to make, and after what silence one is taken for dead: libpq's own words for it.
REACH = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,
    "application_name": "postwacht",
}
# After a connection broke in the middle of COMMIT: how long we try to learn what became of it.
DOUBT_SECONDS = 4.0
LOOK_SECONDS = 0.1

# PostgreSQL's words (its appendix A) for what is well after another try: serialization_failure, deadlock_detected; and,
# nothing having been committed, for a connection that went: class 08, admin_shutdown, crash_shutdown,
# idle_in_transaction_session_timeout.
AGAIN = frozenset({"40001", "40P01", "57P01", "57P02", "25P03"})
LOST_CLASS = "08"


def writing(url: URL, busy_seconds: float) -> Engine:
    """Open for writing: one connection, which takes the turn as it begins."""
    engine = _engine(url, "READ COMMITTED", busy_seconds, pool_size=1, max_overflow=1)

    @event.listens_for(engine, "begin")
    def take_turn(connection: Connection) -> None:
        taken = connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN}), pg_current_xact_id()::text")
        connection.info["transaction"] = taken.one()[1]

    return engine


def reading(url: URL, threads: int, busy_seconds: float) -> Engine:
    """Open for reading: the server refuses a write on these connections."""
    engine = _engine(url, "REPEATABLE READ", busy_seconds, pool_size=threads, max_overflow=0)

    @event.listens_for(engine, "connect")
    def read_only(connection: Any, _record: object) -> None:
        connection.read_only = True

    return engine


def _engine(url: URL, isolation: Any, busy_seconds: float, **pool: int) -> Engine:
    engine = create_engine(
        url,
        paramstyle="format",
        hide_parameters=True,
        isolation_level=isolation,
        pool_pre_ping=True,
        use_native_hstore=False,
        connect_args=REACH,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        connection.autocommit = True
        try:
            flushes = connection.execute(SETTLE, _milliseconds(busy_seconds)).fetchone()[-1]
        except BaseException:
            connection.close()  # nobody else has it yet
            raise
        if flushes == "off":
            connection.close()
            raise StoreUnavailable("the server does not wait for its disk: fsync is off")
        connection.autocommit = False

    return engine


SETTLE = """SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false),
 set_config('idle_in_transaction_session_timeout', %s, false), set_config('idle_session_timeout', '0', false),
 set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
 ELSE current_setting('synchronous_commit') END, false), current_setting('fsync')"""


def _milliseconds(busy_seconds: float) -> tuple[str, ...]:
    longest = max(busy_seconds, STATEMENT_SECONDS)
    return tuple(str(round(seconds * 1000)) for seconds in (busy_seconds, longest, IDLE_SECONDS))


def fold(_engine: Engine) -> None:
    """Leave the log to the server."""


def prepare(_url: URL) -> None:
    """Make nothing: whoever keeps the server makes the database, and decides who may read it."""


def exists(url: URL) -> bool:
    """Whether our tables are there."""
    engine = reading(url, 1, 0)
    try:
        with engine.connect() as connection:
            return connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar() is not None
    finally:
        engine.dispose()


class _InTheDatabase:
    """The turn is taken inside the transaction: there is no line to stand in before it."""

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        yield

    def close(self) -> None:
        pass


def turn(_url: URL, _wait_seconds: float) -> _InTheDatabase:
    """The turn is taken by `writing`'s transactions themselves."""
    return _InTheDatabase()


class _NameInTheDatabase:
    """A name, held by a lock of a connection of its own: it goes when the connection does."""

    def __init__(self, url: URL, name: str) -> None:
        self._engine = reading(url, 1, 0)
        self._name = name
        self._connection: Connection | None = None
        self._lock = threading.Lock()  # one looks whether the name is ours while another closes

    def take(self) -> bool:
        """Take the name, or see that it is still ours. False if another process has it."""
        with self._lock:
            try:
                return self._take()
            except SQLAlchemyError as exc:
                self._let_go()
                raise StoreUnavailable("the database does not hold a name for us") from exc

    def _take(self) -> bool:
        if self._connection is not None:  # taking it again would be counted
            self._connection.exec_driver_sql("SELECT 1")
            return True
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken = self._connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({NAMES}, hashtext(%s))", (self._name,))
        if taken.scalar():
            return True
        self._let_go()
        return False

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def close(self) -> None:
        """Let go of the name."""
        with self._lock:
            self._let_go()
            self._engine.dispose()


def claim(url: URL, name: str) -> _NameInTheDatabase:
    """A worker's name among all processes on this database."""
    return _NameInTheDatabase(url, name)


def proof(connection: Connection) -> str:
    """Give the number of the running transaction: by it the server can be asked what became of it."""
    number: str = connection.info["transaction"]
    return number


def happened(engine: Engine, proof: str) -> bool:
    """Ask whether a transaction whose COMMIT got no answer was committed. Raises if that can't be learnt in time.

    Asking takes the turn, which that transaction holds as long as it is undecided: the answer is final.
    """
    deadline = time.monotonic() + DOUBT_SECONDS
    while True:
        try:
            with engine.begin() as connection:
                return connection.exec_driver_sql("SELECT pg_xact_status(%s::xid8)", (proof,)).scalar() == "committed"
        except SQLAlchemyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_SECONDS)


def transient(error: BaseException) -> bool:
    """Whether the same transaction may succeed on a second try. For errors before COMMIT only."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no word of the server's: the connection broke
        return error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
    return state in AGAIN or state.startswith(LOST_CLASS)
