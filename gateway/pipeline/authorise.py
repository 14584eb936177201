"""Whether this account may write in this name.

Promises: an authenticated account writes as itself, by an own alias, or for a shared mailbox it belongs to; every name
in From must be such a one, or a colleague's beside it (RFC 5322 §3.6.2 allows several authors), never an outsider's.
Sender is who sends (§3.6.2), and mail clients show it as such: only an own name stands there. A listener without AUTH
proves nothing here: its identity is looked up in facts.
"""

from __future__ import annotations

from datetime import date

from gateway.pipeline.received import Received
from rules.message import Message, View, canonical_address
from rules.people import Roster


def may_use(roster: Roster, login: str | None, address: str, on: date) -> bool:
    """Whether `login` may put `address` in MAIL FROM. The null path is anybody's (RFC 5321 §4.5.5)."""
    if login is None or not address:
        return True
    own = canonical_address(login)
    # A login that is no address is nobody's name, and two that are none are not the same one.
    return bool(own) and roster.may_use(own, canonical_address(address), on)


def may_send(roster: Roster, received: Received, message: Message, on: date) -> bool:
    """The envelope's and the header's names together, on a day of the school's."""
    login = received.peer.login
    if login is None:
        return True
    if not may_use(roster, login, received.envelope.mail_from, on):
        return False
    if not all(may_use(roster, login, box.address, on) for box in message.sender):
        return False
    # An address that only a sloppy reader sees (in a display name) is no author; the judge looks at it.
    boxes = [box for box in message.from_ if box.address]
    authors = {box.address for box in boxes if box.view is not View.LENIENT} or {box.address for box in boxes}
    own = {address for address in authors if may_use(roster, login, address, on)}
    return not authors or (bool(own) and all(roster.is_inside(address) for address in authors - own))
