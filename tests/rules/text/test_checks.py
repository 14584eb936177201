"""Check sums and runs of nine digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text.checks import eleven, mod97, mrz_digit, nines
from rules.text.context import Context

NINE = st.text(alphabet="0123456789", min_size=9, max_size=9)


def test_known_numbers_prove_themselves() -> None:
    """domain.md 6, and the specimen of ICAO 9303 part 4."""
    assert [eleven(number) for number in ("111222333", "123456782", "201700001", "101222331")] == [0, 0, 0, 5]
    assert eleven("111252333")
    assert [mod97(number) for number in ("NL91ABNA0417164300", "NL20INGB0001234567", "NL02ABNA0123456789")] == [1, 1, 1]
    assert mod97("NL91ABNA0417164301") != 1
    assert [mrz_digit(field) for field in ("L898902C3", "740812", "120415", "ZE184226B<<<<<")] == ["6", "2", "9", "1"]


@given(NINE, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_shows(number: str, place: int, by: int) -> None:
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert eleven(wrong) != eleven(number)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("123456782", [("123456782", True)]),
        ("123 456 782", [("123456782", True)]),
        ("1234.56.782", [("123456782", True)]),
        ("12 34 56 78 2", [("123456782", False)]),
        ("12345678", [("12345678", True)]),
        ("06 12 34 56 78", [("06123456", False), ("12345678", False)]),
        ("1234567", []),
        ("1234567890", []),
        ("1234 567890", []),
        ("€ 123456782", []),
        ("+123456782", []),
        ("123456782abc", []),
        ("O12345678", []),
        ("x-123456782", [("123456782", False)]),
        ("123 456.782", [("123456782", False)]),
        ("123, 456, 782", []),
    ],
)
def test_runs_of_nine(text: str, found: list[tuple[str, bool]]) -> None:
    assert [(nine.digits, nine.plain) for nine in nines(Context(text))] == found


def test_a_date_is_told() -> None:
    assert [nine.dated for nine in nines(Context("12-03-2009\t2009-03-12\t1298.36.51"))] == [True, True, False]


@given(st.text(alphabet="0123456789 .-\n>|€x", max_size=80))
def test_any_text_has_its_runs_in_order(text: str) -> None:
    context = Context(text)
    found = nines(context)
    assert nines(context) is found
    assert [nine.start for nine in found] == sorted(nine.start for nine in found)
    for nine in found:
        assert "".join(sign for sign in text[nine.start : nine.end] if sign.isdigit()) == nine.digits
        assert len(nine.digits) in {8, 9}
