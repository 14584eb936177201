"""A message as a listener hands it over, and what the listener is told to answer.

Promises: plain values. The listeners (`gateway.smtp`) make `Received` and turn `Outcome` into an SMTP
reply; the pipeline knows neither sockets nor reply codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from gateway.store.disposition import BlobRef
from rules.message import Envelope, canonical_address


@dataclass(frozen=True, slots=True)
class Account:
    """A service account: what can't sign in, known by its network. Addresses are canonical."""

    name: str
    address: str = field(repr=False)  # who it is, and where answers go
    senders: frozenset[str] = field(repr=False)  # the addresses it may write as, its own among them
    messages_per_hour: int

    def may_use(self, address: str) -> bool:
        """Whether it may write as this address. The null path is anybody's (RFC 5321 §4.5.5)."""
        return not address or canonical_address(address) in self.senders


@dataclass(frozen=True, slots=True)
class Peer:
    """Who speaks to us: address of the socket, the name it gave, and what was proven."""

    address: str
    helo: str
    tls: bool
    login: str | None = None  # the authenticated account's address; None where nobody signs in
    account: Account | None = None  # the service account its network stands for


@dataclass(frozen=True, slots=True)
class Received:
    """One complete DATA transaction. `raw` is what came after dot-unstuffing, every byte of it."""

    listener: str  # kind: submission or relay
    peer: Peer
    envelope: Envelope
    raw: bytes
    at: datetime
    blob: BlobRef | None = None  # where they lie already: a large copy that is judged again is not written again
    smtputf8: bool = False
    window: timedelta = timedelta(0)  # how long this listener's copies of one message wait for each other
    dsn: Mapping[str, str] = field(default_factory=dict)  # RFC 3461: ret, envid, and notify/orcpt per recipient


class Answer(Enum):
    """What the client hears. The table of replies is in gateway.smtp.replies."""

    ACCEPTED = "accepted"
    HELD = "held"
    BLOCKED = "blocked"
    NOT_YOURS = "not_yours"
    MALFORMED = "malformed"
    DISK_LOW = "disk_low"
    TRY_LATER = "try_later"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer, the reference of what was kept, and for a block the clause with one plain sentence."""

    answer: Answer
    reference: str = ""
    clause: str = ""
    sentence: str = ""
