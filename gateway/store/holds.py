"""Decisions: the end of every hold, and the sender's second thoughts, each in one transaction.

Promises: of two who decide, exactly one wins. State, outbox rows, archive record, used link and audit line are written
together. A message that goes out after a decision has its archive record in the same transaction.
Fails: AlreadyDecided, CaseChanged, UnknownReference, LinkRefused, Erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select, update

from gateway.clock import MICROSECOND, micros
from gateway.errors import AlreadyDecided, CaseChanged, LinkRefused, UnknownReference
from gateway.store import links
from gateway.store.disposition import (
    AuditDraft,
    Decided,
    Decision,
    HoldDraft,
    Job,
    JobDraft,
    JobKind,
    JobStatus,
    LinkDraft,
)
from gateway.store.filing import Sent, file_record, read_envelopes
from gateway.store.jobs import job_of, leased_job
from gateway.store.keys import Keys
from gateway.store.records import Decree
from gateway.store.rows import LEASE, Rows
from gateway.store.schema import case, envelope, hold, message, outbox
from gateway.store.seals import House, pack, seal_value
from gateway.store.statements import Statements
from gateway.store.states import EVIDENCE, ON_ITS_WAY, State, step
from gateway.store.stopping import has_gone, mine, stop, withhold_notices

_HELD = frozenset({State.HELD})
# From which states each decision may be made, and what the case becomes.
RULES: Mapping[Decision, tuple[frozenset[State], State]] = {
    Decision.RELEASE: (_HELD, State.RELEASED),
    Decision.CONFIRM: (_HELD, State.RELEASED),
    Decision.FIX: (_HELD, State.FIXED),
    Decision.RETURN: (_HELD, State.RETURNED),
    # While a message waits for undo the sender may still take it back.
    Decision.WITHDRAW: (_HELD | {State.WAITING, State.FIXED, State.RELEASED}, State.WITHDRAWN),
    Decision.EXPIRE: (_HELD, State.EXPIRED),
    Decision.BLOCK: (_HELD, State.BLOCKED),
    Decision.UNBLOCK: (frozenset({State.BLOCKED}), State.HELD),
}


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """What somebody decided. Message jobs among `jobs` replace what the first copy had parked; notices are added."""

    reference: str
    decision: Decision
    by: str = field(repr=False)
    reason: str = field(repr=False)
    now: datetime
    jobs: tuple[JobDraft, ...] = ()
    link: bytes | None = field(default=None, repr=False)
    hold: HoldDraft | None = None  # for UNBLOCK: who decides next
    not_before: datetime | None = None  # undo: what goes out waits until then
    leased: bool = False  # this process sends at once
    links: tuple[LinkDraft, ...] = ()
    seen: tuple[int, str | None] | None = None  # copies of the case and who must decide, as the decider saw them


class Holds:
    """Decides inside a transaction, in the writer's thread."""

    def __init__(self, statements: Statements, house: House, keys: Keys, owner: str) -> None:
        self._statements = statements
        self._house = house
        self._keys = keys
        self._owner = owner

    def __call__(self, connection: Connection, asked: DecisionDraft) -> Decided:
        found = connection.execute(
            select(case, message.c.name)
            .join(message)
            .where(case.c.reference == asked.reference)
            .with_for_update(of=case, key_share=True)
        ).one_or_none()
        if found is None:
            raise UnknownReference(f"no case {asked.reference}")
        allowed, after = RULES[asked.decision]
        if State(found.state) not in allowed or _underway(connection, found, asked):
            raise AlreadyDecided(asked.reference, found.state)
        if asked.seen is not None and asked.seen != (_copies(connection, found.id), found.approver):
            raise CaseChanged(asked.reference)
        if asked.link is not None:
            # Whoever may send a message as it is may send less of it.
            act = Decision.CONFIRM if asked.decision is Decision.FIX else asked.decision
            links.use(connection, asked.link, act, asked.now, reference=asked.reference)
        rows = Rows(connection, self._statements, self._house, micros(asked.now), self._owner)
        withhold_notices(connection, found.id, rows.now)
        self._close_holds(connection, found, asked)
        self._change(connection, found, after, rows.now)
        jobs = self._send(connection, rows, found, asked) if after in ON_ITS_WAY else []
        notices = [draft for draft in asked.jobs if draft.kind is not JobKind.MESSAGE]
        jobs += self._add(connection, rows, found, notices, asked)
        if asked.hold is not None:
            rows.add_hold(self._keys.sealer(found.name), asked.hold, case_id=found.id, message_id=found.message_id)
            self._add(connection, rows, found, asked.hold.jobs, asked, parked=True)
        rows.add_links(asked.links, case_id=found.id)
        rows.add_audit(AuditDraft(asked.by, f"case_{asked.decision}", {"reason": asked.reason}), asked.reference)
        rows.flush()
        return Decided(asked.reference, after, tuple(jobs))

    def _close_holds(self, connection: Connection, found: Any, asked: DecisionDraft) -> None:
        waiting = (
            select(hold.c.id, hold.c.approver, message.c.name)
            .join(message, message.c.id == hold.c.message_id)
            .where(hold.c.case_id == found.id, hold.c.decided_at.is_(None))
        )
        for number, approver, name in connection.execute(waiting).all():
            # The sender decides only what is the sender's to decide.
            theirs = asked.decision is Decision.CONFIRM or (asked.link is not None and asked.decision is Decision.FIX)
            if theirs and approver != "self":
                raise LinkRefused("act")
            outcome = pack([asked.by, asked.reason])
            connection.execute(
                update(hold)
                .where(hold.c.id == number)
                .values(
                    decided_at=micros(asked.now),
                    decision=asked.decision.value,
                    outcome=seal_value(self._keys.sealer(name), outcome, f"hold.outcome:{number}"),
                )
            )

    @staticmethod
    def _change(connection: Connection, found: Any, after: State, now: int) -> None:
        evidence = after in EVIDENCE
        erase_at = stop(connection, found.id, now) if evidence else None
        connection.execute(
            update(case)
            .where(case.c.id == found.id)
            .values(
                state=step(State(found.state), after).value,
                updated_at=now,
                closed_at=now if evidence else None,
                erase_at=erase_at,
            )
        )

    def _send(self, connection: Connection, rows: Rows, found: Any, asked: DecisionDraft) -> list[Job]:
        """Open what was parked, or write what takes its place, and archive it if it goes outside.

        A person's own repair is of the first copy, and takes the place of all that one had parked. The other copies go
        as they are, but to nobody twice.
        """
        fresh = [draft for draft in asked.jobs if draft.kind is JobKind.MESSAGE]
        if fresh:
            own = update(outbox).where(mine(found.id), outbox.c.message_id == found.message_id)
            connection.execute(
                own.where(outbox.c.status == JobStatus.PARKED.value).values(status=JobStatus.CANCELLED.value)
            )
        named = frozenset(rcpt for draft in fresh for rcpt in draft.rcpt_to)
        sent: list[Sent] = [(found.message_id, draft.mail_from, draft.rcpt_to, draft.edits) for draft in fresh]
        jobs = self._add(connection, rows, found, fresh, asked)
        for message_id, job, ours in self._open(connection, found.id, asked, named):
            sent.append((message_id, job.mail_from, job.rcpt_to, job.edits))
            jobs += [job] if ours else []
        if found.external:
            after = RULES[asked.decision][1].value
            decree = Decree(found.action, after, found.policy_hash, found.snapshot_id, asked.by, asked.reason)
            file_record(connection, rows, self._keys, found.id, decree, sent)
        return jobs

    def _open(
        self, connection: Connection, case_id: int, asked: DecisionDraft, replaced: frozenset[str]
    ) -> Iterator[tuple[int, Job, bool]]:
        """Let parked rows go: now, or when undo ends. Yields each with its message and whether we send it at once.

        A row whose recipients are all `replaced` by other rows is over.
        """
        now = micros(asked.now)
        # It could not be tried before this: what is counted from here (when it is late, when to give up) begins now.
        opens = asked.not_before or asked.now
        due = max(now, micros(opens))
        ours = asked.leased and due == now
        until = now + LEASE // MICROSECOND if ours else None
        parked = connection.execute(
            select(outbox, message.c.name, literal(asked.reference).label("reference"))
            .join(message, message.c.id == outbox.c.message_id)
            .where(mine(case_id), outbox.c.status == JobStatus.PARKED.value)
            .order_by(outbox.c.id)
        ).all()
        for row in parked:
            job = replace(job_of(row, self._keys.sealer(row.name)), not_before=opens)
            if replaced and replaced.issuperset(job.rcpt_to):
                connection.execute(update(outbox).where(outbox.c.id == row.id).values(status=JobStatus.CANCELLED.value))
                continue
            connection.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(
                    status=JobStatus.OPEN.value,
                    not_before=micros(opens),
                    due_at=until or due,
                    lease_owner=self._owner if ours else None,
                    lease_until=until,
                )
            )
            yield row.message_id, job, ours

    def _add(
        self,
        connection: Connection,
        rows: Rows,
        found: Any,
        drafts: Sequence[JobDraft],
        asked: DecisionDraft,
        *,
        parked: bool = False,
    ) -> list[Job]:
        jobs = []
        for draft in drafts:
            own: Mapping[str, str] = {}
            if draft.kind is JobKind.MESSAGE:
                own = read_envelopes(connection, self._keys, found.id)[0].options
            number, ours = rows.add_job(
                self._keys.sealer(found.name), draft, own, case_id=found.id, message_id=found.message_id, parked=parked
            )
            if ours:
                jobs.append(leased_job(number, draft, own, reference=asked.reference, name=found.name, now=rows.now))
        return jobs


def _copies(connection: Connection, case_id: int) -> int:
    """How many copies the case has by now."""
    return connection.scalar(select(func.count()).select_from(envelope).where(envelope.c.case_id == case_id)) or 0


def _underway(connection: Connection, found: Any, asked: DecisionDraft) -> bool:
    """Whether it is too late to take back. What waits for a decision never is, whatever of it went out before."""
    if asked.decision is not Decision.WITHDRAW or State(found.state) is State.HELD:
        return False
    return has_gone(connection, found.id, micros(asked.now))
