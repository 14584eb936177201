"""Archive records read back: what was submitted, what was sent, and why.

Promises: as submitted are the bytes received, as delivered are those bytes with the recorded header edits and nothing
else (what delivery puts in front, Received, loop guard and DKIM-Signature, is made anew for each dialogue and is not
recorded). What does not fit its commitment is Damaged, never shown. Records are written by the store in the same
transaction as the outbox rows; here they are only read.
Fails: UnknownReference, Erased, Damaged, StoreUnavailable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from gateway.errors import Damaged, Erased
from gateway.store.records import Content, content
from gateway.store.rows import SALT_BYTES
from gateway.store.seals import unpack
from gateway.store.store import Store
from gateway.store.views import ArchiveRow
from rules.message import apply_edits


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `content` is None once the message was erased, or withdrawn before it went out."""

    number: int
    at: datetime
    reference: str
    content: Content | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one dialogue with the mail server carried."""

    mail_from: str = field(repr=False)
    rcpt_to: tuple[str, ...] = field(repr=False)
    raw: bytes = field(repr=False)


async def records(
    store: Store, reference: str | None = None, *, after: int = 0, limit: int = 500
) -> tuple[Record, ...]:
    """Read records in the order of the chain: one case's, or all after a number."""
    return tuple(_record(row) for row in await store.archive_rows(reference, after=after, limit=limit))


async def as_submitted(store: Store, record: Record, copy: int = 0) -> bytes:
    """Return the bytes received: of the first copy, or of another one."""
    return await store.read_by_name(_known(record).copies[copy].message)


async def as_delivered(store: Store, record: Record) -> tuple[Delivered, ...]:
    """Return the bytes sent, one value per dialogue."""
    sendings = _known(record).sendings
    raw = {copy: await as_submitted(store, record, copy) for copy in sorted({one.copy for one in sendings})}
    return tuple(
        Delivered(
            sending.mail_from,
            sending.rcpt_to,
            apply_edits(raw[sending.copy], sending.edits),
        )
        for sending in sendings
    )


def _record(row: ArchiveRow) -> Record:
    said = None
    if row.salted is not None:
        if sha256(row.salted).digest() != row.commitment:
            raise Damaged(f"archive record {row.number} is not what was committed to")
        said = content(unpack(row.salted[SALT_BYTES:]))
    return Record(row.number, row.at, row.reference, said)


def _known(record: Record) -> Content:
    if record.content is None:
        raise Erased(f"archive record {record.number} was erased")
    return record.content
