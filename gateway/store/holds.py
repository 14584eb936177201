"""Decisions: the end of every hold, and the sender's second thoughts, each in one transaction.

Promises: of two who decide, exactly one wins. State, outbox rows, archive record, used link and audit line are written
together. A message that goes out after a decision has its archive record in the same transaction.
Fails: AlreadyDecided, UnknownReference, LinkRefused, Erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select, update

from gateway.clock import MICROSECOND, micros
from gateway.errors import AlreadyDecided, LinkRefused, UnknownReference
from gateway.store import links
from gateway.store.commit import gone_out, stop
from gateway.store.disposition import AuditDraft, Decided, Decision, EnvelopeRow, HoldDraft, Job, JobDraft, JobKind
from gateway.store.keys import Keys
from gateway.store.outbox import job_of
from gateway.store.records import Decree, plain
from gateway.store.rows import LEASE, Rows, leased_job
from gateway.store.schema import case, envelope, hold, message, outbox
from gateway.store.seals import House, open_value, pack, seal_value
from gateway.store.statements import Statements
from gateway.store.states import EVIDENCE, ON_ITS_WAY, State, step

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
Sent = tuple[str, tuple[str, ...], bytes]  # MAIL FROM, recipients, packed edits


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody decided. Message jobs among `jobs` replace those that were parked; notices are added."""

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


class Decider:
    """Decides inside a transaction, in the writer's thread."""

    def __init__(self, statements: Statements, house: House, keys: Keys, owner: str) -> None:
        self._statements = statements
        self._house = house
        self._keys = keys
        self._owner = owner

    def __call__(self, connection: Connection, ruling: Ruling) -> Decided:
        found = connection.execute(
            select(case, message.c.name)
            .join(message)
            .where(case.c.reference == ruling.reference)
            .with_for_update(of=case, key_share=True)
        ).one_or_none()
        if found is None:
            raise UnknownReference(f"no case {ruling.reference}")
        allowed, after = RULES[ruling.decision]
        if State(found.state) not in allowed or _underway(connection, found.id, ruling):
            raise AlreadyDecided(ruling.reference, found.state)
        if ruling.link is not None:
            links.use(connection, ruling.link, ruling.decision, ruling.now, reference=ruling.reference)
        rows = Rows(connection, self._statements, self._house, micros(ruling.now), self._owner)
        self._close_holds(connection, found, ruling)
        self._change(connection, found, after, rows.now)
        jobs = self._send(connection, rows, found, ruling) if after in ON_ITS_WAY else []
        notices = [draft for draft in ruling.jobs if draft.kind is not JobKind.MESSAGE]
        jobs += self._add(connection, rows, found, notices, ruling)
        if ruling.hold is not None:
            rows.add_hold(self._keys.sealer(found.name), ruling.hold, case_id=found.id, message_id=found.message_id)
            self._add(connection, rows, found, ruling.hold.jobs, ruling, parked=True)
        rows.add_audit(AuditDraft(ruling.by, f"case_{ruling.decision}", {"reason": ruling.reason}), ruling.reference)
        rows.flush()
        return Decided(ruling.reference, after, tuple(jobs))

    def _close_holds(self, connection: Connection, found: Any, ruling: Ruling) -> None:
        waiting = (
            select(hold.c.id, hold.c.approver, message.c.name)
            .join(message, message.c.id == hold.c.message_id)
            .where(hold.c.case_id == found.id, hold.c.decided_at.is_(None))
        )
        for number, approver, name in connection.execute(waiting).all():
            # The sender decides only what is the sender's to decide.
            if ruling.decision is Decision.CONFIRM and approver != "self":
                raise LinkRefused("act")
            outcome = pack([ruling.by, ruling.reason])
            connection.execute(
                update(hold)
                .where(hold.c.id == number)
                .values(
                    decided_at=micros(ruling.now),
                    decision=ruling.decision.value,
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

    def _send(self, connection: Connection, rows: Rows, found: Any, ruling: Ruling) -> list[Job]:
        """Open what was parked, or write what replaces it, and archive it if it goes outside."""
        fresh = [draft for draft in ruling.jobs if draft.kind is JobKind.MESSAGE]
        sent: dict[int, list[Sent]] = {}
        jobs: list[Job] = []
        if fresh:
            _cancel(connection, found.id)
            sent[found.message_id] = [(draft.mail_from, draft.rcpt_to, draft.edits) for draft in fresh]
            jobs += self._add(connection, rows, found, fresh, ruling)
        else:
            for message_id, job, ours in self._open(connection, found.id, ruling):
                sent.setdefault(message_id, []).append((job.mail_from, job.rcpt_to, job.edits))
                jobs += [job] if ours else []
        if found.external:
            envelopes = read_envelopes(connection, self._keys, found.id)
            for message_id, sendings in sent.items():
                self._archive(connection, rows, found, ruling, (message_id, envelopes, sendings))
        return jobs

    def _open(self, connection: Connection, case_id: int, ruling: Ruling) -> Iterator[tuple[int, Job, bool]]:
        """Let parked rows go: now, or when undo ends. Yields each with its message and whether we send it at once."""
        now = micros(ruling.now)
        # It could not be tried before this: what is counted from here (when it is late, when to give up) begins now.
        opens = ruling.not_before or ruling.now
        due = max(now, micros(opens))
        ours = ruling.leased and due == now
        until = now + LEASE // MICROSECOND if ours else None
        parked = connection.execute(
            select(outbox, message.c.name, literal(ruling.reference).label("reference"))
            .join(message, message.c.id == outbox.c.message_id)
            .where(outbox.c.case_id == case_id, outbox.c.status == "parked")
            .order_by(outbox.c.id)
        ).all()
        for row in parked:
            connection.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(
                    status="open",
                    not_before=micros(opens),
                    due_at=until or due,
                    lease_owner=self._owner if ours else None,
                    lease_until=until,
                )
            )
            job = job_of(row, self._keys.sealer(row.name))
            yield row.message_id, replace(job, not_before=opens), ours

    def _add(
        self,
        connection: Connection,
        rows: Rows,
        found: Any,
        drafts: Sequence[JobDraft],
        ruling: Ruling,
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
                jobs.append(leased_job(number, draft, own, reference=ruling.reference, name=found.name, now=rows.now))
        return jobs

    def _archive(
        self,
        connection: Connection,
        rows: Rows,
        found: Any,
        ruling: Ruling,
        sent: tuple[int, Sequence[EnvelopeRow], Sequence[Sent]],
    ) -> None:
        message_id, envelopes, sendings = sent
        row = connection.execute(select(message).where(message.c.id == message_id)).one()
        after = RULES[ruling.decision][1].value
        record = plain(
            reference=ruling.reference,
            name=row.name,
            size=row.size,
            digest=row.digest,
            bytes_kept=found.keeps_bytes,
            envelopes=envelopes,
            decree=Decree(found.action, after, found.policy_hash, found.snapshot_id, ruling.by, ruling.reason),
            sendings=sendings,
        )
        rows.add_archive(self._keys.sealer(row.name), record, case_id=found.id, message_id=message_id)


def read_envelopes(connection: Connection, keys: Keys, case_id: int) -> list[EnvelopeRow]:
    """Unseal the envelopes of a case, in the order they came."""
    query = (
        select(envelope, message.c.name)
        .join(message, message.c.id == envelope.c.message_id)
        .where(envelope.c.case_id == case_id)
        .order_by(envelope.c.n)
    )
    found = []
    for row in connection.execute(query):
        place = f"envelope.sealed:{case_id}.{row.n}"
        mail_from, rcpt_to, options = open_value(keys.sealer(row.name), row.sealed, place)
        found.append(EnvelopeRow(row.listener, mail_from, tuple(rcpt_to), options))
    return found


def _underway(connection: Connection, case_id: int, ruling: Ruling) -> bool:
    """Whether it is too late to take back."""
    if ruling.decision is not Decision.WITHDRAW:
        return False
    o = outbox.c
    query = select(func.count()).where(
        o.case_id == case_id, o.kind == JobKind.MESSAGE.value, gone_out(micros(ruling.now))
    )
    return bool(connection.scalar(query))


def _cancel(connection: Connection, case_id: int) -> None:
    """Take a case's unsent message rows out of the outbox."""
    o = outbox.c
    connection.execute(
        update(outbox)
        .where(o.case_id == case_id, o.kind == JobKind.MESSAGE.value, o.status.in_(("parked", "open")))
        .values(status="cancelled", lease_owner=None, lease_until=None)
    )
