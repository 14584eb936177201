"""What an archive record says, in one format for writing and reading.

Promises: what is written is what is read back: the envelopes as received, the decision, and for every dialogue to be
had its envelope and its header edits, from which the bytes as delivered follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.store.disposition import Edit, EnvelopeRow, unpack_edits


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
class Sending:
    """One dialogue with the mail server, as the archive knows it."""

    mail_from: str = field(repr=False)
    rcpt_to: tuple[str, ...] = field(repr=False)
    edits: tuple[Edit, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one record."""

    reference: str
    message: str
    size: int
    ciphertext: str  # SHA-256 of the stored bytes, hexadecimal
    bytes_kept: bool
    envelopes: tuple[EnvelopeRow, ...] = field(repr=False)
    decree: Decree
    sendings: tuple[Sending, ...] = field(repr=False)


def plain(
    *,
    reference: str,
    name: str,
    size: int,
    digest: bytes,
    bytes_kept: bool,
    envelopes: Sequence[EnvelopeRow],
    decree: Decree,
    sendings: Iterable[tuple[str, tuple[str, ...], bytes]],
) -> list[object]:
    """Give the record's content as plain values, ready to be packed."""
    return [
        reference,
        name,
        size,
        digest.hex(),
        bytes_kept,
        [[one.listener, one.mail_from, one.rcpt_to, dict(one.options)] for one in envelopes],
        [decree.action, decree.state, decree.policy_hash, decree.snapshot_id, decree.by, decree.reason],
        [[mail_from, rcpt_to, edits.decode("latin-1")] for mail_from, rcpt_to, edits in sendings],
    ]


def content(values: Any) -> Content:
    """Read what `plain` gave."""
    reference, name, size, digest, kept, envelopes, decree, sendings = values
    return Content(
        reference=reference,
        message=name,
        size=size,
        ciphertext=digest,
        bytes_kept=kept,
        envelopes=tuple(
            EnvelopeRow(listener, mail_from, tuple(rcpt_to), options)
            for listener, mail_from, rcpt_to, options in envelopes
        ),
        decree=Decree(*decree),
        sendings=tuple(
            Sending(mail_from, tuple(rcpt_to), unpack_edits(edits.encode("latin-1")))
            for mail_from, rcpt_to, edits in sendings
        ),
    )
