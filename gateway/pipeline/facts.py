"""What `rules` must be told because it can't know it: the time, and who is speaking.

Promises: identity on a listener with AUTH is the authenticated account; on one with `auth = "network"` it is From,
else Sender, if the directory knows it (architecture.md section 2). Nobody's identity is None, and the judge decides
about that.
"""

from __future__ import annotations

from gateway.pipeline.received import Received
from gateway.pipeline.ruling import Ruling
from rules.case import Facts, Identity
from rules.message import Message, canonical_address
from rules.people import Roster


def gather(ruling: Ruling, received: Received, message: Message) -> Facts:
    """The facts of one transaction."""
    identity = identify(ruling.roster, received, message)
    return Facts(now=ruling.here(received.at), identity=identity, listener=received.listener)


def identify(roster: Roster, received: Received, message: Message) -> Identity | None:
    """Who sends this, proven as far as this listener proves anything."""
    if received.peer.login is not None:
        return roster.identify(canonical_address(received.peer.login))
    for box in (*message.from_, *message.sender):
        if box.address and (found := roster.identify(box.address)):
            return found
    return None
