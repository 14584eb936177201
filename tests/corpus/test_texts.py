"""Private data in labelled texts: the figures are printed at the end of the run, and may not fall under what was reached.

A floor is raised when a detector got better, never lowered to let a change in. Of the blind half nobody sees more than the figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from rules.scan import DETECTORS
from rules.text.hits import KINDS
from tests.corpus.label import labelled, texts
from tests.corpus.scoring import (
    HALVES,
    Score,
    Scores,
    Span,
    counts,
    overlap,
    read,
    scanner,
    score,
    share,
    table,
    wilson,
)

# Half -> kind -> precision and recall reached at high confidence. A kind that nothing looks for yet has no line.
FLOORS: dict[str, dict[str, tuple[float, float]]] = {
    "open": {
        "iban": (1.0, 1.0),
        "bsn": (1.0, 1.0),
        "education_number": (1.0, 0.85),
        "id_document": (1.0, 0.91),
        "email_address": (1.0, 1.0),
        "phone": (1.0, 0.92),
        "student_number": (1.0, 0.93),
        "birth_date": (1.0, 0.99),
        "home_address": (0.97, 0.94),
        "credentials": (0.98, 0.97),
        "grades": (1.0, 0.89),
        "health": (0.98, 0.91),
    },
    "blind": {
        "iban": (1.0, 1.0),
        "bsn": (1.0, 0.93),
        "education_number": (1.0, 0.92),
        "id_document": (0.95, 0.8),
        "email_address": (0.96, 0.96),
        "phone": (0.94, 0.93),
        "student_number": (0.98, 0.86),
        "birth_date": (0.98, 0.78),
        "home_address": (0.96, 0.76),
        "credentials": (0.88, 0.8),
        "grades": (0.93, 0.84),
        "health": (0.97, 0.86),
    },
    "examples": {
        "iban": (1.0, 1.0),
        "bsn": (1.0, 1.0),
        "education_number": (1.0, 1.0),
        "id_document": (1.0, 1.0),
        "email_address": (1.0, 1.0),
        "phone": (1.0, 1.0),
        "student_number": (1.0, 1.0),
        "birth_date": (1.0, 1.0),
        "home_address": (1.0, 1.0),
        "credentials": (1.0, 1.0),
        "grades": (1.0, 1.0),
        "health": (1.0, 1.0),
    },
}
# Half -> share of innocent texts with any finding, at most.
ACCUSED = {"open": 0.009, "blind": 0.039, "examples": 0.0}


@pytest.fixture(scope="module")
def measured() -> dict[str, Scores]:
    find = scanner()
    return {name: score(read(paths), find) for name, paths in HALVES.items()}


@pytest.mark.parametrize("half", sorted(HALVES))
def test_private_data_are_found_as_well_as_they_were(
    half: str, measured: dict[str, Scores], record_property: Callable[[str, object], None]
) -> None:
    scores = measured[half]
    record_property("table", table(half, scores, KINDS))
    for kind, (precision, recall) in FLOORS[half].items():
        one = scores.of(kind)
        assert one.precision >= precision, (kind, one.right, one.wrong)
        assert one.recall >= recall, (kind, one.found, one.labels)
    assert scores.accused <= ACCUSED[half] * scores.innocent


def test_every_floor_is_of_a_kind_that_is_looked_for() -> None:
    assert {kind for floors in FLOORS.values() for kind in floors} <= set(DETECTORS)


@pytest.mark.parametrize("half", sorted(HALVES))
def test_every_text_is_labelled_as_the_rules_say(half: str) -> None:
    """Says which lines are wrong, and nothing of what is in them."""
    wrong, seen = [], set()
    for path in HALVES[half]:
        for number, one in enumerate(read([path]), 1):
            labels = one["labels"]
            fits = all(
                label["kind"] in KINDS and one["text"][label["start"] : label["end"]] == label["value"] != ""
                for label in labels
            )
            if (
                not fits
                or one["id"] in seen
                or one["lang"] not in {"nl", "en", "mixed"}
                or one["clean"] == bool(labels)
            ):
                wrong.append(f"{path.name}:{number}")
            seen.add(one["id"])
    assert not wrong
    assert seen


# the scorer

TEXT = "bel 0612345678 of mail jan@x.nl, hij heeft astma"


def one(*labels: tuple[str, int, int], ambiguous: bool = False, text: str = TEXT) -> dict:
    each = [{"kind": kind, "start": start, "end": end, "value": text[start:end]} for kind, start, end in labels]
    return {"id": "x", "text": text, "labels": [{**label, "ambiguous": True} if ambiguous else label for label in each]}


def test_a_finding_counts_when_kind_is_equal_and_spans_overlap() -> None:
    (label,) = one(("phone", 4, 14))["labels"]
    assert counts(Span("phone", 13, 20), label)
    assert not counts(Span("phone", 14, 20), label)
    assert not counts(Span("phone", 0, 4), label)
    assert not counts(Span("bsn", 4, 14), label)


def test_a_finding_far_longer_than_the_label_does_not_count() -> None:
    (label,) = one(("phone", 4, 14))["labels"]
    assert counts(Span("phone", 4, 54), label)
    assert not counts(Span("phone", 4, 55), label)
    assert overlap(Span("phone", 4, 55), label)
    (phrase,) = one(("health", 42, 47))["labels"]
    assert counts(Span("health", 0, 205), phrase)
    assert not counts(Span("health", 0, 206), phrase)


def test_labels_and_findings_are_counted_each_for_itself() -> None:
    findings = [Span("phone", 4, 9), Span("phone", 9, 14), Span("bsn", 4, 14)]
    scores = score([one(("phone", 4, 14), ("email_address", 23, 31))], lambda _: findings)
    assert scores.of("phone") == Score(labels=1, found=1, right=2, wrong=0)
    assert scores.of("email_address") == Score(labels=1)
    assert scores.of("bsn") == Score(wrong=1)
    assert (scores.of("phone").precision, scores.of("email_address").recall) == (1.0, 0.0)
    assert math.isnan(scores.of("email_address").precision)
    assert math.isnan(scores.of("bsn").recall)
    assert scores.over(["phone", "bsn"]) == Score(labels=1, found=1, right=2, wrong=1)
    assert len(scores.errors) == 2


def test_what_overlaps_an_ambiguous_label_counts_neither_way() -> None:
    scores = score([one(("health", 42, 47), ambiguous=True)], lambda _: [Span("health", 40, 47), Span("health", 0, 3)])
    assert scores.of("health") == Score(wrong=1)
    assert scores.innocent == 0


def test_an_innocent_text_with_any_finding_is_counted_once() -> None:
    scores = score([one(), one()], lambda text: [Span("phone", 0, 3), Span("bsn", 0, 3)])
    assert (scores.texts, scores.innocent, scores.accused) == (2, 2, 2)
    assert "innocent with a finding: 2 of 100.0 % (34.2-100.0)" in table("x", scores, ["phone"])


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilson_s(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)


def test_nothing_has_no_share() -> None:
    assert share(0, 0) == "-"
    assert share(1, 2) == " 50.0 % (9.5-90.5)"


def test_marks_become_labels() -> None:
    text, labels = labelled("bel ⟦phone:06⟧ of ⟦?health:astma⟧.")
    assert text == "bel 06 of astma."
    assert labels == [
        {"kind": "phone", "start": 4, "end": 6, "value": "06"},
        {"kind": "health", "start": 10, "end": 15, "value": "astma", "ambiguous": True},
    ]
    first, second = texts("nl a\\nb ⟦bsn:1⟧\n# waarom\n\n\nen c", "t")
    assert (first["id"], first["text"], first["note"], first["clean"]) == ("t001", "a\nb 1", "waarom", False)
    assert (second["lang"], second["labels"], second["clean"]) == ("en", [], True)


def test_without_low_only_sure_findings_are_scored() -> None:
    text = "info@museum.example"
    assert not scanner()(text)
    assert scanner(low=True)(text) == [Span("email_address", 0, len(text))]
