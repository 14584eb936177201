"""What the store shows: unsealed values for the pages, the command line and the office.

Promises: plain frozen values; personal fields stay out of the repr. A field whose key was erased reads as "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.store.disposition import EnvelopeRow, FindingRow, JobKind, JobStatus, Status
from gateway.store.states import State


@dataclass(frozen=True, slots=True)
class HoldView:
    """One hold, open or decided."""

    reference: str
    approver: str
    approver_person: str = field(repr=False)
    identity: str = field(repr=False)
    subject: str = field(repr=False)
    created_at: datetime
    expires_at: datetime
    decision: str | None
    decided_by: str = field(repr=False)
    reason: str = field(repr=False)
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One consent or ground as the register of the store holds it; or the end of one that the directory brought.

    `row` has the columns of the directory's file, and `withdrawn_on` where it has been taken back.
    """

    register: str  # consents or grounds
    key: str  # names the entry among those of the store
    row: Mapping[str, str | list[str]] = field(repr=False)
    imported: bool = False  # of the directory: only its end is kept here
    author: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RecipientView:
    """How one recipient of one job stands."""

    rcpt: str = field(repr=False)
    status: Status
    deferred: int
    code: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JobView:
    """One outbox row as the case shows it."""

    id: int
    kind: JobKind
    status: JobStatus
    mail_from: str = field(repr=False)
    recipients: tuple[RecipientView, ...]
    edits: bytes = field(repr=False)
    params: Mapping[str, str] = field(repr=False)
    attempts: int
    created_at: datetime
    due_at: datetime
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A whole case, unsealed."""

    reference: str
    state: State
    action: int
    approver: str | None
    external: bool
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    policy_hash: str
    snapshot_id: int | None
    message_name: str
    message_bytes: int
    has_message: bool  # the bytes are still there
    erased: bool
    identity: str = field(repr=False)
    sender: str = field(repr=False)
    subject: str = field(repr=False)
    message_id: str = field(repr=False)
    envelopes: tuple[EnvelopeRow, ...] = field(repr=False)
    findings: tuple[FindingRow, ...] = field(repr=False)
    jobs: tuple[JobView, ...]
    holds: tuple[HoldView, ...]
    archive_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a message: its bytes' name and its envelope. `unsent`: some of it may still be changed."""

    message_name: str
    envelope: EnvelopeRow = field(repr=False)
    unsent: bool


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies a case has so far. `late`: something of it was sent, or is being."""

    reference: str
    copies: tuple[Copy, ...]
    sent_to: frozenset[str] = field(repr=False)  # recipients as spelt, of everything that was or is to be sent
    late: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a link may do, for the page a GET shows. Looking uses nothing up."""

    reference: str
    acts: tuple[str, ...]
    expires_at: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One imported policy text."""

    sha256: str
    text: str
    author: str = field(repr=False)
    valid_from: datetime
    active: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One imported directory. `blob` is what the importer wrote; None in lists."""

    id: int
    created_at: datetime
    counts: Mapping[str, int]
    active: bool
    blob: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a worker watches each second: if any of these differs, it loads anew."""

    policy_sha256: str | None
    snapshot_id: int | None
    settings_version: int


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit chain, unsealed."""

    number: int
    at: datetime
    actor: str = field(repr=False)
    act: str
    reference: str | None
    detail: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """One archive record as stored. `salted` is salt and content, None once erased or withdrawn."""

    number: int
    at: datetime
    reference: str
    message_name: str
    commitment: bytes
    salted: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one round of sweeping removed."""

    removed: int  # messages whose bytes went
    erased: int  # cases whose key went
    blobs: int  # files no message names
    keys: int  # keys no message uses
