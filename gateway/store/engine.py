"""Engines and connections: the one place that knows which database is behind an address.

Promises: what the two databases do differently is in `sqlite` and `postgres`, under the same names; everything else in
the store is written once. Parameters never reach an error text, a password no printed address.
Fails: StoreUnavailable, for anything the database itself could not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from gateway.config.tables import Store as Settings
from gateway.errors import StoreUnavailable
from gateway.store import postgres, sqlite

Address = str | URL
# architecture.md section 4: a write waits this long for the lock, then the client hears 451.
BUSY_SECONDS = 3.0


class Claim(Protocol):
    """A worker's name: one process has it at a time, and the database or the kernel lets go of it when that ends."""

    def take(self) -> bool:
        """Take the name, or see that it is still ours. False if another process has it."""

    def close(self) -> None:
        """Let go of it."""


class Line(Protocol):
    """The line writers stand in before a transaction."""

    def taken(self) -> AbstractContextManager[None]: ...

    def close(self) -> None: ...


class Kind(Protocol):
    """What the two databases do differently. `sqlite` and `postgres` say how."""

    def writing(self, url: URL, busy_seconds: float) -> Engine: ...

    def reading(self, url: URL, threads: int, busy_seconds: float) -> Engine: ...

    def fold(self, engine: Engine, /) -> None: ...

    def prepare(self, url: URL, /) -> None: ...

    def exists(self, url: URL) -> bool: ...

    def turn(self, url: URL, wait_seconds: float, /) -> Line: ...

    def claim(self, url: URL, name: str, /) -> Claim: ...

    def proof(self, connection: Connection, /) -> str: ...

    def happened(self, engine: Engine, proof: str, /) -> bool: ...

    def transient(self, error: BaseException, /) -> bool: ...


KINDS: Mapping[str, Kind] = {"sqlite": sqlite, "postgresql": postgres}


def addresses(settings: Settings) -> tuple[URL, URL]:
    """Give the addresses of both databases, passwords in them. Printed they show none."""
    passwords = (settings.password, settings.keys_password or settings.password)
    state, keys = (
        make_url(url).set(password=password) if password else make_url(url)
        for url, password in zip((settings.url, settings.keys_url), passwords, strict=True)
    )
    return state, keys


def writing_engine(url: Address, *, busy_seconds: float | None = None) -> Engine:
    """Open for writing. One connection at a time is used, by the one writer thread."""
    whole = make_url(url)
    return kind(whole).writing(whole, BUSY_SECONDS if busy_seconds is None else busy_seconds)


def reading_engine(url: Address, *, threads: int) -> Engine:
    """Open for reading, from `threads` threads at once. The database refuses a write on these connections."""
    whole = make_url(url)
    return kind(whole).reading(whole, threads, BUSY_SECONDS)


def checkpoint(engine: Engine) -> None:
    """Fold the write-ahead log into the database, where that is ours to do."""
    with available():
        kind(engine.url).fold(engine)


def prepare(url: Address) -> None:
    """Make ready what a database needs before it is opened for the first time."""
    whole = make_url(url)
    kind(whole).prepare(whole)


def exists(url: Address) -> bool:
    """Whether there is a database with our tables. Asking makes none."""
    whole = make_url(url)
    with available():
        return kind(whole).exists(whole)


def turn(url: Address) -> Line:
    """The line in which the writers of this database stand."""
    whole = make_url(url)
    return kind(whole).turn(whole, BUSY_SECONDS)


def claim(url: Address, name: str) -> Claim:
    """A worker's name among all processes on this database. Not taken yet."""
    whole = make_url(url)
    return kind(whole).claim(whole, name)


def kind(url: URL) -> Kind:
    """Tell how this database is dealt with."""
    return KINDS[url.get_backend_name()]


@contextmanager
def available() -> Iterator[None]:
    """Turn what the database could not do into StoreUnavailable."""
    try:
        yield
    except SQLAlchemyError as exc:
        raise StoreUnavailable(f"the database refused: {_named(exc)}") from exc


def _named(exc: SQLAlchemyError) -> str:
    """Name an error without its text, which may show what was asked; PostgreSQL's code (its appendix A) tells more."""
    code = getattr(getattr(exc, "orig", None), "sqlstate", None)
    return type(exc).__name__ + (f" {code}" if code else "")
