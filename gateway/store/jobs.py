"""An outbox row's sealed columns, in one format for writing and reading: what it sends, and how far each recipient is.

Promises: nothing here reads or writes the database. A row's columns are bound to its number, and open in no other.
Fails: Damaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.clock import instant
from gateway.crypto import Sealer
from gateway.store.disposition import Job, JobDraft, JobKind, Status
from gateway.store.seals import open_value, pack, seal_value


@dataclass(frozen=True, slots=True)
class JobBody:
    """What a row sends, to everybody it was made for. `options` are those of the envelope."""

    mail_from: str = field(repr=False)
    rcpt_to: tuple[str, ...] = field(repr=False)
    edits: bytes = field(repr=False)  # packed
    params: Mapping[str, str] = field(repr=False)
    options: Mapping[str, str] = field(repr=False)


def seal_job(sealer: Sealer, number: int, body: JobBody) -> bytes:
    """Seal the body of the row with this number."""
    values = [body.mail_from, body.rcpt_to, body.edits.decode("latin-1"), dict(body.params), dict(body.options)]
    return seal_value(sealer, pack(values), f"outbox.sealed:{number}")


def open_job(sealer: Sealer, number: int, sealed: bytes) -> JobBody:
    """Read what `seal_job` wrote."""
    mail_from, rcpt_to, edits, params, options = open_value(sealer, sealed, f"outbox.sealed:{number}")
    return JobBody(mail_from, tuple(rcpt_to), edits.encode("latin-1"), params, options)


def seal_progress(sealer: Sealer, number: int, progress: Sequence[Sequence[Any]]) -> bytes:
    """Seal how far the recipients of the row with this number are."""
    return seal_value(sealer, pack(progress), f"outbox.progress:{number}")


def progress_of(sealer: Sealer, number: int, sealed: bytes, progress: bytes | None) -> list[list[Any]]:
    """Give each recipient with its state, deferrals, code, text, and True once the sender was told that it is late.

    Before the first attempt all wait.
    """
    if progress is None:
        return [untried(rcpt) for rcpt in open_job(sealer, number, sealed).rcpt_to]
    noted: list[list[Any]] = open_value(sealer, progress, f"outbox.progress:{number}")
    return noted


def untried(rcpt: str) -> list[Any]:
    """How a recipient stands before the first attempt."""
    return [rcpt, Status.WAITING, 0, 0, ""]


def is_told(entry: Sequence[Any]) -> bool:
    """Whether the sender was told that this recipient's copy is late."""
    return len(entry) > 5


def job_of(row: Any, sealer: Sealer) -> Job:
    """Unseal an outbox row (with the name of its message and the reference of its case) for sending."""
    body = open_job(sealer, row.id, row.sealed)
    progress = progress_of(sealer, row.id, row.sealed, row.progress)
    return Job(
        id=row.id,
        reference=row.reference,
        kind=JobKind(row.kind),
        mail_from=body.mail_from,
        rcpt_to=tuple(entry[0] for entry in progress if entry[1] == Status.WAITING),
        edits=body.edits,
        params=body.params,
        attempts=row.attempts,
        created_at=instant(row.created_at),
        not_before=None if row.not_before is None else instant(row.not_before),
        message_name=row.name,
        options=body.options,
        told_late=any(is_told(entry) for entry in progress),
    )


def leased_job(number: int, draft: JobDraft, options: Mapping[str, str], *, reference: str, name: str, now: int) -> Job:
    """Make the job a process may send at once, from what it wrote itself."""
    return Job(
        id=number,
        reference=reference,
        kind=JobKind(draft.kind),
        mail_from=draft.mail_from,
        rcpt_to=draft.rcpt_to,
        edits=draft.edits,
        params=draft.params,
        attempts=0,
        created_at=instant(now),
        not_before=draft.not_before,
        message_name=name,
        options=options,
    )
