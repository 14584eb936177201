"""A further copy joins its case: judged together with those that were there, in one transaction.

Promises: a case never becomes laxer by a copy. What nobody is sending yet follows the stricter verdict: a repair is
written into its rows, a hold takes it back (also what a person had released for fewer recipients), a block ends it. A
case has one open hold, and one notice until the window's end. What is in a sender's hands is left to its answer, and
follows then.
Fails: Damaged, Erased, when a row of the case does not open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, func, literal, or_, select, update

from gateway.clock import instant, micros
from gateway.store.copy import Known, add_envelope, add_findings, add_jobs, add_message
from gateway.store.disposition import (
    AuditDraft,
    Committed,
    Disposition,
    HoldDraft,
    Job,
    JobDraft,
    JobKind,
    JobStatus,
    Joins,
    Rewrite,
    Siblings,
    siblings,
)
from gateway.store.filing import Sent, file_record
from gateway.store.jobs import open_job, seal_job
from gateway.store.keys import Keys
from gateway.store.prepared import Prepared
from gateway.store.records import Decree
from gateway.store.rows import Rows
from gateway.store.schema import case, finding, hold, link, message, outbox
from gateway.store.seals import House, pack, seal_value
from gateway.store.states import EVIDENCE, GIVEN_BACK, ON_ITS_WAY, State, step
from gateway.store.stopping import UNSENT, is_late, mine, park, stop, withhold_notices
from rules.verdict import APPROVERS, Action, strictness

# What a copy is answered with, whatever it would have been by itself.
ANSWERED = {State.HELD: int(Action.HOLD), State.BLOCKED: int(Action.BLOCK)}


class Joiner:
    """Joins inside a transaction, in the writer's thread."""

    def __init__(self, house: House, keys: Keys) -> None:
        self._house = house
        self._keys = keys

    def __call__(self, connection: Connection, rows: Rows, item: Prepared, before: Known) -> Committed | Siblings:
        d = item.disposition
        assert d.joins is not None
        if is_late(connection, before.id, rows.now) != d.joins.late:
            return siblings(before.reference, d)
        state = _becomes(before, d)
        answered = ANSWERED.get(state, min(d.action, Action.FIX))
        message_id = add_message(rows, item)
        add_envelope(rows, item, before, message_id, answered)
        if state not in GIVEN_BACK:
            self._findings(connection, rows, item, before, message_id)
        rewritten = self._rewrite(connection, rows, before.id, d.joins) if state not in EVIDENCE else []
        if state is State.HELD:
            park(connection, before.id, rows.now)
        jobs = self._send(rows, item, before, (state, message_id))
        jobs += self._tell(connection, rows, item, before, (state, message_id, _strictness(d.action, d.approver)))
        self._hold(connection, rows, item, before.id, (state, message_id))
        if d.joins.late:
            rows.add_audit(AuditDraft("system", "case_late_copy", {"action": str(answered)}), before.reference)
        self._change(connection, rows, before, d, state)
        before.state = state
        before.action, before.approver = max(before.action, d.action), _decides(before, d)
        before.external = before.external or d.external
        before.recipients |= item.recipients
        if d.archive and state in ON_ITS_WAY and not _closes(before, state):
            sent = [(message_id, one.mail_from, one.rcpt_to, one.edits) for one in _messages(d)]
            decree = Decree(before.action, state.value, d.policy_hash, d.snapshot_id)
            rows.flush()
            file_record(connection, rows, self._keys, before.id, decree, [*rewritten, *sent])
        return Committed(before.reference, state, False, answered, tuple(jobs))

    @staticmethod
    def _findings(connection: Connection, rows: Rows, item: Prepared, before: Known, message_id: int) -> None:
        """What was found in all copies takes the place of what was found in some; if it is laxer it comes beside it."""
        if item.disposition.action >= before.action:
            connection.execute(delete(finding).where(finding.c.case_id == before.id))
            before.findings = 0
        add_findings(rows, item, before, message_id, item.disposition.findings)

    def _rewrite(self, connection: Connection, rows: Rows, case_id: int, joins: Joins) -> list[Sent]:
        """Give the rows of earlier copies their edits; those in a sender's hands too, for another try.

        Returns the dialogues that are had, or may be, otherwise than was recorded.
        """
        o = outbox.c
        query = (
            select(o.id, o.message_id, message.c.name, o.status, o.lease_until, o.not_before, o.sealed, o.progress)
            .join(message, message.c.id == o.message_id)
            .where(mine(case_id), o.status.in_(UNSENT))
            .order_by(o.id)
        )
        sent = []
        for row in connection.execute(query).all():
            rewrite = joins.rewrites.get(row.name)
            if rewrite is not None:
                sent += self._rewritten(connection, rows, case_id, row, rewrite)
        return sent

    def _rewritten(self, connection: Connection, rows: Rows, case_id: int, row: Any, rewrite: Rewrite) -> list[Sent]:
        sealer = self._keys.sealer(row.name)
        body = open_job(sealer, row.id, row.sealed)
        in_hands = (row.lease_until or 0) > rows.now
        untouched = row.progress is None and not in_hands
        if rewrite.apart and untouched and len(body.rcpt_to) > 1:
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(status=JobStatus.CANCELLED.value))
            not_before = None if row.not_before is None else instant(row.not_before)
            for rcpt in body.rcpt_to:
                draft = JobDraft(JobKind.MESSAGE, body.mail_from, (rcpt,), rewrite.edits, not_before)
                parked = row.status == JobStatus.PARKED
                rows.add_job(sealer, draft, body.options, case_id=case_id, message_id=row.message_id, parked=parked)
            return [(row.message_id, body.mail_from, (rcpt,), rewrite.edits) for rcpt in body.rcpt_to]
        if body.edits == rewrite.edits:
            return []
        sealed = seal_job(sealer, row.id, replace(body, edits=rewrite.edits))
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(sealed=sealed))
        # Whether what is in hands goes so, or went as it was recorded before, is settled by its answer: both are kept.
        return [(row.message_id, body.mail_from, body.rcpt_to, rewrite.edits)]

    @staticmethod
    def _send(rows: Rows, item: Prepared, before: Known, new: tuple[State, int]) -> list[Job]:
        """Add the copy's own rows: open, waiting for the window's end, or parked with the others."""
        state, message_id = new
        if state in EVIDENCE:
            return []
        waits = before.in_window(rows.now) and state in ON_ITS_WAY
        drafts = _messages(item.disposition)
        return add_jobs(rows, item, before, message_id, drafts, parked=state is State.HELD, waits=waits)

    @staticmethod
    def _tell(
        connection: Connection, rows: Rows, item: Prepared, before: Known, new: tuple[State, int, tuple[int, int]]
    ) -> list[Job]:
        """One notice a case: the strictest takes the place of one that still waits, or comes after one that went."""
        state, message_id, now, then = *new, _strictness(before.action, before.approver)
        d = item.disposition
        notices = [draft for draft in d.jobs if draft.kind is not JobKind.MESSAGE]
        if state in GIVEN_BACK or before.state is State.BLOCKED or now < then:
            return []
        again = before.state is State.RELEASED and state is State.HELD
        replaced = withhold_notices(connection, before.id, rows.now)
        if now == then and not (replaced or again or _untold(connection, before.id)):
            return []
        if replaced:
            connection.execute(delete(link).where(link.c.case_id == before.id, link.c.used_at.is_(None)))
        # The same act until the same second is the same link.
        there = select(link.c.token_digest).where(link.c.token_digest.in_([one.token_digest for one in d.links]))
        kept = set(connection.scalars(there))
        rows.add_links((one for one in d.links if one.token_digest not in kept), case_id=before.id)
        waits = before.in_window(rows.now) and state is not State.BLOCKED
        return add_jobs(rows, item, before, message_id, notices, parked=False, waits=waits)

    def _hold(self, connection: Connection, rows: Rows, item: Prepared, case_id: int, new: tuple[State, int]) -> None:
        """Leave one hold open for all copies, with the stricter approver; none where nothing waits any more."""
        state, message_id = new
        d = item.disposition
        query = (
            select(hold.c.id, hold.c.approver, message.c.name)
            .join(message, message.c.id == hold.c.message_id)
            .where(hold.c.case_id == case_id, hold.c.decided_at.is_(None))
        )
        waiting = connection.execute(query).all()
        if state is State.BLOCKED:
            ended = update(hold).where(hold.c.id.in_([one.id for one in waiting]))
            connection.execute(ended.values(decided_at=rows.now, decision="block"))
        elif state is State.HELD and d.hold is not None and not waiting:
            rows.add_hold(item.sealer, d.hold, case_id=case_id, message_id=message_id)
        elif d.hold is not None:
            for one in waiting:
                if APPROVERS[d.hold.approver] > APPROVERS[one.approver]:
                    self._pass_on(connection, one, d.hold)

    def _pass_on(self, connection: Connection, one: Any, draft: HoldDraft) -> None:
        """Somebody stricter decides from now on."""
        person = draft.approver_person
        sealed = seal_value(self._keys.sealer(one.name), pack(person or ""), f"hold.sealed:{one.id}")
        connection.execute(
            update(hold)
            .where(hold.c.id == one.id)
            .values(
                approver=draft.approver,
                person=None if person is None else self._house.blind("approver", person),
                expires_at=micros(draft.expires_at),
                sealed=sealed,
                stage=0,  # somebody else is to be asked
                remind_at=None,
            )
        )

    @staticmethod
    def _change(connection: Connection, rows: Rows, before: Known, d: Disposition, state: State) -> None:
        values: dict[str, Any] = {
            "state": state.value,
            "action": max(before.action, d.action),
            "approver": _decides(before, d),
            "updated_at": rows.now,
            # A copy to colleagues may have come first: once one goes outside, the case does.
            "external": or_(case.c.external, literal(d.external)),
            "keeps_bytes": or_(case.c.keeps_bytes, literal(d.external and d.keep_bytes)),
            "remove_at": None,
        }
        if state not in EVIDENCE:
            values |= {"closed_at": None, "erase_at": None}
        elif state is not before.state:
            values |= {"closed_at": rows.now, "erase_at": stop(connection, before.id, rows.now)}
        connection.execute(update(case).where(case.c.id == before.id).values(values))


def _becomes(before: Known, d: Disposition) -> State:
    """Where the case stands with this copy: never laxer than it was."""
    if before.state in GIVEN_BACK:
        return before.state
    for state in (State.BLOCKED, State.HELD):
        if state in {before.state, d.state}:
            return step(before.state, state)
    if before.state is State.WAITING or (before.state in ON_ITS_WAY and d.action <= before.action):
        return before.state
    return step(before.state, d.state)


def _closes(before: Known, state: State) -> bool:
    """Whether the end of a window writes the record: by the clock it may not be over, and be closed all the same."""
    return state is State.WAITING and before.window_ends_at is not None


def _decides(before: Known, d: Disposition) -> str | None:
    """Who decides about all copies: of two holds the later in the order of approvers (protocol.md, Actions)."""
    if d.action != before.action:
        return d.approver if d.action > before.action else before.approver
    return max(filter(None, (before.approver, d.approver)), key=APPROVERS.__getitem__, default=None)


def _untold(connection: Connection, case_id: int) -> bool:
    """Whether nobody was written to about this case: its first copy may have had no return path."""
    return not connection.scalar(select(func.count()).where(mine(case_id, JobKind.NOTICE)))


def _strictness(action: int, approver: str | None) -> tuple[int, int]:
    return strictness(action, None if approver is None else APPROVERS[approver])


def _messages(d: Disposition) -> Sequence[JobDraft]:
    """What the copy itself sends, or would after a release."""
    parked = () if d.hold is None else d.hold.jobs
    return (*(draft for draft in d.jobs if draft.kind is JobKind.MESSAGE), *parked)
