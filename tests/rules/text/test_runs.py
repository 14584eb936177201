"""Normalising, and the way back to the source."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text.runs import Text, normalise

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200d\u200e\u202a\u202e\u2060\u2066\ufe0f\ufeff\U000e0041\U000e0100"


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("gewoon", "gewoon"),
        ("é", "é"),
        ("jan＠ｋｌａｓ．ｔｅｓｔ", "jan@klas.test"),
        ("jan@klas．test", "jan@klas.test"),
        ("𝐣𝐚𝐧@klas.test", "jan@klas.test"),
        ("06–12−34", "06-12-34"),
        ("“jan”‘s", '"jan"\'s'),
        ("a\u00a0b\u2009c", "a b c"),
        ("a\u2028b", "a\nb"),
        ("e\u0301", "é"),
        ("\u0301a", "\u0301a"),
    ],
)
def test_text_is_written_one_way(source: str, plain: str) -> None:
    assert normalise(source).text == plain


@pytest.mark.parametrize("letter", INVISIBLE)
def test_what_cannot_be_seen_is_away(letter: str) -> None:
    assert normalise(letter.join("jan@klas.test")).text == "jan@klas.test"


def test_text_that_needs_nothing_is_given_as_it_is() -> None:
    assert normalise("ascii") == Text("ascii")
    assert normalise("café") == Text("café")


def test_a_span_leads_back_to_what_was_written() -> None:
    source = "Mail jan＠klas\u200b.test even"
    normal = normalise(source)
    start = normal.text.index("jan")
    begin, end = normal.source(start, start + len("jan@klas.test"))
    assert source[begin:end] == "jan＠klas\u200b.test"


def test_a_span_before_and_after_every_change_leads_back_exactly() -> None:
    source = "een \u00bd twee \u00bd drie"
    normal = normalise(source)
    for word in ("een", "twee", "drie"):
        start = normal.text.index(word)
        begin, end = normal.source(start, start + len(word))
        assert source[begin:end] == word


def test_a_span_that_ends_in_a_changed_run_counts_it_whole() -> None:
    normal = normalise("a\ufdfa")  # one letter that becomes eighteen
    assert normal.source(0, 3) == (0, 2)
    assert normal.source(3, 4) == (1, 2)


def test_a_plain_text_leads_to_itself() -> None:
    assert normalise("abc").source(1, 2) == (1, 2)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_normalises_with_spans_inside_the_source(source: str) -> None:
    normal = normalise(source)
    for start in range(0, len(normal.text), 7):
        begin, end = normal.source(start, min(start + 5, len(normal.text)))
        assert 0 <= begin <= end <= len(source)


@settings(max_examples=60, deadline=None)
@given(st.text("aé\u0301＠\u200b .", max_size=60))
def test_normalising_a_short_text_twice_changes_nothing_more(source: str) -> None:
    once = normalise(source).text
    assert normalise(once).text == once
    assert unicodedata.is_normalized("NFKC", once)
