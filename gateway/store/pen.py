"""What a deed of another module writes with, inside one transaction of the writer's thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from gateway.clock import micros
from gateway.store.disposition import AuditDraft
from gateway.store.keys import Keys
from gateway.store.outbox import Outbox
from gateway.store.rows import Rows
from gateway.store.seals import House
from gateway.store.statements import Statements


@dataclass(frozen=True, slots=True)
class Pen:
    """The store's own tools: the keys of the house, the outbox, and the audit chain."""

    statements: Statements
    house: House = field(repr=False)
    keys: Keys = field(repr=False)
    owner: str
    outbox: Outbox

    def audit(self, connection: Connection, draft: AuditDraft, now: datetime, reference: str | None = None) -> None:
        """Add a line to the audit chain."""
        rows = Rows(connection, self.statements, self.house, micros(now), self.owner)
        rows.add_audit(draft, reference)
        rows.flush()
