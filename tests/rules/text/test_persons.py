"""Whether a text speaks of somebody near a place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text.context import Context
from rules.text.persons import Person, called, fold, name_at, named, person_near, said_before, sentence


def near(text: str, word: str = "X") -> Person:
    at = text.index(word)
    return person_near(Context(text), at, at + len(word))


@pytest.mark.parametrize(
    "text",
    [
        "Sanne heeft X",
        "Wubbo heeft X",
        "Het gaat bij Wubbo om X",
        "X bij Anne-Fleur",
        "de X van mevrouw Kok",
        "fam. Kok: X",
        "de heer Bos: X",
        "K. de Vries: X",
        "Vries, K. X",
        "Esmée: X",
        "X (Noa's broer)",
        "Dhr. Bos meldt X",
        "Quinten (3B) heeft X",
        "Djayden uit 3B heeft X",
    ],
)
def test_a_name_is_somebody_named(text: str) -> None:
    assert near(text) is Person.NAMED


@pytest.mark.parametrize(
    "text",
    [
        "hij heeft X",
        "mijn zoon heeft X",
        "deze leerling heeft X",
        "ik heb X",
        "she has X",
        "my daughter: X",
        "Beste Anna, heb je X?",
    ],
)
def test_a_pronoun_or_kin_is_somebody_said(text: str) -> None:
    assert near(text) is Person.SAID


@pytest.mark.parametrize("text", ["heeft uw kind X?", "een leerling met X", "your child has X", "zoon/dochter: X"])
def test_somebody_may_be_anybody(text: str) -> None:
    assert near(text) is Person.SOMEBODY


@pytest.mark.parametrize(
    "text",
    [
        "X",
        "De week van de X",
        "In Utrecht is X",
        "Roken mag niet, X",
        "Het Rode X is er",
        "Vandaag is X",
        "Beste Anna, is er X",
        "Er is X. Groet, Anna",
        "Anna is er. Maar X niet",
        "Anna\n\nX",
        "Toetsweek is X",
        "De Dyslexiecoach heeft X",
        "Roos",
    ],
)
def test_there_is_nobody(text: str) -> None:
    assert near(text, "X" if "X" in text else "Roos") is Person.NOBODY


def test_a_sentence_ends_at_a_stop_that_is_no_abbreviation() -> None:
    text = "Een. Dhr. Bos komt, o.a. met Xx. Morgen"
    start, end = sentence(Context(text), text.index("X"), text.index("X") + 2)
    assert text[start:end].strip() == "Dhr. Bos komt, o.a. met Xx"


def test_a_stop_behind_an_abbreviation_after_the_place_is_none() -> None:
    text = "X met dhr. Bos erbij. Klaar"
    start, end = sentence(Context(text), 0, 1)
    assert text[start:end] == "X met dhr. Bos erbij"


def test_people_of_the_directory_are_known_by_their_places() -> None:
    context = Context("het is xyzzy en iets", ((7, 12),))
    assert named(context, 0, 20)
    assert not named(context, 12, 20)
    assert not named(context, 0, 7)
    assert name_at(context, 7, 12)


@pytest.mark.parametrize(
    "cell", ["Tim de Vries", "Vries, T. de", "Hanna", "Kok, L.", "A. Bos", "Sven (3B)", "Elif Öztürk", "* Bram"]
)
def test_a_cell_is_a_name(cell: str) -> None:
    assert name_at(Context(cell), 0, len(cell))


@pytest.mark.parametrize("cell", ["", "Gemiddelde", "Klas 3B", "tim", "Engels", "Totaal van allen", "12"])
def test_a_cell_is_no_name(cell: str) -> None:
    assert not name_at(Context(cell), 0, len(cell))


def test_the_sentence_before_names_somebody() -> None:
    text = "Sanne belde. X"
    assert said_before(Context(text), text.index("X"))
    assert not said_before(Context("Er is gebeld. X"), 14)


def test_letters_are_folded() -> None:
    assert fold("Éva") == "eva"
    assert fold("Eva") == "eva"


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["Anna ", "heeft ", "beste ", ", ", "je ", ". ", "\n", "groet ", "De "])).map("".join),
    st.integers(0, 60),
)
def test_any_text_has_an_answer(text: str, at: int) -> None:
    at = min(at, len(text))
    context = Context(text)
    start, end = sentence(context, at, at)
    assert 0 <= start <= at <= end <= len(text)
    assert person_near(context, at, at) in Person


@pytest.mark.parametrize(
    ("text", "somebody"),
    [
        ("De brief van Sanne", True),
        ("mevrouw Zwalve belt", True),
        ("J. Zwalve belt", True),
        ("De Korenbloem belt", False),
        ("sanne belt", False),
    ],
)
def test_who_is_called_by_name_is_no_word_with_a_capital(text: str, *, somebody: bool) -> None:
    assert called(Context(text), 0, len(text)) is somebody


def test_whoever_the_directory_knows_is_called_by_name() -> None:
    assert called(Context("Wubbo belt", ((0, 5),)), 0, 10)
    assert not called(Context("Wubbo belt"), 0, 10)
