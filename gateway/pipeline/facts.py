"""What `rules` must be told because it can't know it: the time, and who is speaking.

Promises: identity on a listener with AUTH is the authenticated account; of a printer or a school system the service
account of its network; else, where the listener knows its peer by network or certificate, From, else Sender, if the
directory knows it (architecture.md section 2). Nobody's identity is None, and the judge decides about that.
"""

from __future__ import annotations

from gateway.pipeline.authorise import authors, certain
from gateway.pipeline.loop import looped
from gateway.pipeline.received import Account, Received
from gateway.pipeline.ruling import Ruling
from rules.case import Facts, Identity
from rules.message import Message, canonical_address
from rules.people import Roster


def gather(ruling: Ruling, received: Received, message: Message) -> Facts:
    """The facts of one transaction."""
    identity = identify(ruling.roster, received, message)
    loop = looped(ruling.loop_key, message, received.at)
    return Facts(now=ruling.here(received.at), identity=identity, listener=received.listener, loop=loop)


def identify(roster: Roster, received: Received, message: Message) -> Identity | None:
    """Who sends this, proven as far as this listener proves anything."""
    if received.peer.login is not None:
        return roster.identify(canonical_address(received.peer.login))
    if received.peer.account is not None:
        return service(roster, received.peer.account)
    for box in (*authors(message), *certain(message.sender)):
        if found := roster.identify(box.address):
            return found
    return None


def service(roster: Roster, account: Account) -> Identity:
    """A service account is a function of the school, whoever else uses its address; an office it has is known."""
    known = roster.identify(account.address)
    roles = known.roles if known is not None and known.function else frozenset[str]()
    return Identity(account.address, None, True, roles)
