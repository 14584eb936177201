"""What the listeners need of the rest, and what they tell it: small protocols, so each side can be tested alone."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from gateway.pipeline.received import Outcome, Received


class Acceptor(Protocol):
    """The pipeline, as a listener sees it."""

    def may_send_as(self, login: str | None, mail_from: str) -> bool:
        """Whether this account may put that address in MAIL FROM."""
        ...

    async def accept(self, received: Received) -> Outcome:
        """Answer for one message. Never raises for a fault of the message; durable before it returns a yes."""
        ...

    async def refuse(self, received: Received) -> Outcome:
        """Keep as evidence what no client may send; the outcome is MALFORMED."""
        ...


class Login(Enum):
    """How a login went."""

    RIGHT = "accepted"
    WRONG = "wrong"
    THROTTLED = "throttled"
    UNCHECKED = "unavailable"  # whoever checks it did not answer


class Authenticator(Protocol):
    """Checks a login and its password."""

    async def check(self, login: str, password: str, peer: str) -> Login: ...
