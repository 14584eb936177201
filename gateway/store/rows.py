"""Rows on their way into a transaction: numbered, sealed, chained, then written table by table.

Promises: numbers are read under the write lock, so they have no gaps and no two processes give the same one. However
many messages a transaction holds, each table is written by one statement. A row's sealed columns are bound to its
number. Nothing is written before `flush`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection, Table

from gateway.clock import MICROSECOND, micros
from gateway.crypto import Sealer, random_bytes
from gateway.store.chain import START, Link, link
from gateway.store.disposition import AuditDraft, HoldDraft, JobDraft, JobStatus, LinkDraft
from gateway.store.jobs import JobBody, seal_job
from gateway.store.schema import (
    archive_record,
    audit,
    blind_index,
    case,
    contact,
    envelope,
    finding,
    hold,
    message,
    outbox,
)
from gateway.store.schema import link as link_table
from gateway.store.seals import House, pack, seal_value
from gateway.store.statements import Row, Statements, Value

# Long enough for one slow dialogue with the mail server; short enough that a dead worker's mail does not wait long.
LEASE = timedelta(minutes=2)
SALT_BYTES = 32
# The order in which tables are written: a row before those that name it.
ORDER = (message, case, envelope, finding, hold, archive_record, outbox, link_table, audit, blind_index, contact)


class Rows:
    """The rows of one transaction. Make it inside the transaction: it reads where the numbers stand."""

    def __init__(self, connection: Connection, statements: Statements, house: House, now: int, owner: str) -> None:
        self._connection = connection
        self._statements = statements
        self._house = house
        self._owner = owner
        self.now = now
        self._rows: dict[Table, list[Row]] = {table: [] for table in ORDER}
        ends = statements.ends(connection)
        self._message: int = ends[0]
        self._case: int = ends[1]
        self._hold: int = ends[2]
        self._job: int = ends[3]
        self._archive = START if ends[4] is None else Link(ends[4], ends[5])
        self._audit = START if ends[6] is None else Link(ends[6], ends[7])

    def next_message(self) -> int:
        self._message += 1
        return self._message

    def next_case(self) -> int:
        self._case += 1
        return self._case

    def add(self, table: Table, *values: Value) -> None:
        """Add a row whose values are in the order of the table's columns."""
        self._rows[table].append(values)

    def flush(self) -> None:
        """Write what was added, each table in as few statements as there are."""
        for table, rows in self._rows.items():
            if rows:
                self._statements.insert(self._connection, table, _merged(rows) if table is contact else rows)
                self._rows[table] = []

    # rows that several operations write

    def add_job(
        self,
        sealer: Sealer,
        draft: JobDraft,
        options: Mapping[str, str],
        *,
        case_id: int,
        message_id: int,
        parked: bool,
    ) -> tuple[int, bool]:
        """Add an outbox row. Returns its number and whether it is leased to this process."""
        self._job = number = self._job + 1
        not_before = None if draft.not_before is None else micros(draft.not_before)
        due = self.now if not_before is None else max(self.now, not_before)
        leased = draft.leased and not parked and due == self.now
        lease_until = due = self.now + LEASE // MICROSECOND if leased else due
        body = JobBody(draft.mail_from, draft.rcpt_to, draft.edits, draft.params, options)
        self.add(
            outbox,
            number,
            case_id,
            message_id,
            draft.kind.value,
            JobStatus.PARKED.value if parked else JobStatus.OPEN.value,
            0,
            self.now,
            not_before,
            None,
            self._owner if leased else None,
            lease_until if leased else None,
            due,
            len(draft.rcpt_to),
            0,
            seal_job(sealer, number, body),
            None,
        )
        return number, leased

    def add_hold(self, sealer: Sealer, draft: HoldDraft, *, case_id: int, message_id: int) -> None:
        self._hold = number = self._hold + 1
        person = draft.approver_person
        self.add(
            hold,
            number,
            case_id,
            message_id,
            draft.approver,
            None if person is None else self._house.blind("approver", person),
            self.now,
            micros(draft.expires_at),
            None,
            None,
            seal_value(sealer, pack(person or ""), f"hold.sealed:{number}"),
            None,
            0,
            None,
        )

    def add_links(self, drafts: Iterable[LinkDraft], *, case_id: int) -> None:
        for draft in drafts:
            acts = " ".join(draft.acts)
            self.add(link_table, draft.token_digest, case_id, acts, micros(draft.expires_at), None, None)

    def add_archive(self, sealer: Sealer, content: object, *, case_id: int, message_id: int) -> int:
        """Add an archive record. The chain covers a salted commitment: it stays provable after the salt is erased."""
        salted = random_bytes(SALT_BYTES) + pack(content)
        commitment = sha256(salted).digest()
        before = self._archive
        self._archive = end = link(before, *archive_fields(self.now, commitment))
        sealed = sealer.seal(salted, f"archive.sealed:{end.number}".encode("ascii"))
        self.add(archive_record, end.number, before.hash, end.hash, self.now, case_id, message_id, commitment, sealed)
        return end.number

    def add_audit(self, draft: AuditDraft, reference: str | None) -> None:
        before = self._audit
        number = before.number + 1
        place = f"audit.sealed:{number}"
        sealed = seal_value(self._house.sealer("audit"), pack([draft.actor, dict(draft.detail)]), place)
        self._audit = link(before, *audit_fields(self.now, draft.act, reference, sealed))
        self.add(audit, number, before.hash, self._audit.hash, self.now, draft.act, reference, sealed)


def _merged(contacts: Iterable[Row]) -> list[Row]:
    """Make one row of those of one pair: PostgreSQL refuses a statement that would change a row twice."""
    merged: dict[Value, Row] = {}
    for pair, first_at, last_at in contacts:
        merged[pair] = (pair, merged[pair][1] if pair in merged else first_at, last_at)
    return list(merged.values())


def archive_fields(at: int, commitment: bytes) -> tuple[bytes, ...]:
    """Give what the archive's chain covers of a row."""
    return at.to_bytes(8), commitment


def audit_fields(at: int, act: str, reference: str | None, sealed: bytes) -> tuple[bytes, ...]:
    """Give what the audit chain covers of a row."""
    return at.to_bytes(8), act.encode(), (reference or "").encode(), sealed
