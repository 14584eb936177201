"""Going behind the store's back: changing its databases as an attacker or a broken disk would.

Statements are written as SQLite knows them; the few words PostgreSQL says otherwise are put in its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pysqlite3

from tests.support.postgres import Database

Where = Path | Database
IN_POSTGRESQL = (
    ("%", "%%"),
    ("?", "%s"),
    ("x'00'", r"'\x00'::bytea"),
    ("AS BLOB", "AS bytea"),
    ("active = 1", "active = true"),
    ("in_file = 1", "in_file = true"),
)


def connected(database: Where) -> Any:
    if isinstance(database, Database):
        return database.connect()
    return pysqlite3.connect(str(database))


def spelled(database: Where, statement: str) -> str:
    if isinstance(database, Database):
        for word, other in IN_POSTGRESQL:
            statement = statement.replace(word, other)
        statement = re.sub(r"zeroblob\((\d+)\)", r"decode(repeat('00', \1), 'hex')", statement)
    return statement


def change(database: Where, statement: str, *values: Any) -> None:
    with closing(connected(database)) as connection:
        connection.execute(spelled(database, statement), values)
        connection.commit()


def ask(database: Where, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(connected(database)) as connection:
        return connection.execute(spelled(database, query), values).fetchall()


def rows(database: Where, query: str, *values: Any) -> list[dict[str, Any]]:
    """Ask, with the names of the columns."""
    with closing(connected(database)) as connection:
        found = connection.execute(spelled(database, query), values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@contextmanager
def locked(database: Where) -> Iterator[None]:
    """Hold what every writer needs, as a stranger that does not come to an end would."""
    with closing(connected(database)) as connection:
        if isinstance(database, Database):
            connection.execute("SELECT pg_advisory_xact_lock(7201)")
        else:
            connection.isolation_level = None
            connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.rollback()
