"""Dispositions: what 250 answers for, many in one transaction.

Promises: a disposition is written wholly or not at all. A retry (same sender, Message-ID and content, every recipient
already in the case, within a day) writes nothing and gets the first one's answer (RFC 1047). A further copy for other
recipients joins the case; the stricter of the two verdicts counts, and what the case may not send stays parked.
Fails: IllegalTransition for a state no case may begin with, StoreUnavailable for a key that waited too long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, update

from gateway.clock import MICROSECOND, micros
from gateway.crypto import Sealer
from gateway.errors import IllegalTransition
from gateway.store.disposition import BlobRef, Committed, Disposition, Job, JobKind
from gateway.store.keys import MessageKey
from gateway.store.records import Decree, plain
from gateway.store.rows import Rows, leased_job
from gateway.store.schema import archive_record, blind_index, case, contact, envelope, finding, hold, message, outbox
from gateway.store.seals import House, pack, seal_body, seal_value
from gateway.store.statements import Statements
from gateway.store.states import EVIDENCE, INITIAL, ON_ITS_WAY, SETTLED, State, step
from rules.message import canonical_address
from rules.verdict import Approver

RETRY_WINDOW = timedelta(hours=24)
# protocol.md: evidence of returned, withdrawn and blocked mail is kept this long.
EVIDENCE_KEPT = timedelta(days=14)
UNSENT = frozenset({State.RETURNED, State.WITHDRAWN, State.EXPIRED})
JOINABLE = ON_ITS_WAY | SETTLED | {State.HELD, State.BLOCKED}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A disposition with its expensive work done, outside the transaction: compressed, sealed, digested."""

    disposition: Disposition
    key: MessageKey = field(repr=False)
    sealer: Sealer = field(repr=False)
    now: datetime
    body: bytes | None = field(repr=False)
    size: int
    digest: bytes = field(repr=False)
    correlation: bytes | None = field(repr=False)
    recipients: frozenset[bytes] = field(repr=False)
    index: tuple[tuple[str, bytes], ...] = field(repr=False)
    contacts: tuple[bytes, ...] = field(repr=False)


def prepare(disposition: Disposition, key: MessageKey, sealer: Sealer, house: House, now: datetime) -> Prepared:
    """Do all that needs no database."""
    d = disposition
    if d.state not in INITIAL:
        raise IllegalTransition("nothing", d.state)
    if isinstance(d.message, BlobRef):
        body, size, digest = None, d.message.size, d.message.digest
    else:
        body = seal_body(sealer, d.message, key.name)
        size, digest = len(d.message), sha256(body).digest()
    recipients = frozenset(_recipient(house, rcpt) for rcpt in d.envelope.rcpt_to)
    index = [("sender", house.blind("sender", d.sender)), *(("recipient", value) for value in recipients)]
    correlation = None
    if d.message_id:
        index.append(("message_id", house.blind("message_id", d.message_id)))
        correlation = house.blind("case", d.sender, d.message_id, d.digest.hex())
    return Prepared(
        disposition=d,
        key=key,
        sealer=sealer,
        now=now,
        body=body,
        size=size,
        digest=digest,
        correlation=correlation,
        recipients=recipients,
        index=tuple(index),
        contacts=tuple({house.blind("contact", *pair) for pair in d.contacts}),
    )


def _recipient(house: House, rcpt: str) -> bytes:
    """Two spellings of one address are one recipient; what is no address at all stands for itself."""
    return house.blind("recipient", canonical_address(rcpt) or rcpt.lower())


@dataclass(slots=True)
class _Known:
    """A case another copy may belong to."""

    id: int
    reference: str
    state: State
    action: int
    approver: str | None
    created_at: int
    recipients: set[bytes]
    envelopes: int = 0
    findings: int = 0


class CommitGroup:
    """Writes all dispositions of a moment."""

    def __init__(self, statements: Statements, house: House, owner: str) -> None:
        self._statements = statements
        self._house = house
        self._owner = owner

    def __call__(self, connection: Connection, items: Sequence[Prepared]) -> Sequence[Committed]:
        known = _known_cases(connection, self._statements, items)
        rows = Rows(connection, self._statements, self._house, 0, self._owner)
        outcomes = []
        for item in items:
            rows.now = micros(item.now)
            item.key.check(item.now)
            before = None if item.correlation is None else known.get(item.correlation)
            if before is None or not _same_case(before, item):
                outcomes.append(_begin(rows, item, known))
            elif item.recipients <= before.recipients:
                outcomes.append(Committed(before.reference, before.state, True, before.action, ()))
            else:
                rows.flush()
                outcomes.append(_join(connection, rows, item, before))
        rows.flush()
        return outcomes


def _same_case(before: _Known, item: Prepared) -> bool:
    if micros(item.now) - before.created_at >= RETRY_WINDOW // MICROSECOND:
        return False
    if before.state in UNSENT:
        return False  # its sender was told so, and asked to send it again
    return item.recipients <= before.recipients or before.state in JOINABLE


def _correlated(names: list[Any]) -> Select[Any]:
    c = case.c
    columns = (c.correlation, c.id, c.reference, c.state, c.action, c.approver, c.created_at)
    return select(*columns).where(c.correlation.in_(names)).order_by(c.id).with_for_update(key_share=True)


def _known_cases(connection: Connection, statements: Statements, items: Sequence[Prepared]) -> dict[bytes, _Known]:
    wanted = {item.correlation for item in items if item.correlation is not None}
    if not wanted:
        return {}
    known: dict[bytes, _Known] = {}
    for correlation, number, reference, state, action, approver, created_at in statements.select(
        connection, _correlated, tuple(wanted)
    ):
        known[correlation] = _Known(number, reference, State(state), action, approver, created_at, set())
    for one in known.values():
        values = select(blind_index.c.value).where(blind_index.c.case_id == one.id, blind_index.c.kind == "recipient")
        one.recipients.update(connection.scalars(values))
        one.envelopes = connection.scalar(select(func.count()).where(envelope.c.case_id == one.id)) or 0
        one.findings = connection.scalar(select(func.count()).where(finding.c.case_id == one.id)) or 0
    return known


def _begin(rows: Rows, item: Prepared, known: dict[bytes, _Known]) -> Committed:
    d = item.disposition
    number = rows.next_case()
    message_id = _add_message(rows, item)
    evidence = d.state in EVIDENCE
    rows.add(
        case,
        number,
        d.reference,
        item.correlation,
        d.digest,
        d.state.value,
        d.action,
        d.approver,
        d.external,
        d.policy_hash,
        d.snapshot_id,
        message_id,
        rows.now,
        rows.now,
        rows.now if evidence else None,
        d.external and d.keep_bytes,
        None,
        rows.now + EVIDENCE_KEPT // MICROSECOND if evidence else None,
        seal_value(item.sealer, pack([d.identity, d.sender, d.subject, d.message_id]), f"case.sealed:{number}"),
    )
    now = _Known(number, d.reference, d.state, d.action, d.approver, rows.now, set(item.recipients))
    if item.correlation is not None:
        known[item.correlation] = now
    jobs = _add_copy(rows, item, now, message_id, parked=False)
    return Committed(d.reference, d.state, False, d.action, jobs)


def _join(connection: Connection, rows: Rows, item: Prepared, before: _Known) -> Committed:
    """Add a further copy to its case. What the case's own state forbids to send waits with the rest of it."""
    d = item.disposition
    parked = before.state in {State.HELD, State.BLOCKED}
    state = before.state if parked and d.state is not State.BLOCKED else step(before.state, d.state)
    approver = _stricter(before, d)
    action = max(before.action, d.action)
    message_id = _add_message(rows, item)
    jobs = _add_copy(rows, item, before, message_id, parked=parked)
    evidence = state in EVIDENCE
    erase_at = stop(connection, before.id, rows.now) if evidence else None
    connection.execute(
        update(case)
        .where(case.c.id == before.id)
        .values(
            state=state.value,
            action=action,
            approver=approver,
            updated_at=rows.now,
            closed_at=rows.now if evidence else None,
            # A copy to colleagues may have come first: once one goes outside, the case does.
            external=or_(case.c.external, literal(d.external)),
            keeps_bytes=or_(case.c.keeps_bytes, literal(d.external and d.keep_bytes)),
            remove_at=None,
            erase_at=erase_at,
        )
    )
    if evidence:
        open_holds = update(hold).where(hold.c.case_id == before.id, hold.c.decided_at.is_(None))
        connection.execute(open_holds.values(decided_at=rows.now, decision="block"))
    before.state, before.action, before.approver = state, action, approver
    before.recipients |= item.recipients
    return Committed(before.reference, state, False, action, jobs)


def _stricter(before: _Known, d: Disposition) -> str | None:
    """Who decides about both copies: of two holds the later in the order of approvers (protocol.md, Actions)."""
    if d.action != before.action:
        return d.approver if d.action > before.action else before.approver
    rank = {one.label: one for one in Approver}
    return max(filter(None, (before.approver, d.approver)), key=lambda label: rank[label], default=None)


def stop(connection: Connection, case_id: int, now: int) -> int | None:
    """Let nothing more of a case out. Gives when it may be erased: never, if a copy that went out is archived.

    A record is made unreadable only where nothing of its message can have been sent: it waited for undo or a person.
    """
    mine = and_(outbox.c.case_id == case_id, outbox.c.kind == JobKind.MESSAGE.value)
    out = set(connection.scalars(select(outbox.c.message_id).where(mine, gone_out(now))))
    unsent = update(outbox).where(mine, outbox.c.status.in_(("parked", "open")))
    connection.execute(unsent.values(status="cancelled", lease_owner=None, lease_until=None))
    a = archive_record.c
    connection.execute(update(archive_record).where(a.case_id == case_id, a.message_id.not_in(out)).values(sealed=None))
    kept = connection.scalar(select(func.count()).where(a.case_id == case_id, a.sealed.is_not(None)))
    return None if kept else now + EVIDENCE_KEPT // MICROSECOND


def gone_out(now: int) -> ColumnElement[bool]:
    """Whether an outbox row was sent or may be at this moment: once undo is over it is too late to take back."""
    o = outbox.c
    too_late = or_(o.attempts > 0, func.coalesce(o.not_before, 0) <= now)
    return and_(o.status.in_(("open", "settled")), too_late)


def _add_message(rows: Rows, item: Prepared) -> int:
    number = rows.next_message()
    rows.add(message, number, item.key.name, item.size, item.digest, item.body is None, item.body, rows.now, None, None)
    return number


def _add_copy(rows: Rows, item: Prepared, one: _Known, message_id: int, *, parked: bool) -> tuple[Job, ...]:
    """Add what belongs to one SMTP transaction, first copy or further one."""
    d, sealer = item.disposition, item.sealer
    place = f"{one.id}.{one.envelopes}"
    sent = d.envelope
    rows.add(
        envelope,
        one.id,
        one.envelopes,
        message_id,
        sent.listener,
        d.action,
        rows.now,
        seal_value(sealer, pack([sent.mail_from, sent.rcpt_to, dict(sent.options)]), f"envelope.sealed:{place}"),
    )
    one.envelopes += 1
    for found in d.findings:
        private = pack([found.part, found.evidence, found.clear, found.params])
        rows.add(
            finding,
            one.id,
            one.findings,
            message_id,
            found.clause,
            found.rule,
            found.action,
            found.approver,
            found.would_be,
            found.kind,
            found.confidence,
            found.why,
            seal_value(sealer, private, f"finding.sealed:{one.id}.{one.findings}"),
        )
        one.findings += 1
    if d.archive and not parked:
        record = plain(
            reference=one.reference,
            name=item.key.name,
            size=item.size,
            digest=item.digest,
            bytes_kept=d.keep_bytes,
            envelopes=(sent,),
            decree=Decree(d.action, d.state.value, d.policy_hash, d.snapshot_id),
            sendings=[(job.mail_from, job.rcpt_to, job.edits) for job in d.jobs if job.kind is JobKind.MESSAGE],
        )
        rows.add_archive(sealer, record, case_id=one.id, message_id=message_id)
    if d.hold is not None:
        rows.add_hold(sealer, d.hold, case_id=one.id, message_id=message_id)
        for draft in d.hold.jobs:
            rows.add_job(sealer, draft, d.envelope.options, case_id=one.id, message_id=message_id, parked=True)
    leased = []
    for draft in d.jobs:
        waits = parked and draft.kind is JobKind.MESSAGE
        number, ours = rows.add_job(
            sealer, draft, d.envelope.options, case_id=one.id, message_id=message_id, parked=waits
        )
        if ours:
            leased.append(
                leased_job(number, draft, d.envelope.options, reference=one.reference, name=item.key.name, now=rows.now)
            )
    rows.add_links(d.links, case_id=one.id)
    for draft_audit in d.audit:
        rows.add_audit(draft_audit, one.reference)
    for kind, value in item.index:
        rows.add(blind_index, one.id, kind, value)
    for pair in item.contacts:
        rows.add(contact, pair, rows.now, rows.now)
    return tuple(leased)
