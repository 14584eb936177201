"""Telephone numbers as people type them, and digits that only look like one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.phone import find
from rules.text.context import Context
from rules.text.hits import HIGH, LOW
from rules.text.telephone import canonical_phone

MOBILE, GOES = "+31612345678", "+31113213010"


def hits(text: str) -> list[tuple[str, str, str]]:
    return [(text[hit.start : hit.end], hit.value, hit.confidence) for hit in find(Context(text))]


def sure(text: str) -> list[tuple[str, str]]:
    return [(written, value) for written, value, confidence in hits(text) if confidence == HIGH]


@pytest.mark.parametrize(
    "written",
    [
        "06-12345678",
        "0612345678",
        "06 12345678",
        "06 12 34 56 78",
        "06-12 34 56 78",
        "06 - 12 34 56 78",
        "06.12.34.56.78",
        "06.1234.5678",
        "06/12345678",
        "06_12345678",
        "+31(6)12345678",
        "06-1234 5678",
        "06 123 456 78",
        "0612 345 678",
        "0612-345678",
        "061 234 5678",
        "0 6 1 2 3 4 5 6 7 8",
        "0-6-1-2-3-4-5-6-7-8",
        "(06) 12345678",
        "(06)12345678",
        "06-1234\n5678",
        "06-\n12345678",
        "+31612345678",
        "+31 6 12345678",
        "+31-6-12345678",
        "+31 (0)6 12345678",
        "+31(0)612345678",
        "+31 0612345678",
        "+ 31 6 1234 5678",
        "(+31) 6 12345678"[1:],
        "0031612345678",
        "0031 6 12 34 56 78",
        "0031 (0) 6 1234 5678",
        "00 31 6 12345678",
        "O6-12345678",
        "o612345678",
        "06-l2345678",
        "06-1234S678".replace("S", "5"),
        "06-I2 34 56 78",
        "nul zes 12345678",
        "nul-zes 12 34 56 78",
        "zero six 12 34 56 78",
    ],
)
def test_a_mobile_number_is_found_however_it_is_typed(written: str) -> None:
    for text in (
        written,
        f"Bel mij op {written}.",
        f"Anna ({written})",
        f"Anna\t{written}\t3B",
        f"vader:{written}, graag",
    ):
        found = sure(text)
        assert [value for _, value in found] == [MOBILE], text
        assert found[0][0].strip("()") == written.strip("()")


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("thuis (0113) 21 30 10", "(0113) 21 30 10", GOES),
        ("0113-213010 tst 12", "0113-213010", GOES),
        ("tel. 0113213010", "0113213010", GOES),
        ("0113 - 213 010", "0113 - 213 010", GOES),
        ("oma: 0113 213010", "0113 213010", GOES),
        ("+31 113 213010", "+31 113 213010", GOES),
        ("+31 (0)113-213010", "+31 (0)113-213010", GOES),
        ("0031113213010", "0031113213010", GOES),
        ("thuis 020-6123456", "020-6123456", "+31206123456"),
        ("Telefoon\n0113213010", "0113213010", GOES),
        ("Naam;Telefoon\nAnna;0113213010", "0113213010", GOES),
        ("Naam;Mobiel\nAnna;612345678", "612345678", MOBILE),
        ("mob 6-12345678", "6-12345678", MOBILE),
        ("app 31612345678", "31612345678", MOBILE),
        ("https://wa.me/31612345678", "31612345678", MOBILE),
        ("tel:+31612345678", "+31612345678", MOBILE),
        ("tel0612345678", "0612345678", MOBILE),
        ("bestelling klaar, bel 0612345678", "0612345678", MOBILE),
        ("factuur 20261234, tel. 06-12345678", "06-12345678", MOBILE),
        ("gsm 0475/12.34.56", "0475/12.34.56", "+31475123456"),
        ("mama: 0472 12 34 56", "0472 12 34 56", "+32472123456"),
        ("+32 472 12 34 56", "+32 472 12 34 56", "+32472123456"),
        ("+32 (0)472/12.34.56", "+32 (0)472/12.34.56", "+32472123456"),
        ("tel. 02/123.45.67", "02/123.45.67", "021234567"),
        ("+49 2821 774 0912", "+49 2821 774 0912", "+4928217740912"),
        ("0049 2821 7740912", "0049 2821 7740912", "+4928217740912"),
        ("tel. 02821-7740912", "02821-7740912", "028217740912"),
        ("+44 7700 900123", "+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+44 (0)7700 900123", "+447700900123"),
        ("call 07700 900123", "07700 900123", "07700900123"),
        ("+1 (555) 012-3456", "+1 (555) 012-3456", "+15550123456"),
        ("+90 532 123 45 67", "+90 532 123 45 67", "+905321234567"),
        ("+48 601 234 567", "+48 601 234 567", "+48601234567"),
        ("tel 01 23 45 67 89", "01 23 45 67 89", "0123456789"),
        ("moeder 087-1234567", "087-1234567", "+31871234567"),
        ("moeder thuis 085-1234567", "085-1234567", "+31851234567"),
        ("mevrouw De Wit, 0113-213010 (receptie van haar flat)", "0113-213010", GOES),
        ("bel 17.30 uur, 06-12345678", "06-12345678", MOBILE),
        ("Zijn moeder (06-12345678)", "06-12345678", MOBILE),
        ("Anna (0113-213010, thuis)", "0113-213010", GOES),
        ("thuis 0113-213010, of 112", "0113-213010", GOES),
        ("tel.\n0113213010", "0113213010", GOES),
        ("0031-(0)6-12345678", "0031-(0)6-12345678", MOBILE),
        ("haar nummer is 0113213010", "0113213010", GOES),
        ("op 2026-11-17 06-12345678", "06-12345678", MOBILE),
    ],
)
def test_a_number_is_found_with_its_value(text: str, written: str, value: str) -> None:
    assert sure(text) == [(written, value)]


def test_several_on_a_line_are_several() -> None:
    assert [value for _, value in sure("06-12345678/06-87654321, 0113-213010")] == [MOBILE, "+31687654321", GOES]
    assert [value for _, value in sure("0612345678\n0687654321\n")] == [MOBILE, "+31687654321"]
    assert [value for _, value in sure("06 12 34 56 78 06 87 65 43 21")] == [MOBILE, "+31687654321"]


@pytest.mark.parametrize(
    "text",
    [
        "06-12-2026 08:30",
        "06-12-2026 08",
        "06 12 2026 08 30",
        "01-09-2026 tot 30-06-2027",
        "Ordernr 0612345678",
        "order 0612345678",
        "Bestelnummer: 0612345678",
        "factuur 0612345678",
        "Ref. 06-12345678",
        "klantnummer 0113213010",
        "ISBN 0-306-40615-2",
        "ISBN 0612345678",
        "NL91 ABNA 0417 1643 00",
        "NL91ABNA0417164300",
        "NL20 INGB 0001 2345 67",
        "BSN 612345678",
        "612345678",
        "31612345678",
        "0601234567",
        "066-1234567",
        "0970-1234567",
        "0800-1234",
        "0800 0432",
        "bel 0900-1234567",
        "bel 0800-1234567",
        "112 of 113",
        "bel 14 0113",
        "tel. 116 111",
        "bel tussen 09.00-12.00 en 13.00-16.30",
        "bereikbaar 08.30 - 16.30 uur, 01-09-2026",
        "€ 0612345678",
        "06-12345678,50",
        "06-123456789",
        "X0612345678",
        "0612345678-9",
        "12.0612345678",
        "1234 0612 3456 78",
        "0612345678@klas.example",
        "https://x.example/0612345678",
        "www.x.example/?nr=0612345678",
        "job=0612345678",
        "#0612345678",
        "0612345678_scan.pdf",
        "0.123456789",
        "0123456789",
        "0312345678",
        "030-0123456",
        "Typ het nummer zo: bijvoorbeeld 06-12345678",
        "zoals 06-12345678",
        "Meeting ID 0612345678",
        "polisnr 06 1234 5678 ticket 0612345678",
        "+31 800 1234567",
        "+999 123456789",
        "+31 6 1234",
        "tel. van haar\n0113213010",
        "+31 6 02345678",
        "o6-12345678-9",
        "punten: +12 345 678 9 000",
        "3+31612345678",
        "Artikel\n0612345678",
        "Bestelnr;Naam\n0612345678;Anna",
        "Reserveringsnummer 0612345678",
        "order nr. 0612345678",
        "06-2026/2027 planning",
        "Hotel met nummer 0113213010",
        "Werkstuknr 0612 345 678",
        "meeting-ID 064 190 2277",
        "Inbellen: +31 20 612 34 56",
        "112, anders 0900-8844 of 0343-578844",
        "Bestelnummer\n\n0612345678",
        "toestel 101, 114 en 120",
        "0\n6\n1\n2\n3\n4\n5\n6\n7\n8",
        "receptie 0113-213010",
        "Museum De Molen, tel. 0113-213010",
        "Hotel Zeezicht: 0113 21 30 10",
        "Klantenservice 088-1234567",
        "085-1234567",
        "tel. 088 123 45 67",
        "Betuwe Tours BV\nT 0113-213010",
        "huisarts: 0113213010",
        "0113213010",
        "storing: 06-12345678",
        "nulzesenzo 12345",
        "nul zes 01234567",
        "tel. +49 1",
        "O6-0l234567",
        "o6-llllllll",
        "tel. 02821-774-0-912",
        "tel. 0491",
        "museum tel. 02/123.45.67",
        "mob 6-02345678",
        "00316 1",
        "0049282177409125",
        "product 6.12345678",
        "a 6-12345678-6",
    ],
)
def test_what_is_nobodys_number_is_not_sure(text: str) -> None:
    assert not sure(text)


@pytest.mark.parametrize(
    "text",
    [
        "receptie 0113-213010",
        "085-1234567",
        "0113213010",
        "storing: 06-12345678",
        "0049282177409",
        "hotel +49 2821 774091",
    ],
)
def test_a_number_of_an_organisation_and_one_that_nothing_speaks_of_are_doubtful(text: str) -> None:
    assert [confidence for _, _, confidence in hits(text)] == [LOW]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("06-12345678", MOBILE),
        ("+31 (0)6 1234 5678", MOBILE),
        ("0031612345678", MOBILE),
        ("612345678", MOBILE),
        ("31612345678", MOBILE),
        ("(0113) 21 30 10", GOES),
        ("0472 12 34 56", "+32472123456"),
        ("+32 (0)472 12 34 56", "+32472123456"),
        ("12", "12"),
        ("", ""),
        ("+", ""),
    ],
)
def test_one_number_has_one_spelling(written: str, value: str) -> None:
    assert canonical_phone(written) == value


PIECES = ["06", "12345678", "0", "+31", "+", "00", "31", "6", " ", "-", "(", ")", "\n", ".", "tel", "order", "0113", "213010","O6", "nul zes ", "+49 ", "2821", "İ", "é", "x", "bijv. ", "hotel", "\t", ";"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text(alphabet="0123456+ -()\nolI") | st.text())
def test_any_text_gives_sorted_hits_within_it(text: str) -> None:
    found = find(Context(text))
    assert all(0 <= hit.start < hit.end <= len(text) and hit.value for hit in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text())
def test_any_text_has_a_spelling_of_figures(text: str) -> None:
    assert canonical_phone(text).removeprefix("+").isdigit() or not canonical_phone(text)
