"""Where a letter of an attachment stood, as a person would say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.case import Extract, column_letters

LIST = "Naam\tTelefoon\nAnna Zilver\t06-11112222\tBuiten de kop"


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        (LIST, "06-", "part 2: sheet 1, column Telefoon"),
        (LIST, "Anna", "part 2: sheet 1, column Naam"),
        (LIST, "Buiten", "part 2: sheet 1, column E"),
        (LIST, "Telefoon", "part 2: sheet 1, column D"),
        ("Anna Zilver\t06-11112222\nBas Goud\t06-22223333", "06-2", "part 2: sheet 1, column D"),
        (f"{'lang ' * 20}\tTelefoon\nAnna\t06-1", "Anna", "part 2: sheet 1, column C"),
        ("\tTelefoon\nAnna\t06-1", "Anna", "part 2: sheet 1, column C"),
        ("a@b.example\tTelefoon\nAnna\t06-1", "06-1", "part 2: sheet 1, column D"),
    ],
)
def test_a_value_in_a_table_is_named_by_its_heading_and_never_by_another_value(
    text: str, word: str, place: str
) -> None:
    table = Extract("part 2: sheet 1", text, table=True, first_column=2)
    assert table.place(text.index(word)) == place


def test_a_text_has_one_place() -> None:
    assert Extract("part 2: page 3", "a\tb\nc\td").place(5) == "part 2: page 3"


@pytest.mark.parametrize(
    ("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_columns_are_named_as_spreadsheets_do(number: int, letters: str) -> None:
    assert column_letters(number) == letters


@given(st.text(), st.integers(0, 400), st.integers(0, 20_000))
def test_any_place_in_any_text_has_a_name(text: str, at: int, first: int) -> None:
    assert Extract("part 2", text, table=True, first_column=first).place(at).startswith("part 2, column ")
