"""The end of things: bytes that may go, keys that may go, and what a crash left lying about.

Promises: erasing takes the key first, so nothing that survives elsewhere (a backup, a page not yet overwritten) can be
read; then the sealed columns, the index rows and the file. Numbers, hashes, states and clauses stay: chains still
verify. What is swept is at least an hour old, so nobody is still writing it.
Fails: UnknownReference; IllegalTransition for a case that is not closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy import case as when

from gateway.clock import micros
from gateway.errors import IllegalTransition, UnknownReference
from gateway.store.blobs import Blobs
from gateway.store.disposition import AuditDraft, JobStatus
from gateway.store.keys import SWEEP_AGE, Keys
from gateway.store.rows import Rows
from gateway.store.schema import (
    archive_record,
    blind_index,
    case,
    contact,
    envelope,
    finding,
    hold,
    link,
    message,
    outbox,
)
from gateway.store.seals import House
from gateway.store.statements import Statements
from gateway.store.states import EVIDENCE, SETTLED, State

# architecture.md section 4: contact history goes back this far.
CONTACT_KEPT = timedelta(days=400)
# A used or expired link still tells its visitor so for a while; then its digest goes.
LINK_KEPT = timedelta(days=14)
# One round takes at most this many of each, so that no transaction holds the lock for long.
ROUND = 200


class Sweeper:
    """Every method runs in the writer's thread, inside a transaction, and may be run again after a crash."""

    def __init__(self, statements: Statements, house: House, keys: Keys, blobs: Blobs, owner: str) -> None:
        self._statements = statements
        self._house = house
        self._keys = keys
        self._blobs = blobs
        self._owner = owner

    def remove_bytes(self, connection: Connection, now: datetime) -> int:
        """Remove the bytes whose time has come. Their files go as orphans, once the commit has said so."""
        due = list(connection.scalars(select(case.c.id).where(case.c.remove_at <= micros(now)).limit(ROUND)))
        for number in due:
            _forget_bytes(connection, number, now)
        connection.execute(update(case).where(case.c.id.in_(due)).values(remove_at=None))
        return len(due)

    def erase_due(self, connection: Connection, now: datetime) -> int:
        """Erase the cases whose time has come."""
        due = list(connection.scalars(select(case.c.reference).where(case.c.erase_at <= micros(now)).limit(ROUND)))
        for reference in due:
            self.erase(connection, reference, "system", "retention", now)
        return len(due)

    def erase(self, connection: Connection, reference: str, by: str, reason: str, now: datetime) -> None:
        """Erase one closed case: key, bytes, personal columns, index."""
        mine_alone = select(case.c.id, case.c.state).with_for_update(key_share=True)
        found = connection.execute(mine_alone.where(case.c.reference == reference)).one_or_none()
        if found is None:
            raise UnknownReference(f"no case {reference}")
        if State(found.state) not in EVIDENCE | SETTLED:
            raise IllegalTransition(found.state, "erased")
        number = found.id
        mine = select(envelope.c.message_id).where(envelope.c.case_id == number)
        self._keys.erase(list(connection.scalars(select(message.c.name).where(message.c.id.in_(mine)))), now)
        _forget_bytes(connection, number, now)
        connection.execute(update(message).where(message.c.id.in_(mine)).values(erased_at=micros(now)))
        o = outbox.c
        for statement in (
            update(case)
            .where(case.c.id == number)
            .values(sealed=None, correlation=None, remove_at=None, erase_at=None, updated_at=micros(now)),
            update(envelope).where(envelope.c.case_id == number).values(sealed=None),
            update(finding).where(finding.c.case_id == number).values(sealed=None),
            update(hold).where(hold.c.case_id == number).values(sealed=None, outcome=None, person=None),
            update(archive_record).where(archive_record.c.case_id == number).values(sealed=None),
            update(outbox)
            .where(o.case_id == number)
            .values(
                sealed=None,
                progress=None,
                status=when((o.status == JobStatus.OPEN.value, JobStatus.CANCELLED.value), else_=o.status),
            ),
            delete(blind_index).where(blind_index.c.case_id == number),
            delete(link).where(link.c.case_id == number),
        ):
            connection.execute(statement)
        rows = Rows(connection, self._statements, self._house, micros(now), self._owner)
        rows.add_audit(AuditDraft(by, "case_erased", {"reason": reason}), reference)
        rows.flush()

    def forget_contacts_and_links(self, connection: Connection, now: datetime) -> None:
        connection.execute(delete(contact).where(contact.c.last_at < micros(now - CONTACT_KEPT)))
        connection.execute(delete(link).where(link.c.expires_at < micros(now - LINK_KEPT)))

    def orphan_files(self, connection: Connection, now: datetime) -> int:
        """Remove files that no message names: what a crash, a client gone away or an erasure left."""
        names = self._blobs.older_than((now - SWEEP_AGE).timestamp())
        query = select(message.c.name).where(message.c.in_file.is_(True), message.c.removed_at.is_(None))
        kept = set(connection.scalars(query.where(message.c.name.in_(names))))
        orphans = [name for name in names if name not in kept]
        for name in orphans:
            self._blobs.remove(name)
        return len(orphans)

    def orphan_keys(self, connection: Connection, now: datetime) -> int:
        """Delete keys that were handed out, or made ahead, and never used."""
        old = self._keys.unconfirmed(now)
        used = set(connection.scalars(select(message.c.name).where(message.c.name.in_(old))))
        unused = [name for name in old if name not in used]
        self._keys.sweep(used, unused)
        return len(unused)


def _forget_bytes(connection: Connection, case_id: int, now: datetime) -> None:
    mine = select(envelope.c.message_id).where(envelope.c.case_id == case_id)
    connection.execute(
        update(message)
        .where(message.c.id.in_(mine), message.c.removed_at.is_(None))
        .values(body=None, removed_at=micros(now))
    )
