"""Bringing both databases to the schema of this version.

Promises: run as often as one likes, it does only what is missing; the files are made private to their owner before
anything is in them. Two processes that start at once wait for each other.
Fails: StoreUnavailable.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from gateway import logs
from gateway.store.engine import available, database_file, make_private, writing_engine


def migrate(url: str, keys_url: str) -> None:
    """Create or upgrade the state database and the key database."""
    for address, folder in ((url, "main"), (keys_url, "keys")):
        make_private(database_file(address))
        config = Config()
        config.set_main_option("script_location", f"gateway.store:migrations/{folder}")
        engine = writing_engine(address)
        try:
            with available(), engine.begin() as connection:
                config.attributes["connection"] = connection
                before = MigrationContext.configure(connection).get_current_revision()
                command.upgrade(config, "head")
                after = MigrationContext.configure(connection).get_current_revision()
        finally:
            engine.dispose()
        if after != before:
            logs.migrated(f"{folder}:{after}")
