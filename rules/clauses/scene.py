"""The message as the clauses see it: everybody it goes to and shows, by audience, worked out once.

Promises: recipients are the union of headers (both views) and all envelopes; lists count by their members. Nothing here
depends on the order of recipients. `own` is the address that stays visible after a fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.case import Case, Facts, Identity
from rules.clauses.families import grouped
from rules.detectors import email_address
from rules.message import Mailbox, Message, Place, View, address_variants, canonical_address, places
from rules.message.kinds import INVITING
from rules.people import Audience, Person, Roster

RESENT = ("resent-to", "resent-cc", "resent-bcc", "resent-from", "resent-sender", "resent-reply-to")
# protocol.md, C19: several are two or more.
OUTSIDERS_MIN = 2


@dataclass(frozen=True)
class Sighting:
    """One place of the message; searched for addresses when somebody asks, once."""

    place: Place

    @cached_property
    def hits(self) -> tuple[email_address.Hit, ...]:
        """The addresses in it."""
        return email_address.find(self.place.text)


@dataclass(frozen=True)
class Scene:
    """One case and everything worked out about it."""

    case: Case
    facts: Facts
    roster: Roster
    private_mail: frozenset[str] = field(repr=False)

    @property
    def message(self) -> Message:
        return self.case.message

    @cached_property
    def sightings(self) -> tuple[Sighting, ...]:
        """Every place of the message, read once for all clauses."""
        return tuple(Sighting(place) for place in places(self.message))

    @cached_property
    def identity(self) -> Identity | None:
        """Who sends, as the listener proved it; whoever has left the school is nobody."""
        who = self.facts.identity
        person = self.roster.person(who.person_id) if who is not None and who.person_id is not None else None
        return who if person is None or not person.left(self.facts.now.date()) else None

    @cached_property
    def rcpt(self) -> dict[str, str]:
        """Every recipient of the envelopes: canonical address -> as the client spelt it."""
        return {canonical_address(spelt) or spelt: spelt for spelt in reversed(self.case.recipients)}

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Addresses a recipient can see in To, Cc or a Bcc that was left in."""
        return tuple(box.address for box in self.message.visible if box.address)

    @cached_property
    def everybody(self) -> tuple[str, ...]:
        """All addresses C19 counts: envelopes and headers, lists opened."""
        others = [box.address for name in ("reply-to", *RESENT) for box in self.message.mailboxes(name)]
        return self._opened((*self.rcpt, *self.shown, *others))

    @cached_property
    def receivers(self) -> tuple[str, ...]:
        """Whoever gets the message, lists opened."""
        return self._opened(tuple(self.rcpt))

    def _opened(self, addresses: Iterable[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for address in addresses:
            for one in self.roster.expand(address) or (address,):
                found[one] = None
        return tuple(found)

    @cached_property
    def audiences(self) -> Mapping[str, Audience]:
        """Who everybody is in this message."""
        first = {address: self._audience(address, beside_parent=False) for address in self.everybody}
        if Audience.PARENT not in first.values():
            return first
        return {address: self._audience(address, beside_parent=True) for address in self.everybody}

    def _audience(self, address: str, *, beside_parent: bool) -> Audience:
        return self.roster.audience(address, self.private_mail, beside_parent=beside_parent)

    def audience(self, address: str) -> Audience:
        """Who an address is that need not be a recipient: then the company it stands in says nothing."""
        return self.audiences.get(address) or self._audience(address, beside_parent=False)

    @cached_property
    def outsiders(self) -> tuple[str, ...]:
        """The distinct outsiders, a +tag apart counting once."""
        found: dict[str, str] = {}
        for address, audience in self.audiences.items():
            if audience.outsider:
                found.setdefault(address_variants(address)[-1], address)
        return tuple(found.values())

    @cached_property
    def outside_receivers(self) -> tuple[str, ...]:
        """Receivers who are neither staff nor functions; pupils' school addresses are among them."""
        return tuple(address for address in self.receivers if not self.audience(address).inside)

    @cached_property
    def external(self) -> bool:
        """At least one outside receiver other than pupils' school addresses."""
        return any(self.audience(address) is not Audience.PUPIL_SCHOOL for address in self.outside_receivers)

    @cached_property
    def families(self) -> int:
        """How many families the outsiders are of; whoever has no pupil is a family of his own."""
        return len(grouped(self.roster, self.outsiders))

    @cached_property
    def invites(self) -> bool:
        """Whether this is an invitation, whose To may not be rewritten."""
        return (self.message.calendar_method or "") in INVITING

    @cached_property
    def own(self) -> Mailbox:
        """The own address: From; with several From the Sender, else the account (protocol.md, Own address)."""
        authors = self.authors
        if len(authors) == 1:
            return authors[0]
        sender = tuple(box for box in self.message.sender if box.address and box.view is not View.LENIENT)
        if authors and len(sender) == 1 and self.may_use(sender[0].address):
            return sender[0]
        account = self.identity.address if self.identity else canonical_address(self.case.envelopes[0].mail_from)
        return next((box for box in authors if box.address == account), Mailbox("", account, account, View.STRICT))

    @cached_property
    def authors(self) -> tuple[Mailbox, ...]:
        """Everybody in From; an address inside somebody's name writes nothing."""
        boxes = tuple(box for box in self.message.from_ if box.address)
        return tuple(box for box in boxes if box.view is not View.LENIENT) or boxes

    def may_use(self, address: str) -> bool:
        """Whether whoever sends this may write as `address`."""
        return self.identity is not None and self.roster.may_use(self.identity.address, address, self.facts.now.date())

    @cached_property
    def names(self) -> tuple[Identity, ...]:
        """Everybody this is written as, whose right to it is known: who sends, whom they write for, who wrote for it.

        Sender names the person behind a shared mailbox, or a delegate, where the listener knows the mailbox alone.
        """
        if self.identity is None:
            return ()
        on, mine = self.facts.now.date(), self.identity.address
        found = {mine: self.identity}
        for box in self.authors:
            if self.may_use(box.address) and (who := self.roster.identify(box.address)) is not None:
                found.setdefault(who.address, who)
        for box in self.message.sender:
            who = self.roster.identify(box.address) if box.view is not View.LENIENT else None
            if who is not None and self.roster.may_use(who.address, mine, on):
                found.setdefault(who.address, who)
        return tuple(found.values())

    @cached_property
    def sender(self) -> Person | None:
        """The person behind the identity."""
        if self.identity is None or self.identity.person_id is None:
            return None
        return self.roster.person(self.identity.person_id)

    @cached_property
    def writers(self) -> tuple[Person, ...]:
        """The people among these names who are at school; none where a mailbox alone was proven."""
        if self.sender is None:
            return ()
        people = (self.roster.person(who.person_id) for who in self.names if who.person_id is not None)
        return tuple(one for one in people if one is not None and not one.left(self.facts.now.date()))

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of who sends and the mandate of the mailbox: what either may do is done rightly (domain.md 5.3)."""
        return frozenset[str]().union(*(who.roles for who in self.names))

    @cached_property
    def exempt(self) -> bool:
        """Protected people: the content is not read (protocol.md, Protected people)."""
        protects = self.roster.protects
        if self.identity is not None and protects(self.identity.address):
            return True
        return bool(self.receivers) and all(protects(address) for address in self.receivers)
