"""Keeping in what has not gone out yet: which outbox rows are out of reach, and how the others are stopped.

Promises: a row in a sender's hands (its lease runs) is left alone, so that what becomes of it is entered; a deferral
then ends it as its case stands (gateway.store.outbox).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from gateway.clock import MICROSECOND
from gateway.store.disposition import JobKind, JobStatus
from gateway.store.schema import archive_record, outbox

# protocol.md: evidence of returned, withdrawn and blocked mail is kept this long.
EVIDENCE_KEPT = timedelta(days=14)
UNSENT = (JobStatus.PARKED.value, JobStatus.OPEN.value)


def mine(case_id: int, kind: JobKind = JobKind.MESSAGE) -> ColumnElement[bool]:
    """The rows of a case that send its message, or of another kind."""
    return and_(outbox.c.case_id == case_id, outbox.c.kind == kind.value)


def gone_out(now: int) -> ColumnElement[bool]:
    """Whether an outbox row was sent or may be at this moment: once its wait is over it is too late to take back."""
    o = outbox.c
    # What somebody took up is on its way, whatever our clock says of its wait: theirs may be ahead.
    too_late = or_(o.attempts > 0, func.coalesce(o.not_before, 0) <= now, func.coalesce(o.lease_until, 0) > now)
    return and_(o.status.in_((JobStatus.OPEN.value, JobStatus.SETTLED.value)), too_late)


def within_reach(now: int) -> ColumnElement[bool]:
    """Whether nobody is sending this row."""
    o = outbox.c
    return and_(o.status.in_(UNSENT), func.coalesce(o.lease_until, 0) <= now)


def is_late(connection: Connection, case_id: int, now: int) -> bool:
    """Whether something of the case's message was tried, or is being: what nobody took up yet follows a new verdict."""
    o = outbox.c
    begun = or_(
        o.status == JobStatus.SETTLED.value, o.attempts > 0, and_(o.status == JobStatus.OPEN.value, o.lease_until > now)
    )
    return bool(connection.scalar(select(func.count()).where(mine(case_id), begun)))


def has_gone(connection: Connection, case_id: int, now: int) -> bool:
    """Whether something of the case's message can't be taken back."""
    return bool(connection.scalar(select(func.count()).where(mine(case_id), gone_out(now))))


def park(connection: Connection, case_id: int, now: int) -> None:
    """Take back what nobody is sending: it waits with the rest for a decision."""
    rows = update(outbox).where(mine(case_id), within_reach(now))
    connection.execute(
        rows.values(status=JobStatus.PARKED.value, lease_owner=None, lease_until=None, next_attempt=None)
    )


def stop(connection: Connection, case_id: int, now: int) -> int | None:
    """Let nothing more of a case out. Gives when it may be erased: never, if anything of it went out and is archived.

    A record is made unreadable only where nothing of the case can have been sent: it waited for undo or a person.
    """
    gone = has_gone(connection, case_id, now)
    unsent = update(outbox).where(mine(case_id), within_reach(now))
    connection.execute(unsent.values(status=JobStatus.CANCELLED.value, lease_owner=None, lease_until=None))
    a = archive_record.c
    if not gone:
        connection.execute(update(archive_record).where(a.case_id == case_id).values(sealed=None))
    kept = connection.scalar(select(func.count()).where(a.case_id == case_id, a.sealed.is_not(None)))
    return None if kept else now + EVIDENCE_KEPT // MICROSECOND


def withhold_notices(connection: Connection, case_id: int, now: int) -> bool:
    """Take out notices that waited for the window's end and that nobody took up. True if there was one."""
    o = outbox.c
    untried = and_(o.status == JobStatus.OPEN.value, o.attempts == 0, o.not_before.is_not(None))
    free = func.coalesce(o.lease_until, 0) <= now
    found = connection.scalars(select(o.id).where(mine(case_id, JobKind.NOTICE), untried, free)).all()
    connection.execute(outbox.delete().where(o.id.in_(found)))
    return bool(found)
