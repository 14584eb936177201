"""One schema for both databases, reached by migrations."""

from types import SimpleNamespace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, create_engine, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from gateway.store.engine import writing_engine
from gateway.store.outbox import CLOSE, ENTER, _closing, _settling
from gateway.store.rows import ORDER
from gateway.store.schema import keys_metadata, metadata
from gateway.store.statements import Statements, _update
from gateway.store.store import Store
from tests.support.databases import ask
from tests.support.stores import House, disposition, held

POSTGRES = postgresql.dialect(paramstyle="format")
POSTGRES.dbapi = SimpleNamespace(Error=Exception)  # no driver is needed to write a statement


def test_migrations_reach_exactly_the_schema_of_the_code(house: House):
    for url, wanted in ((house.url, metadata), (house.keys_url, keys_metadata)):
        engine = writing_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, wanted) == []
            assert {*inspect(connection).get_table_names()} == {*wanted.tables, "alembic_version"}
        engine.dispose()


def test_partial_indexes_are_the_same_in_the_migration(file_house: House):
    """alembic does not compare their conditions: we do."""
    written = dict(ask(file_house.state, "SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
    for table in metadata.sorted_tables:
        for index in table.indexes:
            wanted = str(CreateIndex(index).compile(dialect=sqlite.dialect()))
            assert " ".join(written[index.name].split()) == " ".join(wanted.split())


def test_migrating_again_changes_nothing(file_house: House):
    before = ask(file_house.state, "SELECT name, sql FROM sqlite_master ORDER BY name")
    file_house.migrate()
    assert ask(file_house.state, "SELECT name, sql FROM sqlite_master ORDER BY name") == before


@pytest.mark.parametrize("table", [*metadata.sorted_tables, *keys_metadata.sorted_tables], ids=lambda table: table.name)
def test_every_table_can_be_made_in_postgresql(table):
    text = str(CreateTable(table).compile(dialect=POSTGRES))
    assert "ROWID" not in text
    assert not any(isinstance(one, CheckConstraint) for one in table.constraints)
    for index in table.indexes:
        assert str(CreateIndex(index).compile(dialect=POSTGRES))


def test_every_hot_statement_can_be_written_for_postgresql():
    statements = Statements(POSTGRES)
    for table in ORDER:
        assert "%s" in statements._text(statements._insert(table, 2))
    for change in (ENTER, CLOSE):
        assert statements._text(_update(change, 2)).startswith("WITH fresh")
    for make in (_settling, _closing):
        assert statements._text(make([1, 2]))


def test_the_columns_the_store_writes_are_in_the_order_of_the_tables():
    for change in (ENTER, CLOSE):
        assert change.key.primary_key
        assert all(one.table is change.key.table for one in change.to)


async def test_no_row_points_at_nothing(file_store: Store, file_house: House):
    """The writer does not have SQLite check references on every row: this test has it check all of them."""
    await file_store.commit(disposition())
    await file_store.commit(held())
    assert ask(file_house.state, "PRAGMA foreign_key_check") == []
    assert ask(file_house.state, "PRAGMA integrity_check") == [("ok",)]


def test_a_plan_that_reads_whole_tables_is_no_plan(file_house: House):
    """The outbox asks for what is due each second: it must find it by its index, however much was settled."""
    engine = create_engine(file_house.url, module=__import__("pysqlite3"))
    with engine.connect() as connection:
        query = "EXPLAIN QUERY PLAN SELECT min(due_at) FROM outbox WHERE status = 'open'"
        assert "ix_outbox_due" in connection.exec_driver_sql(query).fetchall()[0][3]
    engine.dispose()
