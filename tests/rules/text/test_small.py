"""Masking, tokens around the sign, percent-encoding."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text.masking import mask
from rules.text.percent import undo_percent
from rules.text.tokens import at_tokens


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("lotte.bakker@ziggo.example", "l***@z***.example"),
        ("<lotte@ziggo.example>,", "l***@z***.example"),
        ("a@localhost", "a***@***"),
        ("a@1.2.3.4", "a***@***"),
        ("@", "***@***"),
        ("Noor de Vries", "N*** d*** V***"),
        ("…", "***"),
        ("", ""),
        ("06-12345678", "06-12••••78"),
        ("+31 6 1234 5678", "+31 6 1•••••78"),
        ("111222333", "11••••••3"),
        ("12", "••"),
        ("IN1R2P345", "I•1•2•••5"),
        ("NL91 ABNA 0417 1643 00", "N•91 A••• •••••••••0"),
        ("a\r\nb@c.example", "a*** b***@c***.example"),
    ],
)  # fmt: skip
def test_a_mask_shows_the_first_letters_and_hides_the_rest(value: str, masked: str) -> None:
    assert mask(value) == masked


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_mask_holds_a_control_character(value: str) -> None:
    assert all(letter.isprintable() for letter in mask(value))


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"[a-z]{3,9}\.[a-z]{3,9}@[a-z]{3,9}\.example", fullmatch=True))
def test_no_mask_tells_the_address(address: str) -> None:
    assert address not in mask(address)
    assert address.partition("@")[0] not in mask(address)


def tokens(text: str) -> list[str]:
    return [text[start:end] for start, end in at_tokens(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mail jan@klas.test.", ["jan@klas.test"]),
        ("<jan@klas.test>", ["jan@klas.test"]),
        ("'jan@klas.test'", ["jan@klas.test"]),
        ("**jan@klas.test**", ["jan@klas.test"]),
        ('"jan bos"@klas.test', ['"jan bos"@klas.test']),
        ('""@klas.test', []),
        ('x"@klas.test', []),
        ("a@b@klas.test", ["a@b", "b@klas.test"]),
        ("jan@[192.0.2.1]", ["jan@[192.0.2.1]"]),
        ("jan@klas。test", ["jan@klas。test"]),
        ("zoë@školá.test", ["zoë@školá.test"]),
        ("@klas.test", []),
        ("jan@", []),
        ("jan@-x", []),
        ("...@klas.test", []),
        ("@", []),
    ],
)
def test_tokens_are_what_stands_around_the_sign(text: str, found: list[str]) -> None:
    assert tokens(text) == found


def test_a_token_is_no_longer_than_an_address_can_be() -> None:
    (token,) = tokens("x" * 500 + "@" + "y" * 500)
    assert token.partition("@")[0] == "x" * 64
    assert len(token) == 64 + 1 + 255


@pytest.mark.parametrize(
    ("coded", "plain"),
    [("a%40b", "a@b"), ("a%2540b", "a@b"), ("a%252540b", "a@b"), ("a%25252540b", "a@b"), ("100%", "100%"), ("a", "a")],
)
def test_percent_encoding_is_undone_however_often_it_was_done(coded: str, plain: str) -> None:
    assert undo_percent(coded) == plain


def test_percent_encoding_of_percent_encoding_has_an_end() -> None:
    assert undo_percent("%25" * 10 + "40") != ""
    assert "%" in undo_percent("%" + "25" * 10 + "40")
