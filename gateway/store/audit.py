"""Reading the two chains: audit lines and archive records.

Promises: rows come in the order of their numbers; what a chain covers of a row is given with it, so that verifying
needs no key.
Fails: Damaged, when a line of the audit does not open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from gateway.clock import instant, micros
from gateway.crypto import SealBroken
from gateway.errors import Damaged
from gateway.store.chain import ChainRow
from gateway.store.disposition import AuditDraft
from gateway.store.keys import Keys
from gateway.store.rows import Rows, archive_fields, audit_fields
from gateway.store.schema import archive_record, audit, case, message
from gateway.store.seals import House, open_value
from gateway.store.statements import Statements
from gateway.store.views import ArchiveRow, AuditRow


class Chains:
    """Reads and extends the chains. `append` runs inside a transaction."""

    def __init__(self, statements: Statements, house: House, keys: Keys, owner: str) -> None:
        self._statements = statements
        self._house = house
        self._keys = keys
        self._owner = owner

    def append(
        self, connection: Connection, drafts: Sequence[AuditDraft], reference: str | None, now: datetime
    ) -> None:
        rows = Rows(connection, self._statements, self._house, micros(now), self._owner)
        for draft in drafts:
            rows.add_audit(draft, reference)
        rows.flush()

    def audit_rows(self, connection: Connection, reference: str | None, after: int, limit: int) -> tuple[AuditRow, ...]:
        query = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(limit)
        if reference is not None:
            query = query.where(audit.c.reference == reference)
        rows = []
        for row in connection.execute(query):
            actor, detail = open_value(self._house.sealer("audit"), row.sealed, f"audit.sealed:{row.number}")
            rows.append(AuditRow(row.number, instant(row.at), actor, row.act, row.reference, detail))
        return tuple(rows)

    @staticmethod
    def audit_chain(connection: Connection, after: int, limit: int) -> list[ChainRow]:
        """Give a stretch of the audit chain, as verification needs it."""
        query = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(limit)
        return [
            ChainRow(row.number, row.previous, row.hash, audit_fields(row.at, row.act, row.reference, row.sealed))
            for row in connection.execute(query)
        ]

    @staticmethod
    def archive_chain(connection: Connection, after: int, limit: int) -> list[ChainRow]:
        """Give a stretch of the archive's chain."""
        a = archive_record.c
        query = select(archive_record).where(a.number > after).order_by(a.number).limit(limit)
        return [
            ChainRow(row.number, row.previous, row.hash, archive_fields(row.at, row.commitment))
            for row in connection.execute(query)
        ]

    def archive_rows(
        self, connection: Connection, reference: str | None, after: int, limit: int
    ) -> tuple[ArchiveRow, ...]:
        """Read archive records, all or one case's. `salted` is None for what was erased or withdrawn."""
        a = archive_record.c
        query = (
            select(archive_record, case.c.reference, message.c.name)
            .join(case, case.c.id == a.case_id)
            .join(message, message.c.id == a.message_id)
            .where(a.number > after)
            .order_by(a.number)
            .limit(limit)
        )
        if reference is not None:
            query = query.where(case.c.reference == reference)
        return tuple(self._archive_row(row) for row in connection.execute(query))

    def _archive_row(self, row: Any) -> ArchiveRow:
        salted = None
        if row.sealed is not None:
            try:
                salted = self._keys.sealer(row.name).open(row.sealed, f"archive.sealed:{row.number}".encode("ascii"))
            except SealBroken as exc:
                raise Damaged(f"archive record {row.number} does not open") from exc
        return ArchiveRow(row.number, instant(row.at), row.reference, row.name, row.commitment, salted)
