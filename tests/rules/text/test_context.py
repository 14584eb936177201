"""What stands around a place in a text."""

from __future__ import annotations

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
