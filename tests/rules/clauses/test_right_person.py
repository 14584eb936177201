"""The right-person matrix on a made-up school: who may receive whose data, held against rules written apart.

Every kind of value of many pupils goes to every kind of receiver: the child's parents together and apart, parents of a
sister, an ex-partner, a step-parent, one with a contact ban, other families, colleagues, organisations with consent,
with a ground, with neither, with what has ended. The expected outcome is written down by relation, not by looking up.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest

from rules.people import Contact, Ground, Home, Kind, Person, Roster
from tests.support.private_school import consent, outcome, weighed
from tests.support.small_school import MENTOR, NOW, SCHOOL, TEACHER

FAMILIES = 40
TODAY = NOW.date()
ENDED = TODAY - timedelta(1)
STREETS = ("Lindelaan", "Burg. Prinsensingel", "1e Hoofdstraat", "Kade", "Plein 1944", "Oude Markt", "Hei")
# What each pupil has: consent for organisation A; one that has ended, was refused, was withdrawn for B, C, D; E has a
# ground, F one that has ended, G nothing.
PARTIES = "ABCDEFG"


def address(name: str) -> str:
    return f"{name}@ziggo.example"


@cache
def school() -> Roster:
    """Forty families: two pupils each, parents together or apart, a step-parent here, a contact ban there."""
    people = [
        Person(id="M1", kind=Kind.STAFF, emails=(MENTOR,)),
        Person(id="M2", kind=Kind.STAFF, emails=(TEACHER,)),
    ]
    given = []
    for number in range(FAMILIES):
        children = (f"{2 * number + 1000}", f"{2 * number + 1001}")
        apart, home = number % 3 == 1, (f"S{number}", f"T{number}")
        roles = {"mother": home[0], "father": home[1] if apart else home[0]}
        if number % 3 == 1:
            roles["step"] = home[0]
        if number % 3 == 2:
            roles["banned"] = home[1]
        for order, (role, household) in enumerate(roles.items()):
            street = STREETS[(number + (household == home[1])) % len(STREETS)]
            people.append(
                Person(
                    id=f"{role}{number}", kind=Kind.PARENT, emails=(address(f"{role}{number}"),),
                    phones=(f"06-1{number:04}{order:03}",), household_id=household, student_ids=children,
                    home=Home(street=street, house_number=f"{number + 1}", postcode=f"{4700 + number} {household[0]}B"),
                    legal=role != "step", custody=role in {"mother", "father"}, contact_ban=role == "banned",
                )
            )  # fmt: skip
        for order, child in enumerate(children):
            people.append(
                Person(
                    id=child, kind=Kind.PUPIL, class_name=f"{number % 4}B", emails=(f"{child}@leerling.school.example",),
                    phones=(f"06-2{number:04}{order:03}",), birth_date=date(2009, 1, 1) + timedelta(11 * int(child)),
                    digests=(f"bsn\0{int(child):09}".encode(),),
                )
            )  # fmt: skip
            kinds = ("phone", "birth_date", "student_number", "bsn", "health", "home_address")
            about = {"A": {}, "B": {"valid_until": ENDED}, "C": {"status": "geweigerd"}, "D": {"withdrawn_on": TODAY}}
            given += [
                consent(child, party, *kinds, id=f"{child}{party}", given_by=f"mother{number}", **more)
                for party, more in about.items()
            ]
    grounds = (
        Ground(id="G1", party="E", data_kinds=("bsn", "phone", "birth_date", "health", "student_number")),
        Ground(id="G2", party="F", data_kinds=("bsn", "phone"), valid_until=ENDED),
    )
    contacts = (Contact(id=party, kind="zorg", email=f"info@{party.lower()}.example") for party in PARTIES)
    return Roster.build(SCHOOL, people=people, consents=given, grounds=grounds, contacts=contacts)


CONTACT = ("phone", "birth_date", "student_number")
WANTED = {  # relation -> kinds of contact data, health, bsn
    "mother": ("pass", "pass", "coach"),
    "father": ("pass", "pass", "coach"),
    "both": ("pass", "pass", "coach"),
    "child": ("pass", "pass", "coach"),
    "step": ("pass", "team_leader", "privacy_officer"),
    "banned": ("self", "team_leader", "privacy_officer"),
    "other": ("self", "team_leader", "privacy_officer"),
    "mother and other": ("self", "team_leader", "privacy_officer"),
    "colleague": ("pass", "pass", "coach"),
    "A": ("pass", "pass", "pass"),
    "B": ("team_leader", "team_leader", "privacy_officer"),
    "C": ("team_leader", "team_leader", "privacy_officer"),
    "D": ("team_leader", "team_leader", "privacy_officer"),
    "E": ("pass", "pass", "pass"),
    "F": ("team_leader", "team_leader", "privacy_officer"),
    "G": ("team_leader", "team_leader", "privacy_officer"),
}


def receivers(relation: str, number: int) -> tuple[str, ...]:
    other = address(f"mother{(number + 7) % FAMILIES}")
    own = {role: address(f"{role}{number}") for role in ("mother", "father", "step", "banned")}
    if relation in PARTIES:
        return (f"info@{relation.lower()}.example",)
    return {
        **{role: (spelt,) for role, spelt in own.items()},
        "both": (own["mother"], own["father"]),
        "child": (f"{2 * number + 1000}@leerling.school.example",),
        "other": (other,),
        "mother and other": (own["mother"], other),
        "colleague": (TEACHER,),
    }[relation]


def spelt(kind: str, pupil: Person, dice: random.Random) -> str:
    """A value as somebody would type it."""
    if kind == "phone":
        digits = pupil.phones[0].replace("-", "")
        return dice.choice([digits, f"+31 {digits[1:]}", f"{digits[:2]} {digits[2:6]} {digits[6:]}", pupil.phones[0]])
    if kind == "birth_date":
        born = pupil.birth_date
        assert born is not None
        return dice.choice([born.isoformat(), f"{born:%d-%m-%Y}", f"{born.day}/{born.month}/{born.year}"])
    if kind == "bsn":
        return dice.choice([f"{int(pupil.id):09}", f"{int(pupil.id):09}"[:4] + "." + f"{int(pupil.id):09}"[4:]])
    return pupil.id if kind == "student_number" else "heeft astma"


@pytest.mark.parametrize("relation", WANTED)
def test_the_matrix_holds_for_every_relation_and_kind(relation: str) -> None:
    dice = random.Random(relation)
    wrong: Counter[tuple[str, str, str]] = Counter()
    total = 0
    for number in range(FAMILIES):
        if (relation == "step" and number % 3 != 1) or (relation == "banned" and number % 3 != 2):
            continue
        pupil = school().person(f"{2 * number + 1000}")
        assert pupil is not None
        contact, health, bsn = WANTED[relation]
        for kind in (*CONTACT, "health", "bsn"):
            expected = bsn if kind == "bsn" else health if kind == "health" else contact
            text = spelt(kind, pupil, dice)
            body = f"Over Kim: {text}. Tot morgen."
            result = weighed(
                body, *receivers(relation, number), marks=[(kind, text)], names=[("Kim", pupil.id)], people=school()
            )
            total += 1
            if outcome(result) != expected:
                wrong[kind, expected, outcome(result)] += 1
    assert total >= 65
    assert not wrong


@pytest.mark.parametrize(
    ("whose", "to", "expected"),
    [
        ("mother", "mother", "pass"), ("mother", "child", "pass"), ("mother", "other", "self"),
        ("father", "mother", "together"), ("mother", "banned", "self"), ("mother", "A", "pass"),
        ("father", "A", "household"), ("mother", "B", "team_leader"), ("mother", "E", "team_leader"),
        ("mother", "colleague", "pass"), ("step", "mother", "pass"), ("step", "father", "self"),
    ],
)  # fmt: skip
def test_a_home_is_the_household_s_and_not_the_other_parent_s(whose: str, to: str, expected: str) -> None:
    for number in range(FAMILIES):
        person = school().person(f"{whose}{number}")
        if person is None or (to in {"step", "banned"} and school().person(f"{to}{number}") is None):
            continue
        home = person.home
        assert home is not None
        text = f"{home.street} {home.house_number}, {home.postcode}"
        result = weighed(f"Adres: {text}", *receivers(to, number), marks=[("home_address", text)], people=school())
        apart = number % 3 == 1
        wanted = {"together": "self" if apart else "pass", "household": "team_leader" if apart else "pass"}
        assert outcome(result) == wanted.get(expected, expected), (number, text)


def test_a_class_list_goes_to_nobody_outside_unasked() -> None:
    rows = [school().person(f"{1000 + 2 * number}") for number in range(12)]
    lines = [f"{pupil.id};{pupil.phones[0]};{pupil.birth_date}" for pupil in rows if pupil is not None]
    marks = [
        mark
        for pupil in rows
        if pupil is not None
        for mark in (("student_number", pupil.id), ("phone", pupil.phones[0]), ("birth_date", str(pupil.birth_date)))
    ]
    body = "Lijst:\n" + "\n".join(lines)
    assert outcome(weighed(body, *receivers("mother", 0), marks=marks, people=school())) == "team_leader"
    assert outcome(weighed(body, *receivers("G", 0), marks=marks, people=school())) == "privacy_officer"
    assert outcome(weighed(body, *receivers("A", 0), marks=marks, people=school())) == "pass"
    assert outcome(weighed(body, TEACHER, marks=marks, people=school())) == "pass"
