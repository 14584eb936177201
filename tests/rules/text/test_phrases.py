"""Phrases found in one pass."""

from rules.text.phrases import Phrases, listed


def test_phrases_are_whole_words_unless_an_end_is_open() -> None:
    phrases = Phrases({"a": ("*astma", "adhd*", "veilig thuis"), "b": ("thuis",)})
    assert phrases.find("inspanningsastma adhdx veilig thuis") == [
        (0, 16, "a"),
        (17, 22, "a"),
        (23, 35, "a"),
        (30, 35, "b"),
    ]
    assert phrases.find("astmatisch xadhd onveilig thuiss") == []


def test_a_compound_may_have_hyphens() -> None:
    assert Phrases({1: ("*code",)}).find("x wifi-gast-code -code") == [(2, 16, 1), (18, 22, 1)]


def test_a_row_of_letters_is_read_no_further_than_a_word_is_long() -> None:
    ((start, end, _),) = Phrases({1: ("*x*",)}).find("a" * 100 + "x" + "a" * 100)
    assert (start, end) == (60, 141)


def test_a_list_has_commas() -> None:
    assert listed("a, b c,d") == ("a", "b c", "d")


def test_half_a_surrogate_pair_is_no_letter_of_a_phrase() -> None:
    assert Phrases({1: ("astma",)}).find("\ud800astma\udfff") == [(1, 6, 1)]
