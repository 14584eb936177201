"""One copy of a message as rows: its bytes, its envelope, what was found, what is to be sent, where it is looked up.

Promises: nothing here reads the database or decides; the rows are written by whoever begins a case or joins one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gateway.clock import instant
from gateway.store.disposition import FindingRow, Job, JobDraft
from gateway.store.jobs import leased_job
from gateway.store.prepared import Prepared
from gateway.store.rows import Rows
from gateway.store.schema import blind_index, contact, envelope, finding, message
from gateway.store.seals import pack, seal_value
from gateway.store.states import State


@dataclass(slots=True)
class Known:
    """A case another copy may belong to."""

    id: int
    reference: str
    state: State
    action: int
    approver: str | None
    external: bool
    created_at: int
    window_ends_at: int | None
    recipients: set[bytes]
    answered: list[int] = field(default_factory=list)  # the action each envelope was answered with
    findings: int = 0

    def in_window(self, now: int) -> bool:
        """Whether copies still wait for each other: also past the window's end, until somebody lets them go."""
        return self.window_ends_at is not None and (now < self.window_ends_at or self.state is State.WAITING)


def add_message(rows: Rows, item: Prepared) -> int:
    """Add the bytes as received. Returns their number."""
    number = rows.next_message()
    rows.add(message, number, item.key.name, item.size, item.digest, item.body is None, item.body, rows.now, None, None)
    return number


def add_envelope(rows: Rows, item: Prepared, one: Known, message_id: int, answered: int) -> None:
    """Add the envelope and everything it is found by."""
    sent = item.disposition.envelope
    number = len(one.answered)
    sealed = pack([sent.mail_from, sent.rcpt_to, dict(sent.options)])
    place = f"envelope.sealed:{one.id}.{number}"
    rows.add(
        envelope,
        one.id,
        number,
        message_id,
        sent.listener,
        answered,
        rows.now,
        seal_value(item.sealer, sealed, place),
    )
    one.answered.append(answered)
    for kind, value in item.index:
        rows.add(blind_index, one.id, kind, value)
    for pair in item.contacts:
        rows.add(contact, pair, rows.now, rows.now)


def add_findings(rows: Rows, item: Prepared, one: Known, message_id: int, findings: Iterable[FindingRow]) -> None:
    """Add findings behind those that are there."""
    for found in findings:
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
            seal_value(item.sealer, private, f"finding.sealed:{one.id}.{one.findings}"),
        )
        one.findings += 1


def add_jobs(
    rows: Rows, item: Prepared, one: Known, message_id: int, drafts: Sequence[JobDraft], *, parked: bool, waits: bool
) -> list[Job]:
    """Add outbox rows, until the window's end if they wait. Returns those this process may send at once."""
    options = item.disposition.envelope.options
    leased = []
    for given in drafts:
        draft = given
        if waits and one.window_ends_at is not None:
            draft = replace(given, not_before=instant(one.window_ends_at), leased=False)
        number, ours = rows.add_job(item.sealer, draft, options, case_id=one.id, message_id=message_id, parked=parked)
        if ours:
            leased.append(leased_job(number, draft, options, reference=one.reference, name=item.key.name, now=rows.now))
    return leased
