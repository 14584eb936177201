"""The outbox: one row per dialogue with the mail server, leased to one process at a time.

Promises: a row is tried by whoever holds its lease and by nobody else until the lease ends; a dead process's rows
pass on by themselves. What a case does not let go any more (it is held, or ended) is not leased, and not tried again
when it comes back. Recipients are settled one by one; when the last of a case's message rows is, the case is delivered
or failed. A row that can't be opened is set aside for a person and never blocks the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    func,
    literal_column,
    select,
    update,
)

from gateway.clock import MICROSECOND, micros
from gateway.errors import Damaged, Erased, UnknownReference
from gateway.store.disposition import AuditDraft, Job, JobDraft, JobKind, JobStatus, Result, Status
from gateway.store.jobs import is_told, job_of, leased_job, progress_of, seal_progress, untried
from gateway.store.keys import Keys
from gateway.store.rows import LEASE, Rows
from gateway.store.schema import case, message, outbox
from gateway.store.seals import House
from gateway.store.statements import Change, Row, Statements
from gateway.store.states import ON_ITS_WAY, SETTLED, State, step
from gateway.store.window import close_window

# An earlier mail of a manager counts for so long (protocol.md): until then it must be known whose it was, and to whom.
THREAD_KEPT = timedelta(days=30)
# "Within an hour" after the last recipient is settled (protocol.md), with room for a sweep that runs late.
INTERNAL_KEPT = timedelta(minutes=30)
# Written out, not bound: only then does SQLite use the index over open rows.
IS_OPEN: ColumnElement[bool] = outbox.c.status == literal_column("'open'")

# A case in these states lets its rows go; in the last two none should be left.
GOING = ON_ITS_WAY | SETTLED

# What an attempt changes of its row, and the last one of its case.
ENTER = Change(
    outbox.c.id,
    (
        outbox.c.status,
        outbox.c.attempts,
        outbox.c.next_attempt,
        outbox.c.lease_owner,
        outbox.c.lease_until,
        outbox.c.due_at,
        outbox.c.waiting,
        outbox.c.failed,
        outbox.c.progress,
    ),
)
CLOSE = Change(case.c.id, (case.c.state, case.c.updated_at, case.c.closed_at, case.c.remove_at, case.c.erase_at))
DUE = (
    select(outbox, message.c.name, case.c.reference, case.c.state, case.c.window_ends_at)
    .join(message, message.c.id == outbox.c.message_id)
    .join(case, case.c.id == outbox.c.case_id)
    .order_by(outbox.c.due_at, outbox.c.id)
    .with_for_update(of=outbox, skip_locked=True, key_share=True)
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one attempt at one job."""

    job_id: int
    results: tuple[Result, ...] = field(repr=False)  # none at all: it was not tried, and that is no attempt
    next_attempt: datetime | None
    now: datetime
    told: bool = False  # the sender is told that those who still wait are late


class Outbox:
    """The operations on outbox rows. Every method runs in the writer's thread, inside a transaction."""

    def __init__(self, statements: Statements, house: House, keys: Keys, owner: str) -> None:
        self._statements = statements
        self._house = house
        self._keys = keys
        self._owner = owner

    def lease(self, connection: Connection, owner: str, limit: int, now: datetime) -> list[Job]:
        """Take rows that are due. Those that don't open are set aside, with a line in the audit chain."""
        due = connection.execute(DUE.where(IS_OPEN, outbox.c.due_at <= micros(now)).limit(limit)).all()
        if not due:
            return []
        shut = self._close_windows(connection, {row.case_id: row.reference for row in due if _waited(row)}, now)
        due = [row for row in due if row.case_id not in shut and _may_go(connection, row)]
        sealers = self._keys.sealers(row.name for row in due)
        jobs: list[Job] = []
        for row in due:
            try:
                jobs.append(job_of(row, sealers[row.name]))
            except (KeyError, Damaged):
                self._set_aside(connection, row.id, row.reference, now)
        until = micros(now + LEASE)
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([job.id for job in jobs]))
            .values(lease_owner=owner, lease_until=until, due_at=until)
        )
        return jobs

    def _close_windows(self, connection: Connection, waited: Mapping[int, str], now: datetime) -> set[int]:
        """Let the copies go whose window is over; a case that does not open is set aside. Returns these."""
        shut = set()
        for case_id, reference in waited.items():
            rows = Rows(connection, self._statements, self._house, micros(now), self._owner)
            try:
                close_window(connection, rows, self._keys, case_id)
                rows.flush()
            except (Damaged, Erased):
                mine = connection.scalars(select(outbox.c.id).where(outbox.c.case_id == case_id, IS_OPEN)).all()
                for number in mine:
                    self._set_aside(connection, number, reference, now)
                shut.add(case_id)
        return shut

    def _set_aside(self, connection: Connection, number: int, reference: str, now: datetime) -> None:
        connection.execute(update(outbox).where(outbox.c.id == number).values(status=JobStatus.STUCK.value))
        rows = Rows(connection, self._statements, self._house, micros(now), self._owner)
        rows.add_audit(AuditDraft("system", "job_stuck", {"job": str(number)}), reference)
        rows.flush()

    @staticmethod
    def renew(connection: Connection, job_ids: Sequence[int], owner: str, now: datetime) -> None:
        """Keep leases that are still ours: a long dialogue needs longer than LEASE."""
        until = micros(now + LEASE)
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(job_ids), outbox.c.lease_owner == owner, IS_OPEN)
            .values(lease_until=until, due_at=until)
        )

    @staticmethod
    def release(connection: Connection, owner: str) -> None:
        """Give back all leases of one process, at its end or before its next start."""
        connection.execute(
            update(outbox)
            .where(outbox.c.lease_owner == owner, IS_OPEN)
            .values(
                lease_owner=None,
                lease_until=None,
                due_at=func.coalesce(outbox.c.next_attempt, outbox.c.not_before, outbox.c.created_at),
            )
        )

    def add(self, connection: Connection, reference: str, drafts: Sequence[JobDraft], now: datetime) -> tuple[Job, ...]:
        """Add rows to a case that exists: DSNs and notices."""
        found = connection.execute(
            select(case.c.id, case.c.message_id, message.c.name)
            .join(message, message.c.id == case.c.message_id)
            .where(case.c.reference == reference)
        ).one_or_none()
        if found is None:
            raise UnknownReference(f"no case {reference}")
        sealer = self._keys.sealer(found.name)
        rows = Rows(connection, self._statements, self._house, micros(now), self._owner)
        leased = []
        for draft in drafts:
            number, ours = rows.add_job(sealer, draft, {}, case_id=found.id, message_id=found.message_id, parked=False)
            if ours:
                leased.append(leased_job(number, draft, {}, reference=reference, name=found.name, now=rows.now))
        rows.flush()
        return tuple(leased)


@dataclass(slots=True)
class _Open:
    """A row while its results are entered."""

    number: int
    case_id: int
    kind: str
    state: State  # of its case
    name: str
    attempts: int
    not_before: int | None
    progress: list[list[Any]]
    next_attempt: int | None = None
    due_at: int = 0

    def enter(self, item: Settlement) -> bool:
        """Note each recipient's result; True if one was refused or is late. One that is settled stays as it is."""
        said = {result.rcpt: result for result in item.results}
        news = False
        for entry in self.progress:
            result = said.get(entry[0])
            if result is not None and entry[1] == Status.WAITING:
                deferred = entry[2] + (result.status is Status.WAITING)
                entry[1:5] = [result.status, deferred, result.code, result.text]
                news = news or result.status is Status.FAILED
            if item.told and entry[1] == Status.WAITING and not is_told(entry):
                entry.append(True)
                news = True
        self.attempts += bool(item.results)
        self.next_attempt = None if item.next_attempt is None else micros(item.next_attempt)
        self.due_at = max(micros(item.now), self.next_attempt or 0, self.not_before or 0)
        return news

    def count(self, status: Status) -> int:
        return sum(entry[1] == status for entry in self.progress)

    def status(self, waiting: int) -> JobStatus:
        """What becomes of the row. A case that was held or ended meanwhile lets nothing more go."""
        if not waiting:
            return JobStatus.SETTLED
        return JobStatus.OPEN if self.kind != JobKind.MESSAGE or self.state in GOING else ended(self.state)


class SettleGroup:
    """Enters the results of many attempts at once, and closes the cases that are done. True where there is news."""

    def __init__(self, statements: Statements, keys: Keys) -> None:
        self._statements = statements
        self._keys = keys

    def __call__(self, connection: Connection, items: Sequence[Settlement]) -> Sequence[bool]:
        rows = self._read(connection, items)
        # No row: it is settled or cancelled by now, by another process or by the sender who withdrew.
        news = [item.job_id in rows and rows[item.job_id].enter(item) for item in items]
        changed: list[Row] = []
        done = set()
        for row in rows.values():
            waiting = row.count(Status.WAITING)
            if not waiting and row.kind == JobKind.MESSAGE:
                done.add(row.case_id)
            progress = seal_progress(self._keys.sealer(row.name), row.number, row.progress)
            changed.append(
                (
                    row.number,
                    row.status(waiting).value,
                    row.attempts,
                    row.next_attempt,
                    None,
                    None,
                    row.due_at,
                    waiting,
                    row.count(Status.FAILED),
                    progress,
                )
            )
        self._statements.update(connection, ENTER, changed)
        if done:
            self._close_cases(connection, done, micros(items[0].now))
        return news

    def _read(self, connection: Connection, items: Sequence[Settlement]) -> dict[int, _Open]:
        said = {item.job_id: item.results for item in items}
        found = list(self._statements.select(connection, _settling, list(said)))
        self._keys.sealers(row[4] for row in found)  # all at once, then from memory
        rows = {}
        for number, case_id, kind, state, name, attempts, not_before, waiting, progress in found:
            results = said[number]
            if progress is None and len({result.rcpt for result in results}) == waiting:
                # The first attempt, and it speaks of everybody: who they are needn't be unsealed.
                recipients = [untried(result.rcpt) for result in results]
            else:
                sealed = b"" if progress is not None else connection.scalar(_sealed(number))
                recipients = progress_of(self._keys.sealer(name), number, sealed, progress)
            rows[number] = _Open(number, case_id, kind, State(state), name, attempts, not_before, recipients)
        return rows

    def _close_cases(self, connection: Connection, numbers: set[int], now: int) -> None:
        closed: list[Row] = []
        rows = self._statements.select(connection, _closing, tuple(numbers))
        for number, state, external, keeps, waiting, failed in rows:
            if waiting or State(state) not in ON_ITS_WAY:
                continue
            after = step(State(state), State.FAILED if failed else State.DELIVERED)
            # What the archive knows of an external message is sealed with its key: that one stays.
            remove_at = None if keeps else now + INTERNAL_KEPT // MICROSECOND
            erase_at = None if external else now + THREAD_KEPT // MICROSECOND
            closed.append((number, after.value, now, now, remove_at, erase_at))
        self._statements.update(connection, CLOSE, closed)


def _settling(numbers: list[Any]) -> Select[Any]:
    o = outbox.c
    return (
        select(o.id, o.case_id, o.kind, case.c.state, message.c.name, o.attempts, o.not_before, o.waiting, o.progress)
        .join(message, message.c.id == o.message_id)
        .join(case, case.c.id == o.case_id)
        .where(o.id.in_(numbers), IS_OPEN)
    )


def _sealed(number: int) -> Select[Any]:
    return select(outbox.c.sealed).where(outbox.c.id == number)


def _closing(numbers: list[Any]) -> Select[Any]:
    """Ask of each case how many recipients of its message rows still wait, and how many were refused."""
    c, o = case.c, outbox.c
    return (
        select(c.id, c.state, c.external, c.keeps_bytes, func.sum(o.waiting), func.sum(o.failed))
        .join(outbox, o.case_id == c.id)
        .where(
            c.id.in_(numbers),
            o.kind == literal_column("'message'"),
            o.status.in_([literal_column("'open'"), literal_column("'settled'")]),
        )
        .group_by(c.id, c.state, c.external, c.keeps_bytes)
    )


def ended(state: State) -> JobStatus:
    """What becomes of a row that its case does not let go: it waits for the decision, or is over."""
    return JobStatus.PARKED if state is State.HELD else JobStatus.CANCELLED


def _waited(row: Any) -> bool:
    """Whether a row that is due waited for its case's window. Undo waits too, and its record is written before."""
    return row.state == State.WAITING and row.window_ends_at is not None


def _may_go(connection: Connection, row: Any) -> bool:
    """Whether the case lets its row go; one that came back from a process that died may not any more."""
    if row.kind != JobKind.MESSAGE or State(row.state) in GOING:
        return True
    values = {"status": ended(State(row.state)).value, "lease_owner": None, "lease_until": None}
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(values))
    return False
