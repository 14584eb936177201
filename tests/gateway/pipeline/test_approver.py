"""Who decides: the role, then the next, never the sender."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.pipeline.approver import resolve
from rules.case import Identity
from rules.people import Kind, Person, Roster, School
from rules.verdict import Approver

TEACHER, LEADER, MANAGER = "t@school.example", "l@school.example", "m@school.example"
OFFICER, ADMIN, SECOND, EDITOR = "fg@school.example", "ict@school.example", "ict2@school.example", "red@school.example"
SCHOOL = School(
    name="Het Dorp",
    domains=("school.example",),
    functional_addresses=("info@school.example",),
    privacy_officer=OFFICER,
    admins=(ADMIN, SECOND),
    editors=("red",),
)


def person(number: str, address: str, leader: str = "", manager: str = "", code: str = "", **more: object) -> Person:
    return Person(
        id=number, kind=Kind.STAFF, emails=(address,), team_leader_id=leader, manager_id=manager, code=code, **more
    )  # type: ignore[arg-type]


PEOPLE = (
    person("1", TEACHER, "2", "3"),
    person("2", LEADER, "3", "3"),
    person("3", MANAGER),
    person("4", OFFICER, "", "3"),
    person("5", ADMIN, "2", "2"),
    person("6", SECOND),
    person("7", EDITOR, "2", "3", code="red"),
)


def decides(role: Approver, sender: str | None = TEACHER, *people: Person, **school: object) -> str:
    roster = Roster.build(replace(SCHOOL, **school), people=people or PEOPLE)  # type: ignore[arg-type]
    return resolve(roster, roster.identify(sender) if sender else None, role)


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Approver.SELF, TEACHER),
        (Approver.TEAM_LEADER, LEADER),
        (Approver.MANAGER, MANAGER),
        (Approver.EDITORS, EDITOR),
        (Approver.PRIVACY_OFFICER, OFFICER),
        (Approver.ADMIN, ADMIN),
    ],
)
def test_each_role_has_its_person(role: Approver, address: str) -> None:
    assert decides(role) == address


@pytest.mark.parametrize(
    ("role", "sender", "address"),
    [
        (Approver.TEAM_LEADER, LEADER, MANAGER),
        (Approver.TEAM_LEADER, MANAGER, ADMIN),
        (Approver.MANAGER, MANAGER, ADMIN),
        (Approver.EDITORS, EDITOR, LEADER),
        (Approver.PRIVACY_OFFICER, OFFICER, MANAGER),
        (Approver.ADMIN, ADMIN, SECOND),
        (Approver.ADMIN, SECOND, ADMIN),
        (Approver.SELF, ADMIN, ADMIN),
    ],
)
def test_the_sender_is_passed_over_for_the_next(role: Approver, sender: str, address: str) -> None:
    assert decides(role, sender) == address


def test_an_own_team_leader_is_passed_over() -> None:
    """Whoever stands in the directory as their own leader does not decide about themselves."""
    assert decides(Approver.TEAM_LEADER, TEACHER, person("1", TEACHER, "1", "1")) == ADMIN


def test_a_manager_nobody_named_is_the_team_leader() -> None:
    assert decides(Approver.MANAGER, TEACHER, person("1", TEACHER, "2"), person("2", LEADER)) == LEADER


@pytest.mark.parametrize("leader", ["", "99", "8"], ids=["unnamed", "unknown", "without-address"])
def test_a_leader_who_can_not_be_found_is_passed_over(leader: str) -> None:
    silent = Person(id="8", kind=Kind.STAFF)
    assert (
        decides(Approver.TEAM_LEADER, TEACHER, person("1", TEACHER, leader, "3"), person("3", MANAGER), silent)
        == MANAGER
    )


def test_an_administrator_in_capitals_is_still_the_sender() -> None:
    assert decides(Approver.ADMIN, ADMIN, admins=("ICT@School.Example", SECOND)) == SECOND


def test_an_officer_or_editors_nobody_named_are_passed_over() -> None:
    assert decides(Approver.PRIVACY_OFFICER, TEACHER, privacy_officer="") == LEADER
    assert decides(Approver.EDITORS, TEACHER, editors=()) == LEADER


def test_for_a_mailbox_and_for_nobody_known_the_administrator_decides() -> None:
    assert decides(Approver.TEAM_LEADER, "info@school.example") == ADMIN
    assert decides(Approver.TEAM_LEADER, None) == ADMIN
    assert decides(Approver.SELF, None) == ""


def test_where_nobody_is_known_nobody_is_named() -> None:
    assert decides(Approver.MANAGER, ADMIN, person("5", ADMIN), admins=(ADMIN,)) == ""
    assert decides(Approver.ADMIN, None, admins=()) == ""
    roster = Roster.build(SCHOOL, people=PEOPLE)
    assert resolve(roster, Identity(TEACHER, "gone", False, frozenset()), Approver.TEAM_LEADER) == ADMIN
