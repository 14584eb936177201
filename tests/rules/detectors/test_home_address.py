"""Addresses of homes as people write them, and what only looks like one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.home_address import find
from rules.text.context import Context
from rules.text.hits import HIGH, LOW
from rules.text.streets import home_value


def hits(text: str) -> list[tuple[str, str, str]]:
    return [(text[hit.start : hit.end], hit.value, hit.confidence) for hit in find(Context(text))]


def sure(text: str) -> list[tuple[str, str]]:
    return [(written, value) for written, value, confidence in hits(text) if confidence == HIGH]


GOES = "4461AB 12A"


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("Lindelaan 12a, 4461 AB Goes", "Lindelaan 12a, 4461 AB Goes", GOES),
        ("Lindelaan 12 a 4461AB Goes", "Lindelaan 12 a 4461AB Goes", GOES),
        ("Lindelaan 12-a, 4461 ab Goes", "Lindelaan 12-a, 4461 ab Goes", GOES),
        ("lindelaan 12A, 4461-AB goes", "lindelaan 12A, 4461-AB", GOES),
        ("Lindelaan 12a\n4461 AB Goes", "Lindelaan 12a\n4461 AB Goes", GOES),
        ("Lindelaan 12a\r\n4461 AB  GOES", "Lindelaan 12a\r\n4461 AB  GOES", GOES),
        ("> Lindelaan 12a\n> 4461 AB Goes\n", "Lindelaan 12a\n> 4461 AB Goes", GOES),
        ("Lindelaan 12a / 4461 AB / Goes", "Lindelaan 12a / 4461 AB", GOES),
        ("Lindelaan 12a te Goes, 4461 AB", "Lindelaan 12a te Goes, 4461 AB", GOES),
        ("Lindelaan 12a, Goes, 4461 AB", "Lindelaan 12a, Goes, 4461 AB", GOES),
        ("Lindelaan nr. 12a, postcode 4461 AB", "Lindelaan nr. 12a, postcode 4461 AB", GOES),
        ("Lindelaan, huisnummer 12a, postcode: 4461 AB", "Lindelaan, huisnummer 12a, postcode: 4461 AB", GOES),
        ("Anna;Lindelaan;12a;4461 AB;Goes", "Lindelaan;12a;4461 AB;Goes", GOES),
        ("Anna\tLindelaan\t12a\t4461AB\tGoes", "Lindelaan\t12a\t4461AB\tGoes", GOES),
        ('"Anna","Lindelaan","12a","4461 AB"', 'Lindelaan","12a","4461 AB', GOES),
        ("Straat: Lindelaan\nHuisnummer: 12a\nPostcode: 4461 AB", "Lindelaan\nHuisnummer: 12a\nPostcode: 4461 AB", GOES),
        ("4461 AB Goes, Lindelaan 12a", "4461 AB Goes, Lindelaan 12a", GOES),
        ("4461 AB 12a", "4461 AB 12a", GOES),
        ("4461AB-12a", "4461AB-12a", GOES),
        ("postcode 4461 AB, huisnummer 12a", "4461 AB, huisnummer 12a", GOES),
        ("Postcode: 4461 AB\nHuisnummer: 12a", "4461 AB\nHuisnummer: 12a", GOES),
        ("huisnummer 12a, postcode 4461 AB", "12a, postcode 4461 AB", GOES),
        ("Kerkstr. 12a, 4461 AB Goes", "Kerkstr. 12a, 4461 AB Goes", GOES),
        ("Burg. Prinsensingel 12-a, 4461 AB Goes", "Burg. Prinsensingel 12-a, 4461 AB Goes", GOES),
        ("Plein 1944 12a, 4461 AB Goes", "Plein 1944 12a, 4461 AB Goes", GOES),
        ("De Wending 12a, 4461 AB 's-Heerenberg", "De Wending 12a, 4461 AB 's-Heerenberg", GOES),
        ("'t Zand 12a, 4461 AB De Steeg", "'t Zand 12a, 4461 AB De Steeg", GOES),
        ("Laan van Klarenbeek 12a, 4461 AB Alphen aan den Rijn", "Laan van Klarenbeek 12a, 4461 AB Alphen aan den Rijn", GOES),
        ("1e Hogeweg 12a, 4461 AB Goes", "1e Hogeweg 12a, 4461 AB Goes", GOES),
        ("Vijverlaan 79-III, 4461 AB Goes", "Vijverlaan 79-III, 4461 AB Goes", "4461AB 79-III"),
        ("Vijverlaan 72 bis, 4461 AB Goes", "Vijverlaan 72 bis, 4461 AB Goes", "4461AB 72-BIS"),
        ("Vijverlaan 12 hs, 4461 AB", "Vijverlaan 12 hs, 4461 AB", "4461AB 12HS"),
        ("Vijverlaan 3-2, 4461 AB", "Vijverlaan 3-2, 4461 AB", "4461AB 3-2"),
        ("Vijverlaan 12/3 4461 AB", "Vijverlaan 12/3 4461 AB", "4461AB 12-3"),
        ("Dhr. R. van den Heuvel\nMolenpad 27\n4461 GT Goes", "Molenpad 27\n4461 GT Goes", "4461GT 27"),
        ("Bakkerij Bos (aan huis), Dorpsstraat 5, 4461 AC Goes", "Dorpsstraat 5, 4461 AC Goes", "4461AC 5"),
        ("Noah woont op de Lindelaan 12.", "Lindelaan 12", "lindelaan 12"),
        ("noah woont op lindelaan 12", "lindelaan 12", "lindelaan 12"),
        ("adres: Lindelaan 12", "Lindelaan 12", "lindelaan 12"),
        ("Adres: De Wending 3", "De Wending 3", "de wending 3"),
        ("Ze wonen aan Bosrand 132b in Goes", "Bosrand 132b in Goes", "bosrand 132B"),
        ("woonadres Burgemeester Janslaan 7", "Burgemeester Janslaan 7", "burgemeester janslaan 7"),
        ("We zijn verhuisd naar Prof. Lorentzln. 7", "Prof. Lorentzln. 7", "prof. lorentzln. 7"),
        ("kun je hem ophalen op de Kerkstraat 5?", "Kerkstraat 5", "kerkstraat 5"),
        ("Naam\tAdres\nAnna\tKerkstraat 5", "Kerkstraat 5", "kerkstraat 5"),
        ("Naam;Adres;Klas\nAnna;De Wending 5;3B", "De Wending 5", "de wending 5"),
        ("She lives at 14 Maple Road, Leeds", "14 Maple Road", "maple road 14"),
        ("14 Maple Road, Leeds LS1 4DJ", "14 Maple Road, Leeds LS1 4DJ", "maple road 14"),
        ("home address: 12 rue des Lilas", "12 rue des Lilas", "rue des lilas 12"),
        ("Kerkstraat 12, 2300 Turnhout", "Kerkstraat 12, 2300 Turnhout", "2300 12"),
        ("Hauptstraße 12, 47533 Kleve", "Hauptstraße 12, 47533 Kleve", "47533 12"),
        ("p/a fam. Bos, 's-Gravenpolderseweg 12, 4461 AB", "'s-Gravenpolderseweg 12, 4461 AB", "4461AB 12"),
        ("pc 4461AB hn 12", "4461AB hn 12", "4461AB 12"),
        ("Familie Bos\nDe Vier Heemskinderen 21\n4461 AB Goes", "De Vier Heemskinderen 21\n4461 AB Goes", "4461AB 21"),
        ("Naam\tStraat\tNr\tPostcode\nBram\tMarkt\t3\t4461 AC", "Markt\t3\t4461 AC", "4461AC 3"),
        ("Burg. Jan Prinsensingel 5, 4461 AB", "Burg. Jan Prinsensingel 5, 4461 AB", "4461AB 5"),
        ("Hij sliep. Lindelaan 12, 4461 AB", "Lindelaan 12, 4461 AB", "4461AB 12"),
        ("woont op Plein 1944 12a, 4461 AB", "Plein 1944 12a, 4461 AB", GOES),
        ("4461AB Goes, huisnummer 12a", "4461AB Goes, huisnummer 12a", GOES),
        ("Straat en huisnummer: Lindelaan 12", "Lindelaan 12", "lindelaan 12"),
        ("Lindelaan 12a te 4461AB Goes", "Lindelaan 12a te 4461AB Goes", GOES),
        ("ADR;TYPE=HOME:;;Lindelaan 12a;Goes;;4461 AB", "Lindelaan 12a;Goes;;4461 AB", GOES),
        ("ze wonen op 4461 ab 12a", "4461 ab 12a", GOES),
        ("Goes-Noord / Kerkstraat 12a, 4461 AB", "Kerkstraat 12a, 4461 AB", GOES),
        ("Kasper (Noordstraat 8, Kapelle) is ziek", "Noordstraat 8, Kapelle", "noordstraat 8"),
        ("Drop her off at Plantsoen 18, Velp.", "Plantsoen 18, Velp", "plantsoen 18"),
        ("van de moeder van Sem: Beatrixlaan 14", "Beatrixlaan 14", "beatrixlaan 14"),
        ("voor de bezorging: 4461 RT 133", "4461 RT 133", "4461RT 133"),
        ("woont op Markt aan de Plein 4", "Markt aan de Plein 4", "markt aan de plein 4"),
        ("bezoek de opa op Prins Jan Prinsenlaan 4, woonachtig daar", "Prins Jan Prinsenlaan 4", "prins jan prinsenlaan 4"),
    ],
)  # fmt: skip
def test_an_address_is_found_with_its_value(text: str, written: str, value: str) -> None:
    assert sure(text) == [(written, value)]


def test_several_are_several() -> None:
    text = "Anna, Lindelaan 12, 4461 AB Goes\nBram, Kerkstraat 5, 4461 AC Goes\nCas, 4461 AD 7"
    assert [value for _, value in sure(text)] == ["4461AB 12", "4461AC 5", "4461AD 7"]
    assert [value for _, value in sure("adressen: 4461 AB 12, Lindelaan 3")] == ["4461AB 12", "lindelaan 3"]


@pytest.mark.parametrize(
    "text",
    [
        "oefening 4461 ab 12",
        "2024 BV 12",
        "the address is anybody's (RFC 5321, RFC 6531)",
        "an address is what people write, in letters\nthe null path is anybody's, (RFC 5321 4.5)",
        "woont op 5 12",
        "Postbus 44, 4461 AA Goes",
        "postbus 44\n4461 AA Goes",
        "4461 AA Goes",
        "P.O. Box 12, 4461 AA Goes",
        "Antwoordnummer 100, 4461 VB Goes",
        "Antw. nr: antwoordnummer 100 4461 VB",
        "postbus 123, 4461 AA 12",
        "Lokaalwissel: van 1097 CW naar 1788 AB",
        "lokaal 1234 BB 12",
        "Lokaal 12, 1788 AB",
        "1097 CW 1788 AB",
        "1097 CW\n12 leerlingen",
        "in 2026 op 12 maart",
        "1200 kg 12 stuks",
        "2500 ml 3 flessen",
        "4461 SS 12",
        "lokaal 12",
        "opdracht 14a en 15",
        "klas 3B, havo 4",
        "pagina 3",
        "woont in groep 3",
        "project Dijkweg 2026 loopt",
        "de Snelweg 12",
        "adres van het sportpark: Sportpark 12",
        "Museum De Steenoven, Dorpsstraat 72 bis, 4461 DT Goes",
        "Sporthal Zuid, Lindelaan 12, 4461 AB Goes",
        "Hotel Zeezicht\nKade 12\n4461 AB Goes",
        "Betuwe Tours BV | Vijverlaan 2b | 4461 ED Goes",
        "Bezoekadres: Kerkallee 100, 4461 AZ Goes",
        "We verzamelen om 9.00 op de Stationsweg 12",
        "Het feest is in de Kerkstraat 5 (buurthuis)",
        "rechts ligt de bieb (Hoofdstraat 130)",
        "Stationsstraat uit, bij nr 12 links",
        "de Kerkstraat, na 300 meter rechts",
        "Kerkstraat 5 km verderop",
        "kerkstraat 12",
        "Kerkstraat 12",
        "Typ je adres, bijvoorbeeld Lindelaan 12, 4461 AB Goes",
        "weg 12, plein 3, hof 2",
        "bel thuis, park 12",
        "KL 1823 AMS-BER 07.05-08.25",
        "Perceel Goes D 4128, BAG 0275010000123456",
        "padding:7px 8px;margin:34px 56px",
        "de Kerstmarkt 2026 en de banenmarkt 2025",
        "thuis op de iPad 12",
        "Wiskunde 12, Engels 14",
        "woont sinds 2011 in Goes",
        "adres: zie bijlage 3",
        "adres staat op pagina 12",
        "12 Maple Road",
        "x12 Maple Road, Leeds LS1 4DJ",
        "Kerkstraat #12",
        "_12 4461 AB",
        "#4461 AB 12",
        "Lindelaan 12.5 4461 ABC",
        "Lindelaan 12:30 uur",
        "order 1234 AB 12",
        "12, 4461 AB",
        "flight 1823 KL 12",
        "zin 4461 AB 12-03-2026",
        "punten: Straat 3",
    ],
)
def test_what_is_nobodys_home_is_not_sure(text: str) -> None:
    assert not sure(text)


@pytest.mark.parametrize(
    "text", ["Kerkstraat 12", "12 Maple Road", "12, 4461 AB", "Museum, Dorpsstraat 72 bis, 4461 DT Goes", "Bosrand 13"]
)
def test_an_organisation_and_a_street_that_nothing_speaks_of_are_doubtful(text: str) -> None:
    assert [confidence for _, _, confidence in hits(text)] == [LOW]


@pytest.mark.parametrize(
    ("number", "street", "postcode", "value"),
    [
        ("12 a", "Lindelaan", "4461 ab", GOES),
        ("12-A", "", "4461AB", GOES),
        ("12", "Burgemeester De Jongstr.", "", "burgemeester de jongstr. 12"),
        ("012", "Sint Jansln", "", "sint jansln 12"),
        ("3-2", "É. Zolaweg", "", "é. zolaweg 3-2"),
        ("x", "Kade", "", "kade X"),
    ],
)
def test_one_home_has_one_spelling(number: str, street: str, postcode: str, value: str) -> None:
    assert home_value(number, street=street, postcode=postcode) == value


PIECES = [
    "Lindelaan",
    " ",
    "12",
    "a",
    "4461",
    "AB",
    "ab",
    "Goes",
    ",",
    "\n",
    "woont op ",
    "adres: ",
    "Postbus ",
    ".",
    "-",
    "nr. ",
]
PIECES += [
    "\t",
    ";",
    "'t ",
    "De ",
    "Museum",
    "12 Maple Road",
    " LS1 4DJ",
    "7",
    "straat",
    "Burg. ",
    "van ",
    '"',
    "İ",
    "é",
    "huisnummer",
    "/",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_any_text_gives_sorted_hits_within_it(text: str) -> None:
    found = find(Context(text))
    assert all(0 <= hit.start < hit.end <= len(text) for hit in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
