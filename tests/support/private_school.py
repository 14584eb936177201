"""The dozen people of small_school with telephones, homes and birthdays, and values found by hand in a message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rules.clauses.private_data import Matrix, Weighed, weigh
from rules.message import Place
from rules.people import Consent, Contact, Ground, Home, Person, Roster, ValueIndex
from rules.verdict import Finding, strictest
from tests.support import small_school as town

PHONES = {"P1": "06-11111111", "P2": "06 22 22 22 22", "P3": "0633333333", "P4": "+31 6 44444444", "P5": "06 55555555"}
PHONES |= {"P6": "06.66666666", "P7": "06-77777777", "P8": "06-88888888", "101": "06-10110110", "M1": "06-12121212"}
HOMES = {"P1": ("Lindelaan", "14", "6881 KD"), "P2": ("Lindelaan", "14", "6881 KD")}
HOMES |= {
    "P3": ("Burg. Prinsensingel", "12 a", "4701 AB"),
    "P4": ("Kade", "3", "4701 XY"),
    "P8": ("Hei", "1", "4700 AA"),
}
BORN = {"101": date(2012, 3, 14), "102": date(2011, 11, 2), "103": date(2010, 5, 6), "104": date(2010, 7, 8)}
CARE_PHONE = "0165-555555"
STEP = "stief@home.example"  # lives with Anna and Bert, no parent by law and without custody
AWAY = "weg@telfort.example"  # 101's parent by law, without custody, elsewhere
DIGESTER = str.encode
BSN_101, BSN_102 = "111222333", "123456782"


def private(person: Person) -> Person:
    """The same person, with what is private."""
    home = HOMES.get(person.id)
    number = {"101": BSN_101, "102": BSN_102}.get(person.id)
    return replace(
        person,
        phones=(PHONES[person.id],) if person.id in PHONES else (),
        home=Home(street=home[0], house_number=home[1], postcode=home[2], city="Dorp") if home else None,
        birth_date=BORN.get(person.id),
        digests=(DIGESTER(f"bsn\0{number}"),) if number else (),
    )


PEOPLE = (
    *(private(person) for person in town.PEOPLE),
    replace(town.parent(9, STEP, "H1", "101", legal=False, custody=False), phones=("06-99999999",)),
    town.parent(10, AWAY, "H9", "101", custody=False),
)
CONTACTS = (
    Contact(id="C1", kind="leverancier", email=town.SUPPLIER, domain="boeken.example"),
    Contact(
        id="C2", kind="zorg", email=town.CARE, phones=(CARE_PHONE,),
        home=Home(street="Markt", house_number="1", postcode="4701 ZZ"), processor=("student_number",),
    ),
)  # fmt: skip


def school(**more: Any) -> Roster:
    return town.roster(**{"people": PEOPLE, "contacts": CONTACTS, **more})


def consent(subject: str, recipient: str, *kinds: str, **more: Any) -> Consent:
    return Consent(id=more.pop("id", "K1"), subject_id=subject, recipient=recipient, data_kinds=kinds, **more)


def ground(party: str, *kinds: str, **more: Any) -> Ground:
    return Ground(id="G1", party=party, data_kinds=kinds, **more)


@dataclass(frozen=True)
class Found:
    """What the scanner would report."""

    place: Place
    kind: str
    value: str
    start: int
    end: int
    confidence: str = "high"

    @property
    def where(self) -> str:
        return self.place.where


@dataclass(frozen=True)
class Named:
    """A name in a text, and whose it may be."""

    place: Place
    start: int
    end: int
    ids: frozenset[str]


_INDEXES: dict[int, tuple[Roster, ValueIndex]] = {}


def index_of(roster: Roster) -> ValueIndex:
    """The index of a roster; of the last one it is kept."""
    if id(roster) not in _INDEXES:
        _INDEXES.clear()
        _INDEXES[id(roster)] = (roster, ValueIndex.build(roster.people.values(), roster.contacts, DIGESTER))
    return _INDEXES[id(roster)][1]


def weighed(
    body: str,
    *recipients: str,
    marks: Iterable[tuple[str, str]],
    names: Iterable[tuple[str, str]] = (),
    low: bool = False,
    sender: str = town.MENTOR,
    people: Roster | None = None,
    addresses: Iterable[Finding] = (),
    raw: bytes | None = None,
    to: str | None = None,
    matrix: Matrix | None = None,
) -> Weighed:
    """What is said of a mail in which each (kind, text) of `marks` and each (name, id) of `names` is found."""
    roster = people or school()
    message = raw or town.mail(to or ", ".join(recipients), body, sender=sender)
    scene = town.scene(message, *recipients, sender=sender, people=roster)
    found, named = [], []
    for place in (sighting.place for sighting in scene.sightings):
        if place.header is not None and place.header.name != "subject":
            continue
        for kind, text in marks:
            for spot in re.finditer(re.escape(text), place.text):
                found.append(Found(place, kind, text, *spot.span(), "low" if low else "high"))
        for name, ids in names:
            for spot in re.finditer(re.escape(name), place.text):
                named.append(Named(place, *spot.span(), frozenset(ids.split())))
    found.sort(key=lambda one: one.start)
    return weigh(scene, index_of(roster), matrix or town.shipped().matrix, found, named, tuple(addresses))


def outcome(result: Weighed) -> str:
    """`pass`, `coach`, `block`, or who must see it."""
    action, approver = strictest(one for found in result.findings.values() for one in found)
    return approver.label if approver is not None else action.name.lower()


def clauses(result: Weighed) -> set[str]:
    """The clauses that found something that acts."""
    return {clause for clause, found in result.findings.items() if any(one.action for one in found)}
