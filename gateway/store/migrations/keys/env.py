"""What alembic runs: on the connection `gateway.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from gateway.store.schema import keys_metadata as target

context.configure(connection=context.config.attributes["connection"], target_metadata=target, render_as_batch=True)
context.run_migrations()
