"""The people of the directory in text, as they are written and as they are not."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.detectors.person_name import Names
from rules.people.values import Kind, Person
from rules.text.context import Context
from rules.text.hits import HIGH, LOW
from tests.support.marked import marked


def person(key: str, first: str, infix: str, last: str, class_name: str = "") -> Person:
    return Person(id=key, kind=Kind.PUPIL, first_name=first, infix=infix, last_name=last, class_name=class_name)


NAMES = Names(
    [
        person("tim", "Tim", "de", "Vries", "V5A"),
        person("lotte", "Lotte", "de", "Vries", "1A"),
        person("sven", "Sven", "", "Postma", "3B"),
        person("noa", "Noa", "van den", "Berg", "3B"),
        person("finn", "Finn", "", "Köster", "2C"),
        person("maeve", "Maeve", "", "O'Brien", "V6B"),
        person("samira", "Samira", "", "El Idrissi"),
        person("janwillem", "Jan-Willem", "van", "'t Hof"),
        person("anouk", "Anouk", "", "Bakker-Smit"),
        person("roos", "Roos", "", "Bloem", "3B"),
        person("daan", "Daan", "", "Bos"),
        person("mees", "Mees", "van der", "Meer", "4h1"),
        person("nobody", "X", "", "Y"),
        person("first", "", "", "Zandstra"),
        person("last", "Zonder", "", ""),
        person("short", "Z", "", "Kok"),
    ]
)


@pytest.mark.parametrize(
    ("text", "value", "owners"),
    [
        ("Gisteren was «Tim de Vries» er.", "tim de vries", {"tim"}),
        ("«TIM DE VRIES» (V5A)", "tim de vries", {"tim"}),
        ("«Tim De Vries»", "tim de vries", {"tim"}),
        ("«Tim\nde Vries»", "tim de vries", {"tim"}),
        ("«T. de Vries»", "t de vries", {"tim"}),
        ("aan «T de Vries»", "t de vries", {"tim"}),
        ("«T.de Vries»", "t de vries", {"tim"}),
        ("«Vries, Tim de»", "tim de vries", {"tim"}),
        ("1. «Vries, T. de», afwezig", "t de vries", {"tim"}),
        ("«Vries, T.J. de»", "t de vries", {"tim"}),
        ("«Vries,Lotte de»", "lotte de vries", {"lotte"}),
        ("mevrouw «de Vries» belde", "de vries", {"tim", "lotte"}),
        ("Dhr. en mevr. «De Vries»", "de vries", {"tim", "lotte"}),
        ("fam. «de Vries»", "de vries", {"tim", "lotte"}),
        ("familie «Bos»", "bos", {"daan"}),
        ("Mr «Bos»", "bos", {"daan"}),
        ("de heer «Bos»", "bos", {"daan"}),
        ("«Sven Postma»", "sven postma", {"sven"}),
        ("(«Sven Postma»)", "sven postma", {"sven"}),
        ("«S. Postma»", "s postma", {"sven"}),
        ("«Postma, Sven»", "sven postma", {"sven"}),
        ("«Postma, S.»", "s postma", {"sven"}),
        ("naam;«Postma, Sven»;3B", "sven postma", {"sven"}),
        ("«Sven» uit 3B", "sven 3b", {"sven"}),
        ("«Sven» (3B)", "sven 3b", {"sven"}),
        ("«Sven» van klas 3B is ziek", "sven 3b", {"sven"}),
        ("«Roos» in 3b", "roos 3b", {"roos"}),
        ("«Noa van den Berg»", "noa van den berg", {"noa"}),
        ("«N. van den Berg»", "n van den berg", {"noa"}),
        ("«Berg, N. van den»", "n van den berg", {"noa"}),
        ("«Finn Köster»", "finn koster", {"finn"}),
        ("«Finn Koster»", "finn koster", {"finn"}),
        ("«F. Köster»", "f koster", {"finn"}),
        ("«Finn KÖSTER»", "finn koster", {"finn"}),
        ("«Maeve O'Brien»", "maeve o'brien", {"maeve"}),
        ("«M. O'Brien»", "m o'brien", {"maeve"}),
        ("«Samira El Idrissi»", "samira el idrissi", {"samira"}),
        ("«Idrissi, Samira El»", "samira el idrissi", {"samira"}),
        ("mevrouw «El Idrissi»", "el idrissi", {"samira"}),
        ("«Jan-Willem van 't Hof»", "jan willem van 't hof", {"janwillem"}),
        ("«Jan Willem van 't Hof»", "jan willem van 't hof", {"janwillem"}),
        ("«J.W. van 't Hof»", "j van 't hof", {"janwillem"}),
        ("«Anouk Bakker-Smit»", "anouk bakker smit", {"anouk"}),
        ("«Anouk Bakker Smit»", "anouk bakker smit", {"anouk"}),
        ("«Roos Bloem»", "roos bloem", {"roos"}),
        ("«Bos, D.»", "d bos", {"daan"}),
        ("«Mees van der Meer»", "mees van der meer", {"mees"}),
        ("juf «Zandstra»", "zandstra", {"first"}),
        ("«Z. Kok»", "z kok", {"short"}),
    ],
)  # fmt: skip
def test_a_name_is_surely_seen(text: str, value: str, owners: set[str]) -> None:
    plain, spans = marked(text)
    (hit,) = NAMES.find(Context(plain))
    assert (hit.start, hit.end) == spans[0]
    assert (hit.value, hit.confidence) == (value, HIGH)
    assert set(NAMES.owners(value)) == owners


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("«tim de vries»", "tim de vries"),
        ("«roos bloem»", "roos bloem"),
        ("«finn köster»", "finn koster"),
        ("«De Vries» is er niet", "de vries"),
        ("«Van der Meer»", "van der meer"),
    ],
)
def test_a_name_in_small_letters_or_without_its_first_is_doubtful(text: str, value: str) -> None:
    plain, spans = marked(text)
    (hit,) = NAMES.find(Context(plain))
    assert (hit.start, hit.end, hit.value, hit.confidence) == (*spans[0], value, LOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tim",
        "Sven loopt",
        "Postma",
        "Bos",
        "De roos bloeit in het bos.",
        "In het meer van Zürich",
        "een berg werk",
        "Bloem en roos",
        "Roos Bloemen",
        "Tim de Vriesman",
        "Ultim de Vriese",
        "Berg het op",
        "Op Berg en dal",
        "Meer, minder",
        "Meer, veel meer",
        "Bos, gras en water",
        "Bos, d",
        "Sven uit 3C",
        "Sven (12 jaar)",
        "Lotte uit Utrecht",
        "Het Bos",
        "Groot Bos",
        "In Bos en Duin",
        "Kok",
        "een goede Kok",
        "Bakker Smit",
        "Bakker",
        "Idrissi",
        "Hof van Twente",
        "Het Hof",
        "X Y",
        "Zonder",
        "Zandstra strand",
        "Vries",
        "in Vries, Drenthe",
        "Vries, T.",
        "vries, tim",
        "O'Brien",
        "Brien",
        "Noa",
        "Finn",
        "Daan en Sven",
    ],
)
def test_a_bare_word_is_no_name(text: str) -> None:
    assert NAMES.find(Context(text)) == ()


def test_of_names_over_each_other_the_longest_is_one() -> None:
    names = Names([person("a", "Jan", "", "Bos"), person("b", "Jan", "", "Bos Kamp"), person("c", "Jan", "de", "Bos")])
    assert [hit.value for hit in names.find(Context("Jan Bos Kamp en Jan de Bos"))] == ["jan bos kamp", "jan de bos"]
    names = Names([person("a", "Jan", "", "Bos"), person("b", "Bos", "", "Kampenaar")])
    assert [hit.value for hit in names.find(Context("Jan Bos Kampenaar"))] == ["bos kampenaar"]


def test_a_value_of_nobody_has_no_owners() -> None:
    assert NAMES.owners("piet") == ()
    assert Names([]).find(Context("Tim de Vries")) == ()


PIECES = [
    "Tim",
    "tim",
    " ",
    "de",
    "Vries",
    ", ",
    "T.",
    "\n",
    "Sven",
    "uit 3B",
    "mevrouw",
    "van den",
    "Berg",
    "O'Brien",
    "İ",
    "ß",
    "é",
    "-",
    "(",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join) | st.text(st.characters(), max_size=60))
def test_any_text_has_an_answer_in_bounds_and_in_order(text: str) -> None:
    hits = NAMES.find(Context(text))
    assert all(0 <= hit.start < hit.end <= len(text) and NAMES.owners(hit.value) for hit in hits)
    assert all(one.end <= other.start for one, other in pairwise(hits))


def test_five_thousand_people_are_found_in_one_pass() -> None:
    many = Names(person(str(n), f"Voor{n}", "van", f"Achter{n % 3000}", "3B") for n in range(5000))
    text = "Beste ouders, morgen komt Voor41 van Achter41. " * 50
    assert [hit.value for hit in many.find(Context(text))] == ["voor41 van achter41"] * 50
