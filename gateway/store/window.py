"""The end of a window: the copies that waited for each other go, with one archive record for all of them.

Promises: whoever leases the first row of a case whose window is over writes the record in the same transaction, so that
no dialogue is had before it (architecture.md, invariant 2). A case that does not open is set aside as a whole.
Fails: Damaged, Erased.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from gateway.store.disposition import JobStatus
from gateway.store.filing import Sent, file_record
from gateway.store.jobs import open_job
from gateway.store.keys import Keys
from gateway.store.records import Decree
from gateway.store.rows import Rows
from gateway.store.schema import case, message, outbox
from gateway.store.states import State, step
from gateway.store.stopping import mine
from rules.verdict import Action


def close_window(connection: Connection, rows: Rows, keys: Keys, case_id: int) -> None:
    """Let the copies of a waiting case go. Nothing is written before everything of it was read."""
    c = case.c
    about = connection.execute(select(c.action, c.external, c.policy_hash, c.snapshot_id).where(c.id == case_id)).one()
    after = step(State.WAITING, State.FIXED if about.action == Action.FIX else State.RECEIVED)
    if about.external:
        decree = Decree(about.action, after.value, about.policy_hash, about.snapshot_id)
        file_record(connection, rows, keys, case_id, decree, _sendings(connection, keys, case_id))
    connection.execute(update(case).where(c.id == case_id).values(state=after.value, updated_at=rows.now))


def _sendings(connection: Connection, keys: Keys, case_id: int) -> list[Sent]:
    o = outbox.c
    query = (
        select(o.id, o.message_id, message.c.name, o.sealed)
        .join(message, message.c.id == o.message_id)
        .where(mine(case_id), o.status == JobStatus.OPEN.value)
        .order_by(o.id)
    )
    return [_sending(keys, row) for row in connection.execute(query).all()]


def _sending(keys: Keys, row: Any) -> Sent:
    body = open_job(keys.sealer(row.name), row.id, row.sealed)
    return row.message_id, body.mail_from, body.rcpt_to, body.edits
