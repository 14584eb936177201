"""What the store is asked to write, and what it gives back: plain frozen values.

Promises: no value here knows the database. A `Disposition` is everything one accepted transaction becomes; it is
written wholly or not at all. Values that hold personal data don't show it in their repr.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.store.states import State
from rules.message import HeaderEdit

# Larger messages live in a file of their own (architecture: 256 KB in the row).
ROW_BYTES_MAX = 256 * 1024


def pack_edits(edits: Sequence[HeaderEdit]) -> bytes:
    """Write header edits as JSON: start, end, replacement. Bytes travel as latin-1, one character a byte."""
    if not edits:
        return b""
    return json.dumps([[one.start, one.end, one.replacement.decode("latin-1")] for one in edits]).encode("ascii")


def unpack_edits(packed: bytes) -> tuple[HeaderEdit, ...]:
    """Read what `pack_edits` wrote."""
    if not packed:
        return ()
    return tuple(HeaderEdit(start, end, new.encode("latin-1")) for start, end, new in json.loads(packed))


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A message already written to a file by BlobWriter. `name` is random and also names its key."""

    name: str
    size: int  # of the message, not of the file
    digest: bytes = field(repr=False)  # SHA-256 of the file's bytes: ciphertext, so it tells nothing
    key: bytes = field(repr=False)
    key_at: datetime = field(repr=False)  # when the key was made: too old, and the sweep may take it


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """One SMTP transaction as received."""

    listener: str
    mail_from: str = field(repr=False)
    rcpt_to: tuple[str, ...] = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding of the verdict, evidence masked by `rules` and sealed all the same."""

    clause: str | None
    rule: str
    action: int
    approver: str | None = None
    would_be: int | None = None
    kind: str | None = None
    confidence: str | None = None
    part: str = field(default="", repr=False)
    evidence: str = field(default="", repr=False)
    clear: str = field(default="", repr=False)
    why: str = ""
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)


class JobKind(StrEnum):
    """What an outbox row sends."""

    MESSAGE = "message"
    NOTICE = "notice"
    ASK = "ask"  # to whoever must decide about it, or is to know
    DSN = "dsn"


class JobStatus(StrEnum):
    """How an outbox row stands as a whole."""

    OPEN = "open"  # to be sent, or in a sender's hands
    PARKED = "parked"  # waits with its case for a person
    SETTLED = "settled"  # the mail server answered for every recipient
    CANCELLED = "cancelled"  # not sent any more: its case ended, or other rows took its place
    STUCK = "stuck"  # does not open: set aside for a person


@dataclass(frozen=True, slots=True)
class JobDraft:
    """One SMTP dialogue to be had: the case's message with `edits`, or a mail of ours made from `params`."""

    kind: JobKind
    mail_from: str = field(repr=False)
    rcpt_to: tuple[str, ...] = field(repr=False)
    edits: bytes = field(default=b"", repr=False)
    not_before: datetime | None = None
    leased: bool = False  # the accepting process tries at once; others only after the lease
    params: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class HoldDraft:
    """Who must decide, until when, and what a release sends."""

    approver: str  # the role: self, team_leader, ...
    approver_person: str | None = field(repr=False)  # the address of the person found for that role
    expires_at: datetime
    jobs: tuple[JobDraft, ...] = ()  # written now, sent only by a release


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """A signed link in a notice: only its digest is kept."""

    token_digest: bytes = field(repr=False)
    acts: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AuditDraft:
    """One line for the audit chain."""

    actor: str = field(repr=False)
    act: str
    detail: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How an earlier copy goes out now that more is known. `apart`: each recipient in a dialogue of its own."""

    edits: bytes = field(repr=False)
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Joins:
    """What a disposition was judged together with: the copies of its message that were here before it."""

    envelopes: int  # how many of them: one more, and it must be judged again
    late: bool  # something of them was sent, or is being
    rewrites: Mapping[str, Rewrite] = field(default_factory=dict)  # by the name of the message


@dataclass(frozen=True, slots=True)
class Disposition:
    """Everything one accepted transaction becomes; with `joins` what it adds to a case that is there."""

    reference: str
    identity: str = field(repr=False)  # canonical address answers go to; "" if nobody was identified
    sender: str = field(repr=False)  # canonical address of From (else Sender, else MAIL FROM): half of the case's name
    subject: str = field(repr=False)
    message: bytes | BlobRef = field(repr=False)
    message_id: str = field(repr=False)  # "" if it has none: then the case never joins another
    digest: bytes = field(repr=False)  # keyed content digest
    state: State
    action: int
    external: bool
    archive: bool
    policy_hash: str
    envelope: EnvelopeRow
    approver: str | None = None
    snapshot_id: int | None = None
    keep_bytes: bool = True  # False: archive the record only, the bytes go once delivered (protected people)
    findings: tuple[FindingRow, ...] = ()
    jobs: tuple[JobDraft, ...] = ()
    hold: HoldDraft | None = None
    audit: tuple[AuditDraft, ...] = ()
    links: tuple[LinkDraft, ...] = ()
    contacts: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (sender, recipient), canonical
    window: timedelta = timedelta(0)  # how long this waits for further copies of its message
    joins: Joins | None = None  # None: judged by itself
    told: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)  # clause, identity, day: advised once a day


@dataclass(frozen=True, slots=True)
class Job:
    """An outbox row taken out for sending. `rcpt_to` are the recipients still open."""

    id: int
    reference: str
    kind: JobKind
    mail_from: str = field(repr=False)
    rcpt_to: tuple[str, ...] = field(repr=False)
    edits: bytes = field(repr=False)
    params: Mapping[str, str] = field(repr=False)
    attempts: int
    created_at: datetime
    not_before: datetime | None
    message_name: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)  # of the envelope: DSN, SMTPUTF8
    told_late: bool = False  # the sender was told that it takes long


@dataclass(frozen=True, slots=True)
class Committed:
    """What the client may now be told. `repeated`: this is a retry, nothing was written (RFC 1047)."""

    reference: str
    state: State
    repeated: bool
    first_action: int
    jobs: tuple[Job, ...]  # those asked for with `leased`


@dataclass(frozen=True, slots=True)
class Siblings:
    """Nothing was written: the message is to be judged together with its copies in this case. "": by itself again."""

    reference: str
    blob: BlobRef | None = None  # where its bytes lie by now, if they are many: they need not be written again


def siblings(reference: str, disposition: Disposition) -> Siblings:
    """The answer to a disposition that was judged without copies that are there."""
    stored = disposition.message
    return Siblings(reference, stored if isinstance(stored, BlobRef) else None)


class Status(StrEnum):
    """How one recipient of a job stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """What the mail server said about one recipient. `status` WAITING is a deferral."""

    rcpt: str = field(repr=False)
    status: Status
    code: int = 0
    text: str = field(default="", repr=False)


class Decision(StrEnum):
    """What may be decided about a case, and by which word the audit names it."""

    RELEASE = "release"
    CONFIRM = "confirm"  # the sender releases an own (self) hold, with a reason
    FIX = "fix"
    RETURN = "return"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    BLOCK = "block"
    UNBLOCK = "unblock"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to: the state, and the jobs it opened (leased to this process)."""

    reference: str
    state: State
    jobs: tuple[Job, ...]
