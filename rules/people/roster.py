"""The roster: one snapshot of everybody, built once, asked many times for each message.

Promises: immutable after `build`; every question is a few dictionary look-ups. An address may belong to several people;
an address of staff is never a parent's, whoever its owner is besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

from rules.case import Identity
from rules.message import address_variants, canonical_address
from rules.people.values import (
    Audience,
    Consent,
    Contact,
    Delegation,
    Ground,
    Kind,
    MailList,
    Person,
    School,
    SharedMailbox,
)

PRIVACY_OFFICE = "functionaris gegevensbescherming"
PROTECTED = "beschermd"


@cache
def _suffixes() -> PublicSuffixList:
    """The list of public suffixes, read from the package when first asked for."""
    return PublicSuffixList()


@lru_cache(4096)
def label_of(domain: str) -> str:
    """The label before the public suffix: `gmail` of `gmail.com`, `mail.gmail.co.uk` and `gmail.example`."""
    return (_suffixes().privatesuffix(domain) or domain).partition(".")[0]


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody. Use `Roster.build`."""

    school: School
    people: Mapping[str, Person] = field(repr=False)
    lists: Mapping[str, MailList] = field(repr=False)
    mailboxes: Mapping[str, SharedMailbox] = field(repr=False)
    contacts: tuple[Contact, ...] = field(repr=False)
    consents: tuple[Consent, ...] = field(repr=False)
    grounds: tuple[Ground, ...] = field(repr=False)
    delegations: tuple[Delegation, ...] = field(repr=False)
    _owners: Mapping[str, tuple[Person, ...]] = field(repr=False)
    _private: frozenset[str] = field(repr=False)
    _contact_addresses: Mapping[str, Contact] = field(repr=False)
    _contact_domains: Mapping[str, Contact] = field(repr=False)
    _consents: Mapping[str, tuple[Consent, ...]] = field(repr=False)
    _first_names: Mapping[str, tuple[Person, ...]] = field(repr=False)
    _functions: frozenset[str] = field(repr=False)
    _protected: frozenset[str] = field(repr=False)
    _inside: frozenset[str] = field(repr=False)
    _pupil_domains: frozenset[str] = field(repr=False)

    @classmethod
    def build(
        cls,
        school: School,
        *,
        people: Iterable[Person] = (),
        mailboxes: Iterable[SharedMailbox] = (),
        lists: Iterable[MailList] = (),
        contacts: Iterable[Contact] = (),
        consents: Iterable[Consent] = (),
        grounds: Iterable[Ground] = (),
        delegations: Iterable[Delegation] = (),
    ) -> Roster:
        """Index everything once."""
        everybody = {person.id: person for person in people}
        owners: dict[str, list[Person]] = {}
        private: set[str] = set()
        for person in everybody.values():
            for address in (*person.emails, *person.private_emails):
                owners.setdefault(address, []).append(person)
            private |= set(person.private_emails)
        named = {canonical_address(address) for address in school.protected}
        protected = named.union(
            *(p.emails for p in everybody.values() if PROTECTED in p.roles or not named.isdisjoint(p.emails))
        )
        known, agreed = tuple(contacts), tuple(consents)
        boxes = {box.address: box for box in mailboxes}
        return cls(
            school=school,
            people=everybody,
            lists={entry.address: entry for entry in lists},
            mailboxes=boxes,
            contacts=known,
            consents=agreed,
            grounds=tuple(grounds),
            delegations=tuple(delegations),
            _owners={address: tuple(found) for address, found in owners.items()},
            _private=frozenset(private),
            _contact_addresses={contact.email: contact for contact in known if contact.email},
            _contact_domains={contact.domain: contact for contact in known if contact.domain},
            _functions=frozenset(canonical_address(address) for address in school.functional_addresses).union(boxes),
            _consents=_by_subject(agreed),
            _first_names=_by_first_name(everybody.values()),
            _protected=frozenset(protected),
            _inside=frozenset(school.domains),
            _pupil_domains=frozenset(school.pupil_domains),
        )

    def person(self, person_id: str) -> Person | None:
        """The person of that id."""
        return self.people.get(person_id)

    def owners(self, address: str) -> tuple[Person, ...]:
        """Everybody the address belongs to, with and without its +tag."""
        for variant in address_variants(address):
            if found := self._owners.get(variant):
                return found
        return ()

    def is_inside(self, address: str) -> bool:
        """An address at one of the school's own domains."""
        return address.rpartition("@")[2] in self._inside

    def is_pupil_school(self, address: str) -> bool:
        """A pupil's address at school."""
        return address.rpartition("@")[2] in self._pupil_domains

    def protects(self, address: str) -> bool:
        """An office whose mail nobody reads (protocol.md, Protected people)."""
        return address in self._protected

    def contact(self, address: str, private_mail: frozenset[str]) -> Contact | None:
        """The organisation an address is of. A webmail domain names nobody but the one address."""
        for variant in address_variants(address):
            if found := self._contact_addresses.get(variant):
                return found
        domain = address.rpartition("@")[2]
        found = self._contact_domains.get(domain)
        return found if found is not None and label_of(domain) not in private_mail else None

    def audience(self, address: str, private_mail: frozenset[str], *, beside_parent: bool) -> Audience:
        """Who this address is, in a message that a known parent gets too or not."""
        if self.is_inside(address):
            return Audience.STAFF if address not in self._functions else Audience.FUNCTION
        if self.is_pupil_school(address):
            return Audience.PUPIL_SCHOOL
        owners = self.owners(address)
        for person in owners:
            if person.kind is Kind.PARENT:
                return Audience.PARENT
        if owners:
            return Audience.PUPIL_PRIVATE if owners[0].kind is Kind.PUPIL else Audience.STAFF_PRIVATE
        if self.contact(address, private_mail) is not None:
            return Audience.ORGANISATION
        if beside_parent or label_of(address.rpartition("@")[2]) in private_mail:
            return Audience.UNKNOWN_PRIVATE
        return Audience.ORGANISATION

    def expand(self, address: str) -> tuple[str, ...]:
        """The addresses behind a list and the lists in it; () for an address that is no list."""
        if address not in self.lists:
            return ()
        found: dict[str, None] = {}
        opened, waiting = {address}, [address]
        while waiting:
            for member in self.lists[waiting.pop()].members:
                if member == "*staff":
                    found |= dict.fromkeys(
                        p.emails[0] for p in self.people.values() if p.kind is Kind.STAFF and p.emails
                    )
                elif (person := self.people.get(member)) is not None:
                    found |= dict.fromkeys((person.emails or person.private_emails)[:1])
                elif (written := canonical_address(member)) not in self.lists:
                    found |= {written: None} if written else {}
                elif written not in opened:
                    opened.add(written)
                    waiting.append(written)
        return tuple(found)

    def families(self, address: str) -> frozenset[str]:
        """The pupils an address stands for: its owner, or its owner's children. Empty for other addresses."""
        found: set[str] = set()
        for person in self.owners(address):
            if person.kind is Kind.PARENT:
                found |= set(person.student_ids)
            elif person.kind is Kind.PUPIL:
                found.add(person.id)
        return frozenset(found)

    def ever_agreed(self, people: Iterable[Person]) -> bool:
        """Whether the register of consents names one of these people at all."""
        return any(person.id in self._consents for person in people)

    def pupils_called(self, first_name: str) -> tuple[Person, ...]:
        """The pupils of that first name, as it is written."""
        return self._first_names.get(first_name, ())

    def consents_of(self, ids: Iterable[str]) -> tuple[Consent, ...]:
        """Everything the register says about data of these people, valid or not."""
        return tuple(consent for one in ids for consent in self._consents.get(one, ()))

    # identity

    def identify(self, address: str) -> Identity | None:
        """Who writes from this address: a member of staff, a shared mailbox or a function of the school."""
        for variant in address_variants(address):
            for person in self._owners.get(variant, ()):
                if person.kind is Kind.STAFF and variant in person.emails:
                    return Identity(person.emails[0], person.id, False, person.roles)
            if variant in self._functions:
                box = self.mailboxes.get(variant)
                roles = (
                    frozenset({"administratief aangewezen"})
                    if box and box.mandate == "designated"
                    else frozenset[str]()
                )
                return Identity(variant, None, True, roles)
        return None

    def same_person(self, address: str, identity: Identity) -> bool:
        """Whether an address is this identity's."""
        if address == identity.address:
            return True
        return identity.person_id is not None and any(p.id == identity.person_id for p in self.owners(address))

    def may_use(self, login: str, address: str, on: date) -> bool:
        """Whether the account may write as `address`: itself, an alias, or a shared mailbox it is a member of."""
        if login == address:
            return True
        mine = self.identify(login)
        theirs = self.identify(address)
        if mine is None or theirs is None:
            return False
        if mine.person_id is not None and mine.person_id == theirs.person_id:
            return True
        box = self.mailboxes.get(theirs.address)
        if box is not None and mine.person_id in box.member_ids:
            return True
        scope = f"mailbox:{theirs.address}"
        return any(d.scope == scope and d.to_id == mine.person_id and d.valid(on) for d in self.delegations)

    def editor_addresses(self) -> tuple[str, ...]:
        """The content editors, by their codes or addresses in the school's configuration."""
        codes = set(self.school.editors)
        return tuple(p.emails[0] for p in self.people.values() if p.emails and codes & {p.code, *p.emails})

    def privacy_officer_addresses(self) -> tuple[str, ...]:
        """The configured officer, else whoever has the office in the directory."""
        if self.school.privacy_officer:
            return (self.school.privacy_officer,)
        return tuple(p.emails[0] for p in self.people.values() if PRIVACY_OFFICE in p.roles and p.emails)


def _by_first_name(people: Iterable[Person]) -> dict[str, tuple[Person, ...]]:
    found: dict[str, list[Person]] = {}
    for person in people:
        if person.kind is Kind.PUPIL and person.first_name:
            found.setdefault(person.first_name, []).append(person)
    return {name: tuple(pupils) for name, pupils in found.items()}


def _by_subject(consents: Iterable[Consent]) -> dict[str, tuple[Consent, ...]]:
    found: dict[str, list[Consent]] = {}
    for consent in consents:
        found.setdefault(consent.subject_id, []).append(consent)
    return {subject: tuple(given) for subject, given in found.items()}
