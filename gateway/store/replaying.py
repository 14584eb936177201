"""Which stored messages can be judged again: those whose bytes are there, archived, held or kept as evidence.

Promises: reads only; the oldest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.clock import micros
from gateway.store.keys import Keys
from gateway.store.schema import case, message
from gateway.store.seals import House


@dataclass(frozen=True, slots=True)
class Stored:
    """Asks for the references of such cases, from an instant on."""

    since: datetime

    def __call__(self, connection: Connection, _house: House, _keys: Keys) -> tuple[str, ...]:
        query = (
            select(case.c.reference)
            .join(message, message.c.id == case.c.message_id)
            .where(
                case.c.created_at >= micros(self.since), message.c.removed_at.is_(None), message.c.erased_at.is_(None)
            )
            .order_by(case.c.id)
        )
        return tuple(connection.scalars(query))
