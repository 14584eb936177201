"""What a text calls a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.labels import Labels, Said, one_slip, up_the_list

LABELS = Labels(("llnummer", "llnr", "leerlingnummer", "studentno"), weak=("lln",), prefixes=("pupil",))


def said(text: str, value: str = "203124") -> Said:
    start = text.index(value)
    return LABELS.said(Context(text), start, start + len(value))


@pytest.mark.parametrize(
    "text",
    [
        "llnr 203124",
        "ll.nr.: 203124",
        "LLNR\n203124",
        "leerling-nummer is 203124",
        "leerlingnumer 203124",
        "leerlingnummers: 203124",
        "student no 203124",
        "pupilnumber 203124",
        "llnr Noa Bos (dochter): 203124",
        "naam;llnr\nNoa;203124",
        "llnr's:\n- 203124",
        "order 12345, llnr 203124",
    ],
)
def test_a_label_right_before_or_above_is_direct(text: str) -> None:
    assert said(text) is Said.DIRECT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("llnr van Noa uit de brugklas, zoals gevraagd 203124", Said.NEAR),
        ("llnr 203138 en 203124", Said.NEAR),
        ("203124 (llnr)", Said.NEAR),
        ("203124 is llnr", Said.NEAR),
        ("lln 203124", Said.BESIDE),
        ("naam;lln\nNoa;203124", Said.BESIDE),
        ("lln naam 203124", Said.NOTHING),
        ("203124", Said.NOTHING),
        ("llnr" + " x" * 60 + " 203124", Said.NOTHING),
        ("ll 5 nr 203124", Said.NOTHING),
        ("203124 llnr 203138", Said.NOTHING),
        ("203124 order 203138", Said.NOTHING),
        ("203124 is geen llnr", Said.NOTHING),
        ("geen llnr van Noa bekend, wel 203124", Said.NOTHING),
        ("203124 12 llnr", Said.NOTHING),
        ("order 203124", Said.RIVAL),
        ("klantnummer: 203124", Said.RIVAL),
        ("llnr onbekend, order 203124", Said.RIVAL),
        ("geen llnr: 203124", Said.RIVAL),
        ("203124 (order)", Said.RIVAL),
        ("bijv. llnr 203124", Said.RIVAL),
        ("naam;order\nNoa;203124", Said.RIVAL),
        ("order;x\nllnr van Noa zonder haar broer erbij is;203124", Said.NEAR),
        ("geen llnr maar studentno 203124", Said.DIRECT),
        ("studentno 1, geen llnr: 203124", Said.NEAR),
    ],
)
def test_how_loud_a_label_speaks(text: str, expected: Said) -> None:
    assert said(text) is expected


def test_a_label_counts_as_near_within_its_sentence() -> None:
    for text, near in (
        ("llnr zie onder. Verder 203124", False),
        ("llnr van A. Bos is 203124", True),
        ("llnr\n\n203124", False),
        ("203124 is het llnr", True),
        ("203124", False),
    ):
        assert LABELS.close(Context(text), text.index("203124"), text.index("203124") + 6) is near


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        ("nummer", True),
        ("numer", True),
        ("nummmer", True),
        ("nunmer", True),
        ("nmumer", True),
        ("nummre", True),
        ("numme", True),
        ("nummers", True),
        ("umer", False),
        ("nmuemr", False),
        ("nummerss", False),
        ("kamer", False),
    ],
)
def test_one_slip_of_the_pen(word: str, slip: bool) -> None:
    assert one_slip(word, "nummer") is slip
    assert one_slip("nummer", word) is slip


def test_a_list_before_a_sure_number_is_sure() -> None:
    text = "1234, 1235 en 1236; 12 1237 x 1238"
    hits = [
        Hit(at, at + len(value), value, LOW)
        for value in ("1234", "1235", "1236", "12", "1237")
        for at in [text.index(value)]
    ]
    hits.append(Hit(30, 34, "1238", HIGH))
    assert {hit.confidence for hit in up_the_list(text, list(hits))[:5]} == {LOW}
    hits[2] = Hit(hits[2].start, hits[2].end, "1236", HIGH)
    assert [hit.confidence for hit in up_the_list(text, hits)] == [HIGH, HIGH, HIGH, LOW, LOW, HIGH]


@given(st.text(alphabet="lnrLo;,\t\n :.'1234geenorder()", max_size=120), st.integers(0, 119))
def test_any_place_in_any_text_has_an_answer(text: str, at: int) -> None:
    at = min(at, len(text))
    context = Context(text)
    assert LABELS.said(context, at, at) in Said
    assert LABELS.close(context, at, at) in {True, False}
