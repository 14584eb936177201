"""Words near a value, and what they say of it."""

from hypothesis import given
from hypothesis import strategies as st

from rules.text.context import Context
from rules.text.cues import Cues
from rules.text.owners import Owner, owner

WORDS = Cues(phone="tel bel* *foon aan_huis 06-nummer", other="*order* *code b.v info@")


def test_a_word_is_known_whole_or_by_a_piece_of_it() -> None:
    for word in ("tel", "bel", "bellen", "telefoon", "06-nummer", "huis-tel"):
        assert WORDS.of(word) == "phone", word
    for word in ("order", "bestelordernr", "pincode", "b.v", "info@", "pin-code"):
        assert WORDS.of(word) == "other", word
    for word in ("", "te", "telx", "foons", "huis", "x-y"):
        assert not WORDS.of(word), word


def test_the_nearest_known_word_decides() -> None:
    text = "order, dan tel en meer 12 iets aan huis, code"
    at = text.index("12")
    assert WORDS.last(text, 0, at) == ("phone", text.index(" en"))
    assert WORDS.first(text, at, len(text)) == ("phone", text.index("huis"))
    assert WORDS.last(text, 0, 3) == ("", -1)
    assert WORDS.first(text, at, at + 4) == ("", -1)
    assert WORDS.last("xtel", 1, 4) == ("", -1)


@given(st.text(alphabet="telborcdİé.-@ \n0") | st.text(), st.integers(0, 20), st.integers(0, 20))
def test_any_text_has_words_or_none(text: str, start: int, end: int) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    for name, at in (WORDS.last(text, start, end), WORDS.first(text, start, end)):
        assert (at == -1) == (not name)
        assert -1 <= at <= len(text)


def whose(text: str) -> Owner:
    at = text.index("12")
    return owner(Context(text), at, at + 2)


def test_what_stands_nearest_says_whose_it_is() -> None:
    assert whose("moeder 12") is Owner.PERSON
    assert whose("museum 12") is Owner.ORGANISATION
    assert whose("museum, thuis 12") is Owner.PERSON
    assert whose("12") is Owner.UNSAID
    assert whose("12 (receptie)") is Owner.ORGANISATION
    assert whose("Hotel Zee\nKade\n12") is Owner.ORGANISATION
    assert whose("Hotel Zee\n\n12") is Owner.UNSAID
    assert whose("Hotel\na\nb\nc\nd\n12") is Owner.UNSAID
    assert whose(f"Hotel {'x' * 200}\n12") is Owner.UNSAID
