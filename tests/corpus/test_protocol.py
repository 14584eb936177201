"""Every clause a gateway can check, case by case: hits, near misses, exceptions, both languages, quotes, denials."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.protocol import FOLDER, judged, load
from tests.support.small_school import WAYS

CASES = load()
# What the cases of a clause must show besides hits.
KINDS = {"hit", "near", "english", "quoted", "denied"}
CASES_MIN = 12
GROUPS: dict[str, dict[str, Any]] = {
    "C36": {"to": ["drukker"], "clauses": {"C36", "C37"}},
    "C37": {"to": ["boekhandel"], "clauses": {"C36", "C37"}},
    "K": {"to": ["collega"], "bcc": ["teamleider"], "clauses": {"C32"}},
    "N": {"to": ["families 1A 5"], "own": True, "clauses": {"C14"}},
}
LINES = [
    (group, sign == "+", text)
    for line in (FOLDER / "wording.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
    for head, _, text in [line.partition("|")]
    for group, sign in [(head[:-1], head[-1])]
]


def test_every_clause_of_these_families_has_its_cases() -> None:
    assert set(CASES) == set(WAYS)
    for clause, cases in CASES.items():
        assert len(cases) >= CASES_MIN, clause
        assert KINDS - {"quoted", "denied"} <= {case["seen"] for case in cases}, clause


@pytest.mark.parametrize(
    ("clause", "case"),
    [
        pytest.param(clause, case, id=f"{clause}-{number}")
        for clause in CASES
        for number, case in enumerate(CASES[clause])
    ],
)
def test_a_clause_speaks_where_it_should_and_nowhere_else(clause: str, case: dict[str, Any]) -> None:
    verdict = judged(case)
    assert (clause in {finding.clause for finding in verdict.findings}) is case["hit"]
    outcome = verdict.action.name.lower()
    if verdict.approver is not None:
        outcome += f":{verdict.approver.label}"
    assert outcome in case.get("expect", [outcome])


@pytest.mark.parametrize(("group", "speaks", "text"), LINES)
def test_one_line_is_understood(group: str, speaks: bool, text: str) -> None:
    case = {"by": "docent", "subject": "RE: vraag", "text": text + "\n", **GROUPS[group]}
    found = {finding.clause for finding in judged(case).findings}
    assert bool(found & GROUPS[group]["clauses"]) is speaks
