"""What is judged, and what must be known to judge it: two values, gathered outside.

Promises: nothing here depends on the time or on history but what stands in the fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.message import Envelope, Message


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sends, proven by the listener. `function` is an address of the school that is no person."""

    address: str
    person_id: str | None
    function: bool
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One message with all envelopes it came in so far."""

    message: Message
    envelopes: tuple[Envelope, ...]
    extracts: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every RCPT of every envelope, as spelt, each once."""
        return tuple(dict.fromkeys(rcpt for envelope in self.envelopes for rcpt in envelope.rcpt_to))


@dataclass(frozen=True, slots=True)
class Facts:
    """What time and history say. No identity: nobody was proven."""

    now: datetime
    identity: Identity | None
    listener: str = "submission"
    switches: frozenset[str] = frozenset()
    loop: bool = False  # our own guard stands on the message: it has been here before
