"""SQL text, made once by SQLAlchemy for the database at hand and kept.

Promises: building a statement costs nothing after its first use. Many rows travel in one statement, and back in one
value: SQLite's driver lets go of the interpreter at every step and for every column it reads, and a writer that had to
win it back each time would wait behind the event loop some fifty times a message. Lists are cut at a fixed length, so
that the texts (and the plans SQLite keeps for them) stay few.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    LargeBinary,
    Select,
    Table,
    bindparam,
    column,
    func,
    insert,
    null,
    select,
    update,
    values,
)
from sqlalchemy import (
    case as when,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from gateway.store.schema import archive_record, audit, blind_index, case, contact, hold, message, outbox

Value = int | str | bytes | bool | None
Row = tuple[Value, ...]
T = TypeVar("T")

# The most rows of one statement: a list of any length up to this has a text of its own.
LENGTH_MAX = 24
_UPSERTS: Mapping[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Change:
    """An update of several columns in rows found by their key; rows are (key, new values in this order)."""

    key: Column[Any]
    to: tuple[Column[Any], ...]


@dataclass(frozen=True, slots=True)
class _Query:
    """The text of a query. `sealed`, if its rows come as one JSON value: which columns are bytes, in hexadecimal."""

    text: str
    sealed: tuple[int, ...] | None = None

    def rows(self, cursor: Iterator[Any]) -> Iterator[Any]:
        if self.sealed is None:
            yield from cursor
            return
        for row in json.loads(next(cursor)[0]):
            for index in self.sealed:
                if row[index] is not None:
                    row[index] = bytes.fromhex(row[index])
            yield row


class Statements:
    """The texts for one kind of database. Each store has its own; only the writer's thread uses it."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._refusal: type[Exception] = dialect.loaded_dbapi.Error
        self._texts: dict[tuple[object, int], str] = {}
        self._queries: dict[tuple[object, int], _Query] = {}
        numbers = [
            select(func.coalesce(func.max(one), 0)).scalar_subquery()
            for one in (message.c.id, case.c.id, hold.c.id, outbox.c.id)
        ]
        ends = [
            select(one).order_by(table.c.number.desc()).limit(1).scalar_subquery()
            for table in (archive_record, audit)
            for one in (table.c.number, table.c.hash)
        ]
        names = ("message", "case", "hold", "job", "archive", "archive_hash", "audit", "audit_hash")
        self._ends = self._query(
            select(*(one.label(name) for one, name in zip((*numbers, *ends), names, strict=True))), literal=True
        )

    def ends(self, connection: Connection) -> Sequence[Any]:
        """Read where the numbers stand: message, case, hold, job; then number and hash of each chain's end."""
        return next(self._ends.rows(self._run(connection, self._ends.text, ())))

    def insert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        for part in _cut(rows):
            text = self._kept(table, len(part), lambda length: self._insert(table, length))
            self._run(connection, text, tuple(chain.from_iterable(part)))

    def select(
        self, connection: Connection, make: Callable[[list[Any]], Select[Any]], keys: Sequence[Value]
    ) -> Iterator[Any]:
        """Run the query that `make` builds over a list of parameters, rows in any order.

        `make` must always be the same function.
        """
        for part in _cut(keys):
            query = self._queries.get((make, len(part)))
            if query is None:
                query = self._query(make([bindparam(f"p{n}") for n in range(len(part))]))
                self._queries[make, len(part)] = query
            yield from query.rows(self._run(connection, query.text, tuple(part)))

    def update(self, connection: Connection, change: Change, rows: Sequence[Row]) -> None:
        for part in _cut(rows):
            text = self._kept(change, len(part), lambda length: _update(change, length))
            self._run(connection, text, tuple(chain.from_iterable(part)))

    def _run(self, connection: Connection, text: str, parameters: Row) -> Iterator[Any]:
        """Run a text on the driver's own cursor: thousands a second pass here, and SQLAlchemy's share adds up."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, parameters)
        except self._refusal as exc:
            raise DBAPIError.instance(text, None, exc, self._refusal, hide_parameters=True) from exc
        rows: Iterator[Any] = cursor  # type: ignore[assignment]  # a cursor is an iterator in every driver we use
        return rows

    def _kept(self, name: object, length: int, make: Callable[[int], ClauseElement]) -> str:
        text = self._texts.get((name, length))
        if text is None:
            text = self._texts[name, length] = self._text(make(length))
        return text

    def _query(self, made: Select[Any], *, literal: bool = False) -> _Query:
        if self._dialect.name != "sqlite":
            return _Query(self._text(made, literal=literal))
        inner = made.subquery("rows")
        sealed = tuple(n for n, one in enumerate(inner.c) if isinstance(one.type, LargeBinary))
        together = select(func.json_group_array(func.json_array(*map(_in_json, inner.c))))
        return _Query(self._text(together, literal=literal), sealed)

    def _insert(self, table: Table, length: int) -> ClauseElement:
        rows: list[dict[str, Any]] = [
            {one.name: bindparam(f"{one.name}_{n}") for one in table.columns} for n in range(length)
        ]
        if table is contact:
            seen = _UPSERTS[self._dialect.name](table).values(rows)
            upserted: ClauseElement = seen.on_conflict_do_update(
                index_elements=[contact.c.pair], set_={"last_at": seen.excluded.last_at}
            )
            return upserted
        if table is blind_index:
            ignored: ClauseElement = _UPSERTS[self._dialect.name](table).values(rows).on_conflict_do_nothing()
            return ignored
        return insert(table).values(rows)

    def _text(self, statement: ClauseElement, *, literal: bool = False) -> str:
        compiled = statement.compile(dialect=self._dialect, compile_kwargs={"literal_binds": literal})
        assert isinstance(compiled, SQLCompiler)
        assert compiled.positional, "the engine is opened with positional parameters"
        return str(compiled)


def _update(change: Change, length: int) -> ClauseElement:
    """Join the table with a list of new values; both databases know lists only by way of WITH."""
    columns = (change.key, *change.to)
    rows = [tuple(bindparam(f"{one.name}_{n}", type_=one.type) for one in columns) for n in range(length)]
    fresh = values(*(column(f"new_{one.name}", one.type) for one in columns), name="fresh").data(rows).cte("fresh")
    return (
        update(change.key.table)
        .values({one: fresh.c[f"new_{one.name}"] for one in change.to})
        .where(change.key == fresh.c[f"new_{change.key.name}"])
    )


def _in_json(one: ColumnElement[Any]) -> ColumnElement[Any]:
    return when((one.is_(None), null()), else_=func.hex(one)) if isinstance(one.type, LargeBinary) else one


def _cut(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + LENGTH_MAX] for start in range(0, len(items), LENGTH_MAX))
