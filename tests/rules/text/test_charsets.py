"""Bytes to text: what a client makes of them, whatever the label says."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text.charsets import _KNOWN, codec_of, decode_bytes, guess, whole_letters

ADDRESS = "zoë@klas.test"


@pytest.mark.parametrize("codec", sorted(set(_KNOWN.values())))
def test_every_codec_we_name_exists_and_gives_back_an_address(codec: str) -> None:
    name = next(name for name, known in _KNOWN.items() if known == codec)
    assert codecs.lookup(codec)
    assert decode_bytes("jan@klas.test, groetjes".encode(codec), name)[0] == "jan@klas.test, groetjes"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "ascii"),
        ("iso-8859-15", "iso8859-15"),
        ("Windows-1251", "cp1251"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("IBM037", "cp037"),
        ("hz-gb-2312", "hz"),
        ("utf-8*nl", "utf-8"),
        ("rot13", None),
        ("zlib", None),
        ("unicode_escape", None),
        ("..", None),
        ("", None),
        (None, None),
    ],
)
def test_a_label_leads_to_a_codec_of_ours_or_to_none(label: str | None, codec: str | None) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    ("data", "label", "text", "wrong"),
    [
        (b"hallo", None, "hallo", False),
        (b"hallo", "us-ascii", "hallo", False),
        (b"hallo", "klingon", "hallo", True),
        ("zoë".encode(), "utf-8", "zoë", False),
        ("zoë".encode("latin-1"), "utf-8", "zoë", True),
        ("zoë".encode(), None, "zoë", True),
        ("zoë".encode(), "us-ascii", "zoë", True),
        (b"prijs \x80 5", "iso-8859-1", "prijs € 5", False),
        (b"odd \x81", "iso-8859-1", "odd \x81", False),
        (codecs.BOM_UTF8 + "zoë".encode(), "iso-8859-1", "zoë", True),
        (codecs.BOM_UTF8 + b"zoe", None, "zoe", False),
        (codecs.BOM_UTF16_LE + "zoë".encode("utf-16-le"), "utf-8", "zoë", True),
        (codecs.BOM_UTF16_BE + "zoë".encode("utf-16-be"), "utf-16", "zoë", False),
        (codecs.BOM_UTF16_LE + "zoë".encode("utf-16-le"), "utf-16-le", "zoë", False),
        (codecs.BOM_UTF16_LE + "zoë".encode("utf-16-le"), "utf-16-be", "zoë", True),
        ("zoë jan".encode("utf-16-be"), "utf-16-be", "zoë jan", False),
        ("zoë jan".encode("utf-16-be"), "utf-16", "zoë jan", True),
        (b"jan@klas.test", "utf-16", "jan@klas.test", True),
        (codecs.BOM_UTF32_LE + "jan".encode("utf-32-le"), None, "jan", False),
        (b"jan+AEA-klas.test", "utf-7", "jan@klas.test", False),
        (b"jan+AEA-klas \xff", "utf-7", "jan+AEA-klas ÿ", True),
    ],
)  # fmt: skip
def test_bytes_are_read_as_clients_read_them(data: bytes, label: str | None, text: str, wrong: bool) -> None:
    assert decode_bytes(data, label) == (text, wrong)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_undeclared_utf16_is_recognised_by_its_zeros(codec: str) -> None:
    assert guess(f"Mail {ADDRESS} even".encode(codec)) == f"Mail {ADDRESS} even"


def test_zeros_on_both_sides_are_no_utf16() -> None:
    assert guess(b"\0\0\0\0ab") == "\0\0\0\0ab"


def test_a_lone_surrogate_of_utf7_becomes_a_mark_that_can_be_stored() -> None:
    text = decode_bytes(b"voor +2AA- na", "utf-7")[0]
    assert text.encode("utf-8")
    assert text.startswith("voor ")


def test_two_halves_of_a_letter_become_one() -> None:
    assert whole_letters("\ud83d\ude00") == "\N{GRINNING FACE}"


labels = st.one_of(
    st.none(), st.sampled_from([*sorted(_KNOWN), "rot13", "x-unknown", "utf-8*en"]), st.text(max_size=12)
)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), labels)
def test_any_bytes_under_any_label_give_text_that_can_be_stored(data: bytes, label: str | None) -> None:
    text, wrong = decode_bytes(data, label)
    assert text.encode("utf-8") is not None
    assert isinstance(wrong, bool)
