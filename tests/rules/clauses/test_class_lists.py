"""C18: a mentor writes to the own class; a teacher of it is advised; nobody else writes to several families."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.case import Facts, Identity
from rules.clauses.addressing import class_lists
from rules.people import Person
from rules.verdict import Action, Approver
from tests.support.small_school import (
    ANNA,
    BANNED,
    BERT,
    CEES,
    CONFIDANT,
    DIRK,
    EVA,
    FRED,
    LEADER,
    MENTOR,
    NOW,
    OFFICE,
    PEOPLE,
    PUPIL,
    SECRET,
    SUPPLIER,
    TEACHER,
    case,
    granted,
    judge,
    judged,
    mail,
    policy,
    roster,
    rules_of,
    scene,
    shipped,
)  # fmt: skip


def said(sender: str, *recipients: str, **registers: object) -> list[str]:
    raw = mail(sender, sender=sender)
    findings, _ = class_lists(
        scene(raw, *recipients, sender=sender, people=roster(**registers)), shipped().clauses["C18"]
    )
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("recipients", [(ANNA, CEES), (ANNA, BERT, CEES, DIRK, SUPPLIER, TEACHER), (ANNA, CEES, EVA)])
def test_a_mentor_writes_to_the_own_class(recipients: tuple[str, ...]) -> None:
    assert said(MENTOR, *recipients) == []


def test_a_mentor_who_teaches_another_class_is_advised_there() -> None:
    assert said(MENTOR, EVA, FRED) == ["not_mentor"]
    assert said(MENTOR, ANNA, EVA, FRED) == ["not_mentor"]


def test_a_teacher_of_the_class_is_advised() -> None:
    verdict = judged(mail(TEACHER, sender=TEACHER), EVA, FRED, sender=TEACHER)
    assert verdict.action is Action.COACH
    assert rules_of(verdict) == [("C18", "not_mentor", "not_mentor")]
    assert verdict.archived


def test_whoever_has_no_link_with_two_families_is_held_by_the_team_leader() -> None:
    verdict = judged(mail(TEACHER, sender=TEACHER), ANNA, CEES, sender=TEACHER)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.TEAM_LEADER)
    assert ("C18", "no_link", "no_link") in rules_of(verdict)


@pytest.mark.parametrize(
    "recipients",
    [(ANNA,), (ANNA, BERT), (ANNA, BERT, BANNED), (CEES, DIRK), (ANNA, PUPIL), (ANNA, SUPPLIER, MENTOR), (ANNA, EVA)],
)
def test_one_family_is_no_class_however_many_of_it_are_written_to(recipients: tuple[str, ...]) -> None:
    assert said(TEACHER, *recipients) == []


def test_a_household_with_children_in_two_classes_is_one_family() -> None:
    both = replace(next(p for p in PEOPLE if p.id == "P1"), student_ids=("101", "104"))
    people = tuple(both if p.id == "P1" else p for p in PEOPLE)
    assert said(TEACHER, ANNA, BERT, people=people) == []
    assert said(TEACHER, ANNA, BERT, FRED, people=people) == []
    assert said(MENTOR, ANNA, FRED, people=people) == []


def test_nobody_is_judged_by_what_is_not_known() -> None:
    assert said(LEADER, ANNA, CEES) == []
    assert said(OFFICE, ANNA, CEES) == []
    assert said("vreemd@school.example", ANNA, CEES) == []


def test_a_protected_sender_is_not_judged() -> None:
    teaching = Person(
        id="M4", kind=PEOPLE[0].kind, emails=(CONFIDANT,), roles=frozenset({"beschermd"}), teaches=("4A",)
    )
    assert said(CONFIDANT, ANNA, CEES, people=(*PEOPLE, teaching)) == []


@pytest.mark.parametrize("scope", ["C18:3B", "C18:3b", "C18"])
def test_a_grant_stands_for_being_the_mentor(scope: str) -> None:
    assert said(TEACHER, ANNA, CEES, delegations=(granted(scope),)) == []


def test_a_grant_for_the_clause_covers_every_class() -> None:
    assert said(TEACHER, ANNA, CEES, EVA, FRED, delegations=(granted("C18"),)) == []
    assert said(TEACHER, ANNA, CEES, EVA, FRED, delegations=(granted("C18:3B"),)) == ["not_mentor"]


@pytest.mark.parametrize(
    "grant",
    [
        granted("C18:4A"),
        granted("C18", to="M3"),
        granted("C36"),
        granted(f"mailbox:{OFFICE}"),
        granted("C18", last=NOW.date() - timedelta(days=1)),
        granted("C18", first=NOW.date() + timedelta(days=1)),
    ],
)
def test_a_grant_of_another_kind_person_or_time_is_none(grant: object) -> None:
    assert said(TEACHER, ANNA, CEES, delegations=(grant,)) == ["no_link"]


def test_a_grant_holds_on_its_first_and_last_day() -> None:
    today = NOW.date()
    assert said(TEACHER, ANNA, CEES, delegations=(granted("C18", first=today, last=today),)) == []
    assert today == date(2026, 11, 16)


def test_a_pupil_without_a_class_is_linked_to_nobody() -> None:
    people = tuple(replace(p, class_name="") if p.id in {"101", "102"} else p for p in PEOPLE)
    assert said(MENTOR, ANNA, CEES, people=people) == ["no_link"]


def test_the_policy_says_how_many_families_and_how_strong_and_who_decides() -> None:
    three = judge(policy({"C18": {"families_min": 3}}))
    assert judged(mail(TEACHER, sender=TEACHER), ANNA, CEES, sender=TEACHER, by=three).action is Action.PASS
    quiet = judge(policy({"C18": {"action": Action.PASS}}))
    assert judged(mail(TEACHER, sender=TEACHER), EVA, FRED, sender=TEACHER, by=quiet).action is Action.PASS
    other = judge(policy({"C18": {"approver": Approver.MANAGER}}))
    assert judged(mail(TEACHER, sender=TEACHER), ANNA, CEES, sender=TEACHER, by=other).approver is Approver.MANAGER


def test_the_identity_counts_and_not_the_name_in_from() -> None:
    raw = mail(OFFICE, sender=OFFICE)
    teacher = Identity(TEACHER, "M2", function=False, roles=frozenset())
    people = roster(delegations=(granted(f"mailbox:{OFFICE}"),))
    verdict = judge(people=people).judge(case(raw, ANNA, CEES, sender=OFFICE), Facts(now=NOW, identity=teacher))
    assert ("C18", "no_link", "no_link") in rules_of(verdict)
    assert said(TEACHER, SECRET, EVA) == ["not_mentor"]


def test_a_delegate_s_links_and_those_of_whom_they_write_for_count_together() -> None:
    stead = roster(delegations=(granted(f"mailbox:{MENTOR}"),))

    def rules(author: str, *recipients: str) -> list[str]:
        at = scene(mail(author, sender=author), *recipients, sender=TEACHER, people=stead)
        return [finding.rule for finding in class_lists(at, shipped().clauses["C18"])[0]]

    assert rules(TEACHER, ANNA, CEES) == ["no_link"]
    assert rules(MENTOR, ANNA, CEES) == []
    assert rules(MENTOR, EVA, FRED) == ["not_mentor"]


def test_whoever_has_left_lends_nobody_a_link() -> None:
    gone = tuple(replace(p, valid_until=NOW.date() - timedelta(days=1)) if p.id == "M1" else p for p in PEOPLE)
    stead = roster(people=gone, delegations=(granted(f"mailbox:{MENTOR}"),))
    at = scene(mail(MENTOR), ANNA, CEES, sender=TEACHER, people=stead)
    assert [finding.rule for finding in class_lists(at, shipped().clauses["C18"])[0]] == ["no_link"]
