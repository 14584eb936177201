"""The message as the clauses see it: everybody it goes to and shows, by audience, worked out once.

Promises: recipients are the union of headers (both views) and all envelopes; lists count by their members. Nothing here
depends on the order of recipients. `own` is the address that stays visible after a fix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar, final

from rules.case import Case, Extract, Facts, Identity
from rules.clauses.families import grouped
from rules.clauses.written import Written
from rules.detectors import email_address
from rules.message import Mailbox, Place, View, address_variants, canonical_address, places
from rules.message.kinds import INVITING
from rules.people import Audience, Person, Roster
from rules.text.hits import Hit

_Kept = TypeVar("_Kept")
RESENT = ("resent-to", "resent-cc", "resent-bcc", "resent-from", "resent-sender", "resent-reply-to")
ANSWERS = ("reply-to", *RESENT)
# protocol.md, C19: several are two or more.
OUTSIDERS_MIN = 2
# Who is of a family of the school; the rest outside are third parties.
FAMILY = frozenset({Audience.PARENT, Audience.PUPIL_PRIVATE, Audience.PUPIL_SCHOOL})


@final
class Sighting:
    """One place of the message, or of a file in it; searched for addresses when somebody asks, once."""

    __slots__ = ("_extract", "_hits", "place")

    def __init__(self, place: Place, extract: Extract | None = None) -> None:
        self.place = place
        self._extract = extract
        self._hits: tuple[Hit, ...] | None = None

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The addresses in it."""
        hits = self._hits
        if hits is None:
            hits = self._hits = email_address.find(self.place.text)
        return hits

    def where(self, at: int) -> str:
        """Where a letter of it stands, as people say it: of a table the column too."""
        return self.place.where if self._extract is None else self._extract.place(at)


@final
class Scene:
    """One case and everything worked out about it. What every clause asks is worked out at once, the rest when asked.

    `rcpt`: every recipient of the envelopes, canonical address -> as the client spelt it. `shown`: addresses a
    recipient can see in To, Cc or a Bcc that was left in. `answers`: everybody in Reply-To and the Resent lines.
    `receivers`: whoever gets the message, lists opened. `everybody`: all addresses C19 counts, lists opened.
    `audiences`: who each of them is in this message. `outsiders`: the distinct ones outside, a +tag apart counting
    once. `outside_receivers`: receivers who are neither staff nor functions; pupils' school addresses are among them.
    `external`: at least one other than these. `authors`: everybody in From; an address inside somebody's name writes
    nothing.
    """

    __slots__ = (
        "_exempt",
        "_families",
        "_kept", "_names",
        "_own",
        "_sightings",
        "_written",
        "answers",
        "audiences",
        "authors",
        "case",
        "everybody",
        "external",
        "facts",
        "identity",
        "message",
        "outside_receivers",
        "outsiders",
        "private_mail",
        "rcpt",
        "receivers",
        "roster",
        "sender",
        "shown",
    )  # fmt: skip

    def __init__(self, case: Case, facts: Facts, roster: Roster, private_mail: frozenset[str]) -> None:
        self.case = case
        self.facts = facts
        self.roster = roster
        self.private_mail = private_mail
        self.message = message = case.message
        self.identity, self.sender = _known(roster, facts.identity, facts.now.date())
        self.rcpt = {canonical_address(spelt) or spelt: spelt for spelt in reversed(case.recipients)}
        self.shown = tuple(box.address for box in message.visible if box.address)
        self.answers = tuple(box.address for name in ANSWERS for box in message.mailboxes(name))
        self.receivers = self._opened(tuple(self.rcpt))
        self.everybody = self._opened((*self.rcpt, *self.shown, *self.answers))
        self.audiences = self._audiences()
        self.outsiders = _outsiders(self.audiences)
        self.outside_receivers = tuple(address for address in self.receivers if not self.audience(address).inside)
        self.external = any(self.audience(address) is not Audience.PUPIL_SCHOOL for address in self.outside_receivers)
        boxes = tuple(box for box in message.from_ if box.address)
        self.authors = tuple(box for box in boxes if box.view is not View.LENIENT) or boxes
        self._own: Mailbox | None = None
        self._exempt: bool | None = None
        self._families = -1
        self._names: tuple[Identity, ...] | None = None
        self._sightings: tuple[Sighting, ...] | None = None
        self._written: Written | None = None
        self._kept: dict[object, object] = {}

    def _opened(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        lists = self.roster.lists
        found: dict[str, None] = {}
        for address in addresses:
            if address in lists:
                found |= dict.fromkeys(self.roster.expand(address) or (address,))
            else:
                found[address] = None
        return tuple(found)

    def _audiences(self) -> dict[str, Audience]:
        first = {address: self._audience(address, beside_parent=False) for address in self.everybody}
        if Audience.PARENT not in first.values():
            return first
        return {address: self._audience(address, beside_parent=True) for address in self.everybody}

    def _audience(self, address: str, *, beside_parent: bool) -> Audience:
        return self.roster.audience(address, self.private_mail, beside_parent=beside_parent)

    def audience(self, address: str) -> Audience:
        """Who an address is that need not be a recipient: then the company it stands in says nothing."""
        return self.audiences.get(address) or self._audience(address, beside_parent=False)

    def may_use(self, address: str) -> bool:
        """Whether whoever sends this may write as `address`."""
        return self.identity is not None and self.roster.may_use(self.identity.address, address, self.facts.now.date())

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Every place of the message and its files, read once for all clauses."""
        found = self._sightings
        if found is None:
            own = (Sighting(place) for place in places(self.message))
            files = (Sighting(Place(one.where, "file", one.text), one) for one in self.case.extracts)
            found = self._sightings = (*own, *files)
        return found

    def kept(self, make: Callable[[Scene], _Kept]) -> _Kept:
        """What `make` says of this message, worked out once for all clauses that ask."""
        if make not in self._kept:
            self._kept[make] = make(self)
        return self._kept[make]  # type: ignore[return-value] # what it made

    @property
    def written(self) -> Written:
        """The author's own words, apart from all else."""
        if self._written is None:
            self._written = Written(self.message, self.sightings)
        return self._written

    @property
    def families(self) -> int:
        """How many families the outsiders are of; whoever has no pupil is a family of his own."""
        if self._families < 0:
            self._families = len(grouped(self.roster, self.outsiders))
        return self._families

    @property
    def invites(self) -> bool:
        """Whether this is an invitation, whose To may not be rewritten."""
        return (self.message.calendar_method or "") in INVITING

    @property
    def own(self) -> Mailbox:
        """The own address: From; with several From the Sender, else the account (protocol.md, Own address)."""
        own = self._own
        if own is None:
            own = self._own = self._own_box()
        return own

    def _own_box(self) -> Mailbox:
        authors = self.authors
        if len(authors) == 1:
            return authors[0]
        sender = tuple(box for box in self.message.sender if box.address and box.view is not View.LENIENT)
        if authors and len(sender) == 1 and self.may_use(sender[0].address):
            return sender[0]
        account = self.identity.address if self.identity else canonical_address(self.case.envelopes[0].mail_from)
        return next((box for box in authors if box.address == account), Mailbox("", account, account, View.STRICT))

    @property
    def names(self) -> tuple[Identity, ...]:
        """Everybody this is written as, whose right to it is known: who sends, whom they write for, who wrote for it.

        Sender names the person behind a shared mailbox, or a delegate, where the listener knows the mailbox alone.
        """
        names = self._names
        if names is None:
            names = self._names = self._written_as()
        return names

    def _written_as(self) -> tuple[Identity, ...]:
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

    @property
    def writers(self) -> tuple[Person, ...]:
        """The people among these names who are at school; none where a mailbox alone was proven."""
        if self.sender is None:
            return ()
        people = (self.roster.person(who.person_id) for who in self.names if who.person_id is not None)
        return tuple(one for one in people if one is not None and not one.left(self.facts.now.date()))

    @property
    def roles(self) -> frozenset[str]:
        """The roles of who sends and the mandate of the mailbox: what either may do is done rightly (domain.md 5.3)."""
        return frozenset[str]().union(*(who.roles for who in self.names))

    @property
    def exempt(self) -> bool:
        """Protected people: the content is not read (protocol.md, Protected people)."""
        exempt = self._exempt
        if exempt is None:
            protects = self.roster.protects
            exempt = self._exempt = (self.identity is not None and protects(self.identity.address)) or (
                bool(self.receivers) and all(protects(address) for address in self.receivers)
            )
        return exempt


def _known(roster: Roster, who: Identity | None, on: date) -> tuple[Identity | None, Person | None]:
    """Who sends, as the listener proved it, and the person behind it; whoever has left the school is nobody."""
    person = roster.person(who.person_id) if who is not None and who.person_id is not None else None
    return (None, None) if person is not None and person.left(on) else (who, person)


def _outsiders(audiences: Mapping[str, Audience]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for address, audience in audiences.items():
        if audience.outsider:
            found.setdefault(address_variants(address)[-1], address)
    return tuple(found.values())
