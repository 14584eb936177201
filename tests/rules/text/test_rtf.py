"""RTF as Outlook writes it and as nobody should: text, the HTML in it, what is hidden, files."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text.rtf import OBJECTS_MAX, rtf_text

HEAD = rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 Cyr;}{\f2\cpg932 Jap;}{\f3\fcharset2 Sym;}}"


def body(text: bytes) -> str:
    return rtf_text(HEAD + text + b"}").text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"Hallo\par daar", "Hallo\ndaar"),
        (b"regel\\\neen\\line twee\r\n drie", "regel\neen\ntwee drie"),
        (rb"jan\'40x.nl \'e9\'E9n", "jan@x.nl één"),
        (rb"\u233?\u8364\'80 \uc0\u233 x\uc2\u233ab\uc1\u-4064?", "é€ éxé\uf020"),
        (rb"\u233{\b x}\u233\~y", "éxéy"),
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (rb"\u-10179?x", "\ufffdx"),
        (rb"\uc5\u233a\b bc\'41d", "éd"),
        (rb"\f1 \'e4\f0 \'e4{\f1 \'e4}\'e4\plain\'e4", "дäдää"),
        (rb"\f2 \'93\'fa", "日"),
        (rb"\f3 \'e9", "é"),
        (rb"\f9 \'e9", "é"),
        (rb"\lquote a\rquote\~b\_c\-d\|\:e\emdash f\{\}\\", "‘a’\xa0b\u2011c\xadde—f{}\\"),
        (rb"a\cell b\row{\header kop}{\footnote voet}", "a\tb\nkopvoet"),
        (rb"a{\*\unknown b{\c d}e}f{\info{\author g}}h{\stylesheet i;}", "afh"),
        (rb"\*x\'zz\ ", "*x'zz "),
        (b"\xe9\xff", "éÿ"),
        (b"a\0b", "a\0b"),
        (rb"\ansicpg1251\'e4\mac\'8a\pc\'84\ansicpg37\'e4\ansicpg0\'e4", "дääää"),
    ],
)
def test_text_is_read_as_a_word_processor_shows_it(written: bytes, read: str) -> None:
    assert body(written) == read


def test_what_is_formatted_as_hidden_is_text_and_a_reading_without_it_stands_beside() -> None:
    found = rtf_text(HEAD + rb"jan{\v.weg}@x\deleted y\deleted0 .nl}")
    assert (found.text, found.shown) == ("jan.weg@xy.nl", "jan@x.nl")
    assert rtf_text(HEAD + rb"jan}").shown == ""


def test_what_no_reader_shows_is_kept_apart() -> None:
    found = rtf_text(
        HEAD
        + rb"{\field{\*\fldinst{HYPERLINK {\b mailto:jan}@x.nl}}{\fldrslt mail}}{\info{\author piet@x.nl}}} kees@x.nl"
    )
    assert found.text == "mail"
    assert "mailto:jan@x.nl" in found.hidden
    assert "piet@x.nl" in found.hidden
    assert "kees@x.nl" in found.hidden


def test_files_and_pictures_come_back_as_bytes() -> None:
    found = rtf_text(
        HEAD
        + rb"{\object{\*\objclass P}{\*\objdata 6a61"
        + b"\r\n"
        + rb"6e 7}}{\*\shppict{\pict\picw1 0aff{\*\blipuid 00}}}\bin4 a}{b c}"
    )
    assert found.objects == (b"jan", b"\x0a\xff", b"\x00", b"a}{b")
    assert found.text == " c"
    assert rtf_text(rb"{\rtf1\bin99 abc").objects == (b"abc",)
    assert rtf_text(rb"{\rtf1\bin-5 abc\bin0 d").text == "abcd"
    assert rtf_text(rb"{\rtf1{\pict ff").objects == (b"\xff",)


def test_of_very_many_pictures_the_last_are_one() -> None:
    found = rtf_text(HEAD + rb"{\pict 6a}" * (OBJECTS_MAX + 3) + b"}")
    assert found.objects == (b"j",) * OBJECTS_MAX + (b"j\0j\0j",)


def test_html_is_got_back_from_the_rtf_around_it() -> None:
    found = rtf_text(
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}"
        b"\r\n"
        rb"{\*\htmltag19 <html>}{\*\htmltag2 \par }{\*\htmltag96 <div>}\htmlrtf {\htmlrtf0 1 < 2 \htmlrtf\b\htmlrtf0 "
        rb"{\*\htmltag84 <a href=\'22mailto:jan@x.nl\'22>}jan{\*\htmltag92 </a>}\htmlrtf\b0\htmlrtf0 {\*\htmltag84 &nbsp;}\'e9"
        rb"\htmlrtf weg\par}\htmlrtf0 {\*\mhtmltag84 <a href=kees@x.nl>}{\htmlrtf{\*\htmltag84 <i>}}{\*\htmltag104 </div>}}"
    )
    assert found.html == '<html>\n<div>1 &lt; 2 <a href="mailto:jan@x.nl">jan</a>&nbsp;é</div>'
    assert found.text == "1 < 2 janéweg\n"
    assert "kees@x.nl" in found.hidden
    assert "<i>" in found.hidden


def test_tags_of_html_count_as_hidden_where_nothing_says_it_was_html() -> None:
    found = rtf_text(HEAD + rb"a{\*\htmltag84 <a href=mailto:jan@x.nl>}b}")
    assert (found.text, found.html) == ("ab", "")
    assert "jan@x.nl" in found.hidden


def test_a_sign_taken_for_half_a_letter_is_told() -> None:
    assert rtf_text(HEAD + rb"\f2 jan\'81@x.nl}").doubtful
    assert not rtf_text(HEAD + rb"\f2 jan\'93\'fa@x.nl}").doubtful


def test_what_is_no_rtf_is_read_as_text() -> None:
    assert rtf_text(b"jan@x.nl").text == "jan@x.nl"
    assert rtf_text(b"").text == ""
    assert rtf_text(b"}}jan@x.nl").hidden.strip() == "jan@x.nl"


PIECES = st.sampled_from(
    [b"{", b"}", b"{\\*", b"\\", b"\\'", b"\\'40", b"\\u64?", b"\\uc3 ", b"\\bin3 ", b"\\fromhtml1 ", b"{\\*\\htmltag1 ", b"\\htmlrtf ",
     b"\\htmlrtf0 ", b"\\v ", b"\\f1", b"{\\fonttbl", b"\\fcharset128", b"\\ansicpg65001 ", b"\\par", b"a@x.nl", b"\xe9", b"{\\pict ", b"0a", b"\r\n", b"\0"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=30).map(b"".join)))
def test_any_bytes_are_read_alike_each_time_into_texts_that_can_be_stored(data: bytes) -> None:
    found = rtf_text(data)
    assert found == rtf_text(data)
    for text in (found.text, found.html, found.hidden, found.shown):
        text.encode()


def seconds(data: bytes) -> float:
    start = time.process_time()
    rtf_text(data)
    return time.process_time() - start


@pytest.mark.parametrize(
    "piece",
    [b"{", b"}", b"\\", rb"\'e9", rb"\u233?", rb"\f1 \'e9", rb"{\*\htmltag x}", rb"\b", b"\\*", b"a", b"\xe9", b"{\\pict 00", rb"\bin1 x", rb"\uc9999999 \u1 "],
)  # fmt: skip
def test_time_grows_with_the_size(piece: bytes) -> None:
    small, large = (min(seconds(HEAD + piece * (size // len(piece))) for _ in range(2)) for size in (20_000, 160_000))
    assert large <= 24 * max(small, 0.004), f"{small:.4f} s, then {large:.4f} s"
