"""Corners of the clauses about ways and agreements that a written case does not reach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.case import Case, Extract
from rules.clauses.written import Written, own_words
from rules.judge import Judge
from rules.message import Envelope, parse
from rules.people import Kind, Person
from rules.verdict import Verdict
from tests.support.small_school import (
    ANNA,
    LEADER,
    MENTOR,
    PEOPLE,
    PUPIL,
    SUPPLIER,
    TEACHER,
    facts,
    judge,
    judged,
    mail,
    policy,
    roster,
    scene,
)  # fmt: skip

COMPLAINT = "De moeder heeft een klacht ingediend over de toets."


def clauses(verdict: Verdict) -> set[str | None]:
    return {finding.clause for finding in verdict.findings}


def why(verdict: Verdict, clause: str) -> str:
    return next(one.why for one in verdict.looked if one.clause == clause)


def test_while_the_elo_is_out_of_order_pupils_are_reached_by_mail() -> None:
    assert clauses(judged(mail(PUPIL), PUPIL, by=judge())) == {"C5"}
    out = judged(mail(PUPIL), PUPIL, by=judge(policy({"C5": {"elo_out": True}})))
    assert (clauses(out), why(out, "C5")) == (set(), "elo_out")


def _with_file(by: Judge, text: str) -> Verdict:
    raw = parse(mail(SUPPLIER, "Zie bijlage.", sender=MENTOR))
    case = Case(raw, (Envelope(MENTOR, (SUPPLIER,)),), (Extract("part 2", text),))
    return by.judge(case, facts(by.roster.identify(MENTOR)))


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Offerte 12. Voor akkoord: T. Eacher", "C36"),
        ("Inschrijfformulier studiedag", "C37"),
        ("Lesbrief over sterren", None),
    ],
)
def test_what_a_file_says_of_itself_counts(text: str, clause: str | None) -> None:
    found = clauses(_with_file(judge(), text))
    assert found == ({clause} if clause else set())


def test_a_complaint_about_nobody_known_or_a_class_nobody_teaches_has_no_team() -> None:
    by = judge()
    raw = mail(TEACHER, COMPLAINT, lines=f"Cc: {LEADER}\n")
    assert why(judged(raw, TEACHER, LEADER, by=by), "C31") == "concerned_only"
    pupil = Person(id="199", kind=Kind.PUPIL, class_name="9Z", emails=("199@leerling.school.example",))
    parent = Person(id="P99", kind=Kind.PARENT, emails=("zoë@ziggo.example",), student_ids=("199",))
    lonely = replace(parent, emails=("zoe@ziggo.example",))
    by = judge(people=roster(people=(*PEOPLE, pupil, lonely)))
    raw = mail("zoe@ziggo.example", COMPLAINT, lines=f"Cc: {LEADER}\n")
    assert why(judged(raw, "zoe@ziggo.example", LEADER, by=by), "C31") == "concerned_only"


def test_what_is_quoted_and_worded_is_read_once() -> None:
    quoting = mail(ANNA, "Dank.\n\nOp 3 mei schreef Anna:\n> Hoe laat?")
    words: Written = scene(quoting, ANNA).written
    assert words.quoted is words.quoted
    assert "Hoe laat?" in words.quoted.text
    assert own_words(parse(quoting)) == ("Dank.", ())
    assert own_words(parse(mail(ANNA, ""))) == ("", ())


def test_advice_about_copies_is_silent_where_it_came_today() -> None:
    by = judge()
    case = Case(parse(mail(TEACHER)), (Envelope(MENTOR, (TEACHER,)),))
    told = replace(facts(by.roster.identify(MENTOR)), told=frozenset({"C28"}))
    assert why(by.judge(case, told), "C28") == "told_today"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("De foto's staan op instagram.com/hetdorp.", ""),
        ('<p>De foto\'s staan <a href="https://www.instagram.com/hetdorp">hier</a>.</p>', "text/html; charset=utf-8"),
    ],
)
def test_a_link_to_a_profile_is_no_invitation(body: str, kind: str) -> None:
    assert "C8" not in clauses(judged(mail(PUPIL, body, kind=kind), PUPIL, by=judge()))
