"""Whether this account may write in this name.

Promises: an authenticated account writes as itself, by an own alias, or for a shared mailbox it belongs to; every name
in From must be such a one, or a colleague's beside it (RFC 5322 §3.6.2 allows several authors), never an outsider's.
Sender is who sends (§3.6.2), and mail clients show it as such: only an own name stands there. A service account writes
in its own few names and no other. Elsewhere a listener without AUTH proves nothing here: its identity is looked up in
facts.
"""

from __future__ import annotations

from datetime import date

from gateway.pipeline.received import Received
from rules.message import Mailbox, Message, View, canonical_address
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
    login, account = received.peer.login, received.peer.account
    if account is not None:
        names = (received.envelope.mail_from, *(box.address for box in (*authors(message), *message.sender)))
        return all(account.may_use(name) for name in names)
    if login is None:
        return True
    if not may_use(roster, login, received.envelope.mail_from, on):
        return False
    if not all(may_use(roster, login, box.address, on) for box in message.sender):
        return False
    named = {box.address for box in authors(message)}
    own = {address for address in named if may_use(roster, login, address, on)}
    return not named or (bool(own) and all(roster.is_inside(address) for address in named - own))


def authors(message: Message) -> tuple[Mailbox, ...]:
    """Everybody in From. An address only a sloppy reader sees (in a display name) is none; the judge looks at it."""
    return certain(message.from_)


def certain(found: tuple[Mailbox, ...]) -> tuple[Mailbox, ...]:
    """The addresses every reader sees; all there are if there are none such."""
    boxes = tuple(box for box in found if box.address)
    return tuple(box for box in boxes if box.view is not View.LENIENT) or boxes
