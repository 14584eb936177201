"""What stands around a place in a text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from rules.text.context import LINES_MAX, Context, Words

TABLE = "Naam\tTelefoon\tKlas\nAnna\t0612345678\t3B\nBram\t0687654321\t3C\n"


def heading(text: str, value: str) -> str:
    return Context(text).heading(text.index(value))


def test_a_value_stands_under_the_heading_of_its_column() -> None:
    assert heading(TABLE, "0687654321") == "telefoon"
    assert heading(TABLE.replace("\t", " | "), "3C") == "klas"
    assert heading(TABLE.replace("\t", ";"), "Bram") == "naam"
    assert heading("Naam      Telefoon\nAnna      0612345678\n", "06") == "telefoon"


def test_a_list_stands_under_the_line_with_a_colon_above_it() -> None:
    assert heading("Beste,\n\nBSN van de groep:\n- 111\n- 222\n", "222") == "bsn van de groep"
    assert not heading("BSN van de groep:\n\n222\n", "222")
    assert not heading("222", "222")
    assert not heading("een\ntwee\ndrie", "drie")
    assert not heading(f"{'x' * 90}:\n222", "222")


def test_a_heading_is_looked_for_no_further_than_so_many_lines() -> None:
    assert not heading("Kop:\n" + "1\n" * LINES_MAX + "222\n", "222")
    assert heading("Kop:\n" + "1\n" * (LINES_MAX - 1) + "222\n", "222") == "kop"


def test_words_stand_before_or_behind_a_value() -> None:
    words = Words("bsn", "burger service nummer", "sofi*")
    for text in ("BSN 123", "burger-service nummer: 123", "123 (bsn)", "sofinummer 123", "mijn bsn\nis 123"):
        assert Context(text).near(words, text.index("123"), text.index("123") + 3)
    for text in ("bsnx 123", "123", "bsn" + "." * 80 + "123"):
        assert not Context(text).near(words, text.index("123"), text.index("123") + 3)


@given(st.text(alphabet="aİ\tB|;, \r\n:1", max_size=80), st.integers(0, 79))
def test_any_text_has_lines_and_headings(text: str, at: int) -> None:
    context = Context(text)
    assert len(context.folded) == len(text)
    at = min(at, len(text))
    start, end = context.line(at)
    assert 0 <= start <= end <= len(text)
    assert "\n" not in text[start:end]
    assert isinstance(context.heading(at), str)


@given(st.text(alphabet="aé٣ 0129-\n", max_size=80))
def test_numbers_begin_where_a_run_of_digits_begins(text: str) -> None:
    assert Context(text).numbers == [run.start() for run in re.finditer("[0-9]+", text)]


@given(st.text(alphabet="a\r\n\x0b\u2028", max_size=40))
def test_a_line_ends_with_cr_lf_or_both(text: str) -> None:
    assert Context(text).lines == [0, *(found.end() for found in re.finditer("\r?\n|\r", text))]


@given(st.text(alphabet="aé٣ 0129-\n\ud800", max_size=80))
def test_digits_are_the_runs_of_0_to_9(text: str) -> None:
    context = Context(text)
    assert context.digits == [run.span() for run in re.finditer("[0-9]+", text)]
    assert context.digits is context.digits
    assert context.numbers is context.numbers


@given(st.text())
def test_flat_is_letter_for_letter_and_has_no_line_end(text: str) -> None:
    context = Context(text)
    assert len(context.flat) == len(context.folded) == len(text)
    assert not set(context.flat) & set("\r\n\t")
    assert Context("Een\tTwee\r\nDrie").flat == "een twee  drie"


def test_what_is_worked_out_once_is_kept_for_all() -> None:
    asked = []

    def count(context: Context) -> int:
        asked.append(context)
        return len(context.text)

    context = Context("abc")
    assert (context.kept(count), context.kept(count)) == (3, 3)
    assert asked == [context]
    assert context.names == ()
    assert Context("Jan", ((0, 3),)).names == ((0, 3),)


def test_a_column_is_told_from_a_list() -> None:
    context = Context(TABLE)
    assert context.column(TABLE.index("0687654321")) == "telefoon"
    assert context.column(TABLE.index("Telefoon")) is None
    assert Context("Kop:\n222").column(5) is None
    assert Context("a;b\n" + "x" * 3000 + ";222").column(3006) is None


def test_rows_of_another_width_end_a_table() -> None:
    text = "a;b;c\nx;1\ny;2\n"
    assert Context(text).column(text.index("2")) == "1"
    assert not Context("1\r\n\r\n2").heading(5)


def test_many_questions_of_a_long_table_take_no_longer_each() -> None:
    text = "Naam;Telefoon\n" + "jan;0612345678\n" * 20_000
    context = Context(text)
    assert {context.column(start) for start, _ in context.digits} == {"telefoon"}
    assert {context.heading(start) for start, _ in context.digits} == {"telefoon"}
