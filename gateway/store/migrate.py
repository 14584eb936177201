"""Bringing both databases to the schema of this version.

Promises: run as often as one likes, it does only what is missing; the files are made private to their owner before
anything is in them (a server's databases are made by whoever keeps it). Two processes that start at once wait for each
other.
Fails: StoreUnavailable.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from gateway import logs
from gateway.store.engine import Address, available, prepare, writing_engine

# Another node may be bringing the database to a new schema: that takes longer than a message may wait.
MIGRATING_SECONDS = 60.0


def migrate(url: Address, keys_url: Address) -> None:
    """Create or upgrade the state database and the key database."""
    for address, folder in ((url, "main"), (keys_url, "keys")):
        prepare(address)
        config = Config()
        config.set_main_option("script_location", f"gateway.store:migrations/{folder}")
        engine = writing_engine(address, busy_seconds=MIGRATING_SECONDS)
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
