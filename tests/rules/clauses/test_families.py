"""Who is family of whom, whose address may reach whom, and the scene's sums about them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.clauses.families import grouped, own_data
from rules.people import Audience
from tests.support.small_school import (
    ANNA,
    BANNED,
    BERT,
    CEES,
    DIRK,
    EVA,
    FRED,
    MENTOR,
    PEOPLE,
    PRIVATE,
    PUPIL,
    PUPIL_PRIVATE,
    SECRET,
    STRANGER,
    TEACHER,
    mail,
    roster,
    scene,
)  # fmt: skip


@pytest.mark.parametrize(
    ("address", "receiver", "mine"),
    [
        (ANNA, ANNA, True),
        ("anna+x@ziggo.example", ANNA, True),
        (ANNA, "anna+x@ziggo.example", True),
        (ANNA, BERT, True),
        (CEES, DIRK, False),
        (ANNA, CEES, False),
        (PUPIL, ANNA, True),
        (ANNA, PUPIL, True),
        (PUPIL_PRIVATE, PUPIL, True),
        (PUPIL, BANNED, False),
        (BANNED, PUPIL, True),
        (SECRET, "105@leerling.school.example", False),
        (STRANGER, STRANGER, True),
        (STRANGER, ANNA, False),
        (PRIVATE, MENTOR, True),
    ],
)
def test_an_address_is_the_household_s_and_the_child_s_own_business(address: str, receiver: str, mine: bool) -> None:
    assert own_data(roster(), address, receiver) is mine


def test_parents_of_one_child_share_where_no_household_is_known() -> None:
    people = tuple(replace(p, household_id="") if p.id == "P4" else p for p in PEOPLE)
    assert own_data(roster(people=people), DIRK, CEES)


def test_a_household_shares_though_its_children_differ() -> None:
    people = tuple(replace(p, household_id="H4") if p.id == "P6" else p for p in PEOPLE)
    assert own_data(roster(people=people), EVA, FRED)


def test_the_same_person_in_two_files_is_one() -> None:
    people = tuple(replace(p, parent_id="P3") if p.id == "M2" else p for p in PEOPLE)
    assert own_data(roster(people=people), CEES, TEACHER)
    assert own_data(roster(people=people), TEACHER, CEES)


def test_families_are_joined_by_children_and_by_households() -> None:
    groups = grouped(roster(), [ANNA, CEES, STRANGER, BERT, PUPIL_PRIVATE, DIRK, PRIVATE])
    assert sorted(map(sorted, groups)) == [[], [], ["101"], ["102"]]


def test_a_late_link_joins_what_stood_apart() -> None:
    both = tuple(replace(p, student_ids=("101", "102")) if p.id == "P2" else p for p in PEOPLE)
    assert grouped(roster(people=both), [ANNA, CEES, BERT]) == [frozenset({"101", "102"})]


def test_a_scene_knows_everybody_by_audience() -> None:
    at = scene(mail(f"{ANNA}, verkoop@boeken.example", lines=f"Cc: {TEACHER}\n"), "x@bedrijf.example", PUPIL)
    assert dict(at.audiences) == {
        "x@bedrijf.example": Audience.UNKNOWN_PRIVATE,
        PUPIL: Audience.PUPIL_SCHOOL,
        ANNA: Audience.PARENT,
        "verkoop@boeken.example": Audience.ORGANISATION,
        TEACHER: Audience.STAFF,
    }
    assert at.outsiders == ("x@bedrijf.example", ANNA)
    assert set(at.outside_receivers) == {"x@bedrijf.example", PUPIL}
    assert at.audience("y@bedrijf.example") is Audience.ORGANISATION  # not a recipient: no company to judge it by


def test_a_recipient_that_is_no_address_counts_as_it_is_spelt() -> None:
    at = scene(mail(MENTOR), "postmaster", ANNA)
    assert set(at.rcpt) == {"postmaster", ANNA}


def test_a_person_the_directory_lost_sends_as_nobody() -> None:
    at = scene(mail(ANNA), ANNA)
    assert at.sender is not None
    people = roster(people=tuple(p for p in PEOPLE if p.id != "M1"))
    from rules.case import Facts, Identity
    from rules.clauses.scene import Scene
    from tests.support.small_school import NOW

    gone = Scene(at.case, Facts(NOW, Identity(MENTOR, "M1", False, frozenset())), people, frozenset())
    assert gone.sender is None
