"""Encoded words: what a sloppy client shows."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text.words import decode_words, unfold


def coded(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("gewoon", "gewoon"),
        ("\tgewoon ", "gewoon"),
        ("a\r\n b", "a b"),
        ("a\nb\rc", "abc"),
        ("=?utf-8?Q?Zo=C3=AB_Bos?=", "Zoë Bos"),
        ("=?UTF-8?q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?= =?iso-8859-1?Q?b?=", "ab"),
        ("=?utf-8?Q?a?= en =?utf-8?Q?b?=", "a en b"),
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("voor=?utf-8?Q?_midden_?=na", "voor midden na"),
        ("=?utf-8*nl?Q?a=40b?=", "a@b"),
        ("=?utf-8?Q?a b c?=", "a b c"),
        ('"=?utf-8?Q?a=40b?="', '"a@b"'),
        ("=?utf-8?Q?Zo=C3?= =?utf-8?Q?=AB?=", "Zoë"),
        ("=?utf-8?B?em/Dqw?=", "zoë"),
        ("=?utf-8?B?em/ Dqw=!=?=", "zoë"),
        ("=?utf-8?B?Y?=", ""),
        ("=?klingon?Q?a=40b?=", "a@b"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=??Q?a?=", "=??Q?a?="),
        ("=?utf-8?Q?open", "=?utf-8?Q?open"),
        ("=?utf-8", "=?utf-8"),
        ("=?", "=?"),
        (f"=?{'x' * 200}?Q?a?=", f"=?{'x' * 200}?Q?a?="),
    ],
)
def test_a_header_is_shown_as_clients_show_it(raw: str, shown: str) -> None:
    assert decode_words(raw.encode()) == shown


def test_a_charset_that_is_not_ascii_makes_no_word() -> None:
    assert decode_words("=?utf-8é?Q?a?=".encode()) == "=?utf-8é?Q?a?="


def test_bytes_without_any_coding_are_guessed() -> None:
    assert decode_words("Zoë".encode()) == decode_words("Zoë".encode("latin-1")) == "Zoë"
    assert decode_words("Zoë =?utf-8?Q?Bos?=".encode("latin-1")) == "Zoë Bos"


def test_unfolding_touches_nothing_without_line_ends() -> None:
    raw = b"a\tb"
    assert unfold(raw) is raw
    assert unfold(b"a\r\n\tb") == b"a\tb"


names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs"]), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(names, st.sampled_from(["utf-8", "utf-16-be", "utf-7"]))
def test_a_name_coded_in_base64_comes_back(name: str, charset: str) -> None:
    assert decode_words(coded(name, charset).encode()) == name


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120).map(lambda data: data.replace(b"\0", b"=?")))
def test_any_bytes_give_text_without_line_ends(raw: bytes) -> None:
    text = decode_words(raw)
    assert text.encode("utf-8") is not None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["=?utf-8?Q?", "a", "?=", " ", "=?", "?", "B", "=40", "=\r\n"]), max_size=12).map("".join)
)
def test_pieces_of_words_in_any_order_are_read(raw: str) -> None:
    assert isinstance(decode_words(raw.encode()), str)
