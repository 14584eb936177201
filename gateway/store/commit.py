"""Dispositions: what 250 answers for, many in one transaction.

Promises: a disposition is written wholly or not at all. A retry (same sender, Message-ID and content, every recipient
already in the case, within a day) writes nothing and gets the first one's answer (RFC 1047). A further copy for other
recipients joins the case (gateway.store.join), and only if it was judged together with all that are there: otherwise
nothing of it is written, and it comes again.
Fails: StoreUnavailable for a key that waited too long.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from gateway.clock import MICROSECOND, micros
from gateway.store.copy import Known, add_envelope, add_findings, add_jobs, add_message
from gateway.store.disposition import Committed, JobKind, Siblings, siblings
from gateway.store.filing import read_envelopes
from gateway.store.join import Joiner
from gateway.store.keys import Keys
from gateway.store.prepared import Prepared, blinded
from gateway.store.records import Decree, Stored, plain
from gateway.store.rows import Rows
from gateway.store.schema import blind_index, case, envelope, finding
from gateway.store.seals import House, pack, seal_value
from gateway.store.statements import Statements
from gateway.store.states import EVIDENCE, GIVEN_BACK, ON_ITS_WAY, SETTLED, State
from gateway.store.stopping import EVIDENCE_KEPT

RETRY_WINDOW = timedelta(hours=24)
JOINABLE = ON_ITS_WAY | SETTLED | {State.HELD, State.BLOCKED}


class CommitGroup:
    """Writes all dispositions of a moment."""

    def __init__(self, statements: Statements, house: House, keys: Keys, owner: str) -> None:
        self._statements = statements
        self._house = house
        self._keys = keys
        self._owner = owner
        self._join = Joiner(house, keys)

    def __call__(self, connection: Connection, items: Sequence[Prepared]) -> Sequence[Committed | Siblings]:
        known = _known_cases(connection, self._statements, items)
        rows = Rows(connection, self._statements, self._house, 0, self._owner)
        outcomes: list[Committed | Siblings] = []
        for item in items:
            rows.now = micros(item.now)
            item.key.check(item.now)
            before = None if item.correlation is None else known.get(item.correlation)
            joins = item.disposition.joins
            if before is None or not _same_case(before, item):
                outcomes.append(_begin(rows, item, known) if joins is None else siblings("", item.disposition))
            elif item.recipients <= before.recipients:
                answered = self._answered(connection, rows, item, before)
                outcomes.append(Committed(before.reference, before.state, True, answered, ()))
            elif joins is None or joins.envelopes != len(before.answered):
                outcomes.append(siblings(before.reference, item.disposition))
            else:
                rows.flush()
                outcomes.append(self._join(connection, rows, item, before))
        rows.flush()
        return outcomes

    def _answered(self, connection: Connection, rows: Rows, item: Prepared, before: Known) -> int:
        """What the copy that is sent again was answered with; of several the strictest."""
        if len(set(before.answered)) == 1:
            return before.answered[0]
        rows.flush()
        said = [
            answered
            for answered, one in zip(before.answered, read_envelopes(connection, self._keys, before.id), strict=True)
            if not item.recipients.isdisjoint(blinded(self._house, rcpt) for rcpt in one.rcpt_to)
        ]
        return max(said, default=before.action)


def _same_case(before: Known, item: Prepared) -> bool:
    now = micros(item.now)
    if now - before.created_at >= RETRY_WINDOW // MICROSECOND:
        return False
    if before.in_window(now):
        return True  # whatever was decided about the others was decided about this one
    if before.state in GIVEN_BACK:
        return False  # its sender was asked to send it again
    return item.recipients <= before.recipients or before.state in JOINABLE


def _correlated(names: list[Any]) -> Select[Any]:
    c = case.c
    columns = (c.correlation, c.id, c.reference, c.state, c.action, c.approver, c.external, c.created_at)
    found = select(*columns, c.window_ends_at).where(c.correlation.in_(names))
    return found.order_by(c.id).with_for_update(key_share=True)


def _number(row: Sequence[Any]) -> int:
    return int(row[1])


def _known_cases(connection: Connection, statements: Statements, items: Sequence[Prepared]) -> dict[bytes, Known]:
    wanted = {item.correlation for item in items if item.correlation is not None}
    if not wanted:
        return {}
    known: dict[bytes, Known] = {}
    found = statements.select(connection, _correlated, tuple(wanted))
    # Of several cases of one correlation the last one counts.
    for correlation, number, reference, state, action, approver, external, created_at, ends in sorted(
        found, key=_number
    ):
        known[correlation] = Known(
            number, reference, State(state), action, approver, bool(external), created_at, ends, set()
        )
    for one in known.values():
        values = select(blind_index.c.value).where(blind_index.c.case_id == one.id, blind_index.c.kind == "recipient")
        one.recipients.update(connection.scalars(values))
        said = select(envelope.c.action).where(envelope.c.case_id == one.id).order_by(envelope.c.n)
        one.answered.extend(connection.scalars(said))
        one.findings = connection.scalar(select(func.count()).where(finding.c.case_id == one.id)) or 0
    return known


def _begin(rows: Rows, item: Prepared, known: dict[bytes, Known]) -> Committed:
    d = item.disposition
    number = rows.next_case()
    message_id = add_message(rows, item)
    ends = rows.now + d.window // MICROSECOND if d.window and item.correlation is not None else None
    waits = ends is not None and d.state is not State.BLOCKED
    state = State.WAITING if waits and d.state in ON_ITS_WAY else d.state
    evidence = state in EVIDENCE
    rows.add(
        case,
        number,
        d.reference,
        item.correlation,
        d.digest,
        state.value,
        d.action,
        d.approver,
        d.external,
        d.policy_hash,
        d.snapshot_id,
        message_id,
        rows.now,
        rows.now,
        ends,
        rows.now if evidence else None,
        d.external and d.keep_bytes,
        None,
        rows.now + EVIDENCE_KEPT // MICROSECOND if evidence else None,
        seal_value(item.sealer, pack([d.identity, d.sender, d.subject, d.message_id]), f"case.sealed:{number}"),
    )
    one = Known(number, d.reference, state, d.action, d.approver, d.external, rows.now, ends, set(item.recipients))
    if item.correlation is not None:
        known[item.correlation] = one
    add_envelope(rows, item, one, message_id, d.action)
    add_findings(rows, item, one, message_id, d.findings)
    if d.archive and not waits:
        _file(rows, item, one, message_id)
    if d.hold is not None:
        rows.add_hold(item.sealer, d.hold, case_id=number, message_id=message_id)
        add_jobs(rows, item, one, message_id, d.hold.jobs, parked=True, waits=False)
    jobs = tuple(add_jobs(rows, item, one, message_id, d.jobs, parked=False, waits=waits))
    rows.add_links(d.links, case_id=number)
    for line in d.audit:
        rows.add_audit(line, d.reference)
    return Committed(d.reference, state, False, d.action, jobs)


def _file(rows: Rows, item: Prepared, one: Known, message_id: int) -> None:
    """Write the archive record of a message that waits for no copies."""
    d = item.disposition
    record = plain(
        reference=d.reference,
        copies=[Stored(item.key.name, item.size, item.digest.hex())],
        bytes_kept=d.keep_bytes,
        envelopes=(d.envelope,),
        decree=Decree(d.action, d.state.value, d.policy_hash, d.snapshot_id),
        sendings=[(0, job.mail_from, job.rcpt_to, job.edits) for job in d.jobs if job.kind is JobKind.MESSAGE],
    )
    rows.add_archive(item.sealer, record, case_id=one.id, message_id=message_id)
