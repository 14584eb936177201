"""A disposition with all its work done that needs no database: compressed, sealed, digested.

Promises: what costs time is done before the transaction, in the caller's thread.
Fails: IllegalTransition for a state no case may begin with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from gateway.crypto import Sealer
from gateway.errors import IllegalTransition
from gateway.store.disposition import BlobRef, Disposition
from gateway.store.keys import MessageKey
from gateway.store.seals import House, seal_body
from gateway.store.states import INITIAL
from rules.message import recipient_key


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one transaction of a client becomes, ready to be written."""

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
    recipients = frozenset(blinded(house, rcpt) for rcpt in d.envelope.rcpt_to)
    index = [("sender", house.blind("sender", d.sender)), *(("recipient", value) for value in recipients)]
    index += [("told", house.blind("told", *one)) for one in d.told]
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


def blinded(house: House, rcpt: str) -> bytes:
    """What a recipient is found by."""
    return house.blind("recipient", recipient_key(rcpt))
