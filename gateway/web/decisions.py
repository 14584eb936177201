"""What the sender's page asks of the rest of the gateway.

Promises: the pages see masked findings and counts only: no address, no subject, nothing that was matched;
of files their names. `look` uses
nothing up. An act is done once: whoever comes second gets `Done.repeated`. A token that is wrong or expired is None
everywhere, and the page cannot tell which.
Fails: StoreError other than those (the page then says "later", and nothing was done).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from gateway.pipeline.mending import Mends, Offer
from rules.verdict import Finding


class Standing(Enum):
    """Where the sender's message stands, as far as the sender's page tells."""

    HELD = "held"  # somebody still decides
    WAITING = "waiting"  # goes out in a moment, and may be taken back until then
    SENT = "sent"  # released or confirmed, on its way or delivered
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"  # an approver sent it back
    EXPIRED = "expired"  # nobody decided in time
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class SenderCase:
    """A held message as its sender may see it through a link. Findings and acts are there only while it is held."""

    reference: str
    standing: Standing
    approver: str  # the role that decides: self, team_leader, ...
    acts: tuple[str, ...] = ()  # "confirm", "withdraw": what this link may still do
    recipients: int = 0
    received_at: datetime | None = None
    expires_at: datetime | None = None
    findings: tuple[Finding, ...] = ()  # masked: `clear` is empty
    offer: Offer | None = None  # what its sender may leave out or hide before it goes


@dataclass(frozen=True, slots=True)
class Done:
    """What an act led to. `repeated`: it had been decided before, by this link or by somebody else."""

    standing: Standing
    repeated: bool = False


class Decisions(Protocol):
    """Implemented over pipeline and store by `gateway.web.desk`."""

    async def look(self, token: str) -> SenderCase | None: ...

    async def confirm(self, token: str, reason: str) -> Done | None:
        """Send a `self` hold with the sender's reason. None if the link does not allow it."""
        ...

    async def mend(self, token: str, reason: str, wanted: Mends) -> Done | None:
        """Send a `self` hold with a change. None if the link does not allow it; NothingMended if it can't be made."""
        ...

    async def withdraw(self, token: str, reason: str) -> Done | None:
        """Take an open hold back. None if the link does not allow it."""
        ...
