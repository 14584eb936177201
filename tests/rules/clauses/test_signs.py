"""Forwarded by a rule, a recall, a label: stricter outside, nothing inside, never milder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.explain import block_sentence
from rules.verdict import Action, Approver
from tests.support.small_school import (
    ANNA,
    BERT,
    CEES,
    CONFIDANT,
    EVA,
    MENTOR,
    PUPIL,
    SUPPLIER,
    TEACHER,
    judge,
    judged,
    mail,
    rules_of,
    shipped,
)  # fmt: skip

FORWARDED = "X-MS-Exchange-Organization-AutoForwarded: true\n"
RECALL = "Content-Class: IPM.Outlook.Recall\n"
GUID = "MSIP_Label_2096f6a2"


def labelled(name: str) -> str:
    return f"msip_labels: {GUID}_Enabled=true; {GUID}_Name={name}\n"


@pytest.mark.parametrize(("lines", "rule"), [(FORWARDED, "auto_forward"), (RECALL, "recall")])
def test_outside_it_is_refused_and_inside_it_passes(lines: str, rule: str) -> None:
    for to in (ANNA, SUPPLIER):
        verdict = judged(mail(to, lines=lines), to)
        assert (verdict.action, verdict.approver, verdict.envelope) == (Action.BLOCK, None, ())
        assert (None, rule, rule) in rules_of(verdict)
    assert judged(mail(f"{TEACHER}, {ANNA}", lines=lines), TEACHER, ANNA).action is Action.BLOCK
    for to in (TEACHER, PUPIL):
        assert not judged(mail(to, lines=lines), to).findings


def test_whoever_recalls_is_told_to_report_a_leak() -> None:
    verdict = judged(mail(ANNA, lines=RECALL), ANNA)
    assert "report a data leak" in block_sentence(verdict)[1]
    assert "datalek" in block_sentence(verdict, "nl")[1]


@pytest.mark.parametrize(
    "name",
    [
        "Vertrouwelijk",
        "Zeer vertrouwelijk",
        "Vertrouwelijke gegevens",
        "Highly Confidential\\All",
        "GEHEIM",
        "Top secret",
    ],
)
def test_a_confidential_label_on_a_list_is_confirmed_by_the_sender(name: str) -> None:
    verdict = judged(mail(f"{SUPPLIER}, x@boeken.example", lines=labelled(name)), SUPPLIER, "x@boeken.example")
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.SELF)
    assert rules_of(verdict) == [(None, "label", "label")]
    assert dict(verdict.findings[0].params) == {"count": "2"}


@pytest.mark.parametrize(
    "name",
    ["Algemeen", "Niet vertrouwelijk", "Non-Confidential", "niet_geheim", "Secretariaat", "Onvertrouwelijkx", ""],
)
def test_another_label_asks_for_nothing(name: str) -> None:
    assert not judged(mail(SUPPLIER, lines=labelled(name)), SUPPLIER, "x@boeken.example").findings


def test_one_reader_is_no_list() -> None:
    label = labelled("Vertrouwelijk")
    for others in (
        (SUPPLIER,),
        (SUPPLIER, TEACHER),
        (SUPPLIER, SUPPLIER.replace("@", "+boek@")),
        (ANNA, PUPIL),
        (TEACHER, MENTOR),
    ):
        assert "label" not in {rule for _, rule, _ in rules_of(judged(mail(MENTOR, lines=label), *others))}


def test_a_label_never_lowers_what_another_clause_asks() -> None:
    label = labelled("Vertrouwelijk")
    strict = judged(mail(SUPPLIER, f"Ouders: {ANNA}, {CEES}", lines=label), SUPPLIER, "x@boeken.example")
    assert (strict.action, strict.approver) == (Action.HOLD, Approver.TEAM_LEADER)
    assert {"label", "third_party"} <= {rule for _, rule, _ in rules_of(strict)}
    repaired = judged(mail(f"{ANNA}, {CEES}", lines=label), ANNA, CEES)
    assert repaired.action is Action.HOLD
    assert repaired.fixed
    harmless = labelled("Openbaar")
    assert judged(mail(f"{ANNA}, {CEES}", lines=harmless), ANNA, CEES).action is Action.FIX


def test_the_words_of_a_label_are_the_school_s() -> None:
    other = judge(replace(shipped(), confidential_labels=frozenset({"rood"})))
    none = judge(replace(shipped(), confidential_labels=frozenset()))
    assert judged(mail(SUPPLIER, lines=labelled("Rood")), SUPPLIER, "x@y.example", by=other).action is Action.HOLD
    assert (
        judged(mail(SUPPLIER, lines=labelled("Vertrouwelijk")), SUPPLIER, "x@y.example", by=other).action is Action.PASS
    )
    assert (
        judged(mail(SUPPLIER, lines=labelled("Vertrouwelijk")), SUPPLIER, "x@y.example", by=none).action is Action.PASS
    )


def test_a_protected_office_is_not_read_for_labels_and_recalls_but_never_forwards_by_a_rule() -> None:
    for lines in (labelled("Vertrouwelijk"), RECALL):
        verdict = judged(mail(CONFIDANT, lines=lines, sender=CONFIDANT), SUPPLIER, "x@y.example", sender=CONFIDANT)
        assert not verdict.findings
    assert judged(mail(ANNA, lines=FORWARDED, sender=CONFIDANT), ANNA, sender=CONFIDANT).action is Action.BLOCK


@pytest.mark.parametrize("lines", [FORWARDED, RECALL, labelled("Geheim")])
def test_a_school_that_only_observes_observes_these_too(lines: str) -> None:
    verdict = judged(mail(MENTOR, lines=lines), ANNA, BERT, EVA, by=judge(shipped().observed()))
    assert verdict.action is Action.PASS
    found = {finding.rule: finding.would_be for finding in verdict.findings}
    assert {found.get("auto_forward"), found.get("recall"), found.get("label")} & {Action.BLOCK, Action.HOLD}
