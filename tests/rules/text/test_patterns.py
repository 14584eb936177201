"""Patterns and words of a school's own: found in linear time, or refused when they are made."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.patterns import FOUND_MAX, PATTERN_LETTERS_MAX, WORDS_MAX, OwnPattern, PatternError


def by_pattern(pattern: str, text: str, *, match_case: bool = False) -> list[str]:
    made = OwnPattern.of_pattern("own", HIGH, pattern, match_case=match_case)
    return values(made, text)


def by_words(words: list[str], text: str, *, match_case: bool = False) -> list[str]:
    return values(OwnPattern.of_words("own", LOW, words, match_case=match_case), text)


def values(made: OwnPattern, text: str) -> list[str]:
    hits = made.find(Context(text))
    assert all(text[hit.start : hit.end] == hit.value for hit in hits)
    return [hit.value for hit in hits]


def test_a_pattern_is_found_as_re2_reads_it() -> None:
    assert by_pattern(r"PRJ-\d{4}", "prj-1234 en PRJ-5678, PRJ-12") == ["prj-1234", "PRJ-5678"]
    assert by_pattern(r"PRJ-\d{4}", "prj-1234 PRJ-5678", match_case=True) == ["PRJ-5678"]
    assert by_pattern("a|b", "xaxbx") == ["a", "b"]


def test_places_are_letters_not_bytes() -> None:
    text = "ééé PRJ-1234 €€ 😀 PRJ-5678 ü"
    made = OwnPattern.of_pattern("own", HIGH, r"PRJ-\d{4}")
    assert made.find(Context(text)) == (Hit(4, 12, "PRJ-1234", HIGH), Hit(18, 26, "PRJ-5678", HIGH))


def test_words_are_whole_words_and_a_blank_is_any_white_space() -> None:
    text = "Zonnebloem, zonnebloemen; het project\n zonnebloem (ZONNEBLOEM) én zonnebloemé zonnebloem"
    assert by_words(["zonnebloem"], text) == ["Zonnebloem", "zonnebloem", "ZONNEBLOEM", "zonnebloem"]
    assert by_words(["project zonnebloem"], text) == ["project\n zonnebloem"]
    assert by_words(["zonnebloem*"], text)[1] == "zonnebloemen"
    assert by_words(["zonnebloem", "project zonnebloem"], text)[1] == "project\n zonnebloem"
    assert by_words(["Zonnebloem"], text, match_case=True) == ["Zonnebloem"]
    assert by_words(["a.b", "(c)"], "a.b axb (c) a.b a.b") == ["a.b", "(c)", "a.b", "a.b"]
    assert by_words(["één"], "een één") == ["één"]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(a)\1", "can't be used"), (r"(?=a)b", "can't be used"), ("(", "can't be used"), ("x{1000}{1000}", "can't be used"),
        ("a*", "matches where there is nothing"), ("", "matches where there is nothing"),
        ("a" * (PATTERN_LETTERS_MAX + 1), "is longer than 2000 letters"),
    ],
)  # fmt: skip
def test_what_would_be_slow_or_found_everywhere_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(PatternError, match=said):
        OwnPattern.of_pattern("own", HIGH, pattern)


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "has no words"), ([" "], "has no words"), (["a", "*"], "is no word"), (["a"] * (WORDS_MAX + 1), "more than")],
)
def test_what_is_no_list_of_words_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(PatternError, match=said):
        OwnPattern.of_words("own", HIGH, words)


def test_a_place_between_letters_is_no_value() -> None:
    assert not by_pattern(r"\b", "een twee")


def test_of_one_kind_so_many_are_told_of_a_text() -> None:
    assert len(by_pattern("a", "a " * 1000)) == FOUND_MAX


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for made in (OwnPattern.of_pattern("own", HIGH, "[a-z]+.?"), OwnPattern.of_words("own", HIGH, ["a", "é*", "b c"])):
        hits = made.find(Context(text))
        assert all(text[hit.start : hit.end] == hit.value != "" for hit in hits)
        assert list(hits) == sorted(hits, key=lambda hit: hit.start)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)+$", "a.*b|a", "(x+x+)+y"])
def test_no_pattern_hangs_a_scan(pattern: str) -> None:
    made = OwnPattern.of_pattern("own", HIGH, pattern)
    start = time.process_time()
    made.find(Context("a" * 200_000 + "x" * 200_000))
    assert time.process_time() - start < 5


def test_a_long_list_of_words_is_one_look() -> None:
    made = OwnPattern.of_words("own", HIGH, [f"woord{number}" for number in range(WORDS_MAX)])
    text = "er staat hier niets van belang " * 3_000 + "woord4999"
    start = time.process_time()
    assert values(made, text) == ["woord4999"]
    assert time.process_time() - start < 2
