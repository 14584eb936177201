"""Reading cases, holds and messages.

Promises: nothing here writes. What was erased reads as empty, and the view says so; what was changed behind our back
is Damaged, never shown as if it were genuine.
Fails: UnknownReference, Erased (the bytes or their key are gone), Damaged.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, func, select

from gateway.clock import instant
from gateway.errors import Damaged, Erased, UnknownReference
from gateway.store.blobs import Blobs
from gateway.store.disposition import FindingRow, JobKind, JobStatus, Status
from gateway.store.filing import read_copies, read_envelopes
from gateway.store.jobs import open_job, progress_of
from gateway.store.keys import Keys
from gateway.store.queue import HOLDS, about, read_holds
from gateway.store.schema import archive_record, case, finding, hold, message, outbox
from gateway.store.seals import House, open_body, open_value
from gateway.store.states import State
from gateway.store.stopping import UNSENT, is_late, mine
from gateway.store.views import CaseView, Copies, Copy, HoldView, JobView, RecipientView

_CASE = select(case, message.c.name, message.c.size, message.c.removed_at, message.c.erased_at).join(message)


class Cases:
    """Unseals what pages, commands and the outbox ask for."""

    def __init__(self, house: House, keys: Keys, blobs: Blobs) -> None:
        self._house = house
        self._keys = keys
        self._blobs = blobs

    def message(self, connection: Connection, reference: str) -> bytes:
        """Return the bytes of a case's (first) message as received."""
        return self._bytes(connection, select(message).join(case).where(case.c.reference == reference))

    def by_name(self, connection: Connection, name: str) -> bytes:
        """Return the bytes of the message an outbox row names."""
        return self._bytes(connection, select(message).where(message.c.name == name))

    def _bytes(self, connection: Connection, query: Select[Any]) -> bytes:
        row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownReference("no such message")
        sealer = self._keys.sealer(row.name)
        if row.in_file:
            return self._blobs.read(row.name, sealer)
        if row.body is None:
            raise Erased(f"the bytes of message {row.name} were removed")
        if sha256(row.body).digest() != row.digest:
            raise Damaged(f"message {row.name} is not what was stored")
        return open_body(sealer, row.body, row.name)

    def case(self, connection: Connection, reference: str) -> CaseView:
        row = connection.execute(_CASE.where(case.c.reference == reference)).one_or_none()
        if row is None:
            raise UnknownReference(f"no case {reference}")
        erased = row.erased_at is not None
        identity, sender, subject, message_id = (
            ("", "", "", "") if erased else about(self._keys, row.sealed, row.name, row.id)
        )
        of_case = archive_record.c.case_id == row.id
        return CaseView(
            reference=row.reference,
            state=State(row.state),
            action=row.action,
            approver=row.approver,
            external=row.external,
            created_at=instant(row.created_at),
            updated_at=instant(row.updated_at),
            closed_at=None if row.closed_at is None else instant(row.closed_at),
            policy_hash=row.policy_hash,
            snapshot_id=row.snapshot_id,
            message_name=row.name,
            message_bytes=row.size,
            has_message=row.removed_at is None,
            erased=erased,
            identity=identity,
            sender=sender,
            subject=subject,
            message_id=message_id,
            envelopes=() if erased else tuple(read_envelopes(connection, self._keys, row.id)),
            findings=tuple(self._findings(connection, row.id)),
            jobs=() if erased else tuple(self._jobs(connection, row.id)),
            holds=read_holds(connection, self._keys, HOLDS.where(hold.c.case_id == row.id)),
            archive_numbers=tuple(
                connection.scalars(select(archive_record.c.number).where(of_case).order_by(archive_record.c.number))
            ),
        )

    def copies(self, connection: Connection, reference: str, now: int) -> Copies:
        """Show what a further copy must be judged together with."""
        number = connection.scalar(select(case.c.id).where(case.c.reference == reference))
        if number is None:
            raise UnknownReference(f"no case {reference}")
        o = outbox.c
        query = (
            select(o.id, o.message_id, message.c.name, o.status, o.sealed)
            .join(message, message.c.id == o.message_id)
            .where(mine(number), o.status != JobStatus.CANCELLED.value)
        )
        unsent: set[int] = set()
        sent_to: set[str] = set()
        for row in connection.execute(query):
            sent_to.update(open_job(self._keys.sealer(row.name), row.id, row.sealed).rcpt_to)
            if row.status in UNSENT:
                unsent.add(row.message_id)
        found = tuple(Copy(row.name, one, row.id in unsent) for row, one in read_copies(connection, self._keys, number))
        return Copies(reference, found, frozenset(sent_to), is_late(connection, number, now))

    def _findings(self, connection: Connection, case_id: int) -> list[FindingRow]:
        query = (
            select(finding, message.c.name)
            .join(message, message.c.id == finding.c.message_id)
            .where(finding.c.case_id == case_id)
            .order_by(finding.c.n)
        )
        found = []
        for row in connection.execute(query):
            private: list[Any] = ["", "", "", []]
            if row.sealed is not None:
                private = open_value(self._keys.sealer(row.name), row.sealed, f"finding.sealed:{case_id}.{row.n}")
            part, evidence, clear, params = private
            found.append(
                FindingRow(
                    clause=row.clause,
                    rule=row.rule,
                    action=row.action,
                    approver=row.approver,
                    would_be=row.would_be,
                    kind=row.kind,
                    confidence=row.confidence,
                    part=part,
                    evidence=evidence,
                    clear=clear,
                    why=row.why,
                    params=tuple((key, value) for key, value in params),
                )
            )
        return found

    def _jobs(self, connection: Connection, case_id: int) -> list[JobView]:
        query = (
            select(outbox, message.c.name)
            .join(message, message.c.id == outbox.c.message_id)
            .where(outbox.c.case_id == case_id)
            .order_by(outbox.c.id)
        )
        jobs = []
        for row in connection.execute(query):
            sealer = self._keys.sealer(row.name)
            body = open_job(sealer, row.id, row.sealed)
            jobs.append(
                JobView(
                    id=row.id,
                    kind=JobKind(row.kind),
                    status=JobStatus(row.status),
                    mail_from=body.mail_from,
                    recipients=tuple(
                        RecipientView(rcpt, Status(status), deferred, code, text)
                        for rcpt, status, deferred, code, text, *_ in progress_of(
                            sealer, row.id, row.sealed, row.progress
                        )
                    ),
                    edits=body.edits,
                    params=body.params,
                    attempts=row.attempts,
                    created_at=instant(row.created_at),
                    due_at=instant(row.due_at),
                    not_before=None if row.not_before is None else instant(row.not_before),
                )
            )
        return jobs

    @staticmethod
    def overdue(connection: Connection, before: int) -> tuple[str, ...]:
        """Name the cases whose time to decide is over, the longest first. Unseals nothing: a broken one hides none."""
        query = (
            select(case.c.reference)
            .join(hold, hold.c.case_id == case.c.id)
            .where(hold.c.decided_at.is_(None), hold.c.expires_at <= before)
            .group_by(case.c.reference)
            .order_by(func.min(hold.c.expires_at), func.min(hold.c.id))
        )
        return tuple(connection.scalars(query))

    def open_holds(self, connection: Connection, approver: str | None, person: str | None) -> tuple[HoldView, ...]:
        """List what waits for a decision: all, of one role, or on one person's desk."""
        query = HOLDS.where(hold.c.decided_at.is_(None))
        if approver is not None:
            query = query.where(hold.c.approver == approver)
        if person is not None:
            query = query.where(hold.c.person == self._house.blind("approver", person))
        return read_holds(connection, self._keys, query)
