"""What an archive record says, in one format for writing and reading.

Promises: what is written is what is read back: every copy as received with its envelope, the decision, and for every
dialogue to be had its envelope and its header edits, from which the bytes as delivered follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.store.disposition import EnvelopeRow, unpack_edits
from rules.message import HeaderEdit


@dataclass(frozen=True, slots=True)
class Decree:
    """Why the message went out: the verdict, and who released it if a person did."""

    action: int
    state: str
    policy_hash: str
    snapshot_id: int | None
    by: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """The bytes of one copy, as the store keeps them."""

    message: str  # its name
    size: int  # in bytes, as received
    ciphertext: str  # SHA-256 of the stored bytes, hexadecimal


@dataclass(frozen=True, slots=True)
class Sending:
    """One dialogue with the mail server, as the archive knows it. `copy` counts `Content.copies` from 0."""

    mail_from: str = field(repr=False)
    rcpt_to: tuple[str, ...] = field(repr=False)
    edits: tuple[HeaderEdit, ...] = field(repr=False)
    copy: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one record. Each envelope belongs to the copy of the same number."""

    reference: str
    copies: tuple[Stored, ...]
    bytes_kept: bool
    envelopes: tuple[EnvelopeRow, ...] = field(repr=False)
    decree: Decree
    sendings: tuple[Sending, ...] = field(repr=False)


def plain(
    *,
    reference: str,
    copies: Iterable[Stored],
    bytes_kept: bool,
    envelopes: Sequence[EnvelopeRow],
    decree: Decree,
    sendings: Iterable[tuple[int, str, tuple[str, ...], bytes]],
) -> list[object]:
    """Give the record's content as plain values, ready to be packed. A sending is copy, MAIL FROM, RCPT TO, edits."""
    return [
        reference,
        [[one.message, one.size, one.ciphertext] for one in copies],
        bytes_kept,
        [[one.listener, one.mail_from, one.rcpt_to, dict(one.options)] for one in envelopes],
        [decree.action, decree.state, decree.policy_hash, decree.snapshot_id, decree.by, decree.reason],
        [[copy, mail_from, rcpt_to, edits.decode("latin-1")] for copy, mail_from, rcpt_to, edits in sendings],
    ]


def content(values: Any) -> Content:
    """Read what `plain` gave."""
    reference, copies, kept, envelopes, decree, sendings = values
    return Content(
        reference=reference,
        copies=tuple(Stored(*one) for one in copies),
        bytes_kept=kept,
        envelopes=tuple(
            EnvelopeRow(listener, mail_from, tuple(rcpt_to), options)
            for listener, mail_from, rcpt_to, options in envelopes
        ),
        decree=Decree(*decree),
        sendings=tuple(
            Sending(mail_from, tuple(rcpt_to), unpack_edits(edits.encode("latin-1")), copy)
            for copy, mail_from, rcpt_to, edits in sendings
        ),
    )
