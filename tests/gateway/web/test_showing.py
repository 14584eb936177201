"""A message that is shown: nothing in it runs, loads or leads away, values are marked, any bytes give a page."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from gateway.web.showing import LETTERS_MAX, TAGS, Mark, show
from rules.message import parse
from tests.support.hostile_pages import bodies, messages

BEACON = "http://127.0.0.1:9/roep"
SHELL = frozenset({"html", "head", "body", "pre", "mark", "u", "code"})


def html(body: str, kind: str = "text/html; charset=utf-8") -> bytes:
    head = f"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n"
    return head.encode() + body.encode("utf-8", "surrogatepass")


def shown(body: str, *marks: Mark, kind: str = "text/html; charset=utf-8") -> str:
    return show(parse(html(body, kind)), marks).html


def test_there_are_two_hundred_hostile_bodies_and_more() -> None:
    assert len(set(bodies(BEACON))) >= 200


@pytest.mark.parametrize("raw", [*messages(BEACON)])
def test_what_is_left_of_hostile_mail_does_nothing(raw: bytes) -> None:
    tree = LexborHTMLParser(show(parse(raw), [Mark("tekst", "t***")]).html)
    for node in tree.css("*"):
        assert node.tag in TAGS | SHELL
        assert not set(node.attributes) - {"colspan", "rowspan"}, node.html


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<a href='https://evil.example/x'>https://school.example</a>", "<code>[https://evil.example/x]</code>"),
        ("<a href='mailto:jan@gmail.example'>hem</a>", "<u>hem</u> <code>[mailto:jan@gmail.example]</code>"),
        ("<a href='https://a.example'>https://a.example</a>", "<u>https://a.example</u>"),
        ("<a>niets</a>", "<u>niets</u>"),
        ("factuur\u202efdp.exe", "factuur[U+202E]fdp.exe"),
        ("ba\u00adby\u200b", "baby[U+200B]"),
        ("<table><tr><td colspan=2>x</td></tr></table>", '<td colspan="2">x</td>'),
    ],
)
def test_what_deceives_is_told(body: str, said: str) -> None:
    assert said in shown(body)


def test_values_are_marked_where_they_stand_and_masked() -> None:
    marks = [Mark("jan@gmail.example", "j***@g***.example"), Mark("06 12345678", "06***")]
    page = shown("<p>Bel <b>jan@gmail.example</b> of 06&nbsp;12345678.</p>", *marks)
    assert "<b><mark>j***@g***.example</mark></b>" in page
    assert "<mark>06***</mark>" in page
    assert "jan@gmail" not in page and "12345678" not in page


def test_a_value_in_a_link_is_masked_there_too() -> None:
    page = shown("<a href='mailto:jan@gmail.example'>hem</a>", Mark("jan@gmail.example", "j***"))
    assert "mailto:<mark>j***</mark>" in page and "jan@" not in page


def test_a_value_that_markup_takes_apart_is_shown_as_text() -> None:
    found = show(parse(html("<p>jan@<b>gmail</b>.example</p>")), [Mark("jan@gmail.example", "j***")])
    assert found.plain and found.html.startswith("<pre>") and "<mark>j***</mark>" in found.html


def test_the_longer_of_two_values_goes_first_and_their_signs_are_signs() -> None:
    page = shown("R&amp;D &lt;x&gt; jan@gmail.example.test", Mark("jan@gmail.example", "kort"), Mark("jan@gmail.example.test", "<lang>"), Mark("R&D", "r***"))  # fmt: skip
    assert "&lt;lang&gt;" in page and "kort" not in page and "<mark>r***</mark>" in page


def test_plain_text_is_shown_as_it_is() -> None:
    found = show(parse(html("Dag <b>Ria</b>,\n\n  tot morgen", "text/plain; charset=utf-8")), [])
    assert found.html == "<pre>Dag &lt;b&gt;Ria&lt;/b&gt;,\n\n  tot morgen</pre>" and not found.plain


def test_what_has_no_body_shows_nothing_and_what_is_long_is_cut() -> None:
    assert show(parse(b"From: a@b.example\r\nContent-Type: image/png\r\n\r\nx"), []).html == ""
    assert show(parse(html("x" * (LETTERS_MAX + 1))), []).cut
    assert not show(parse(html("x" * LETTERS_MAX)), []).cut


def test_without_sanitising_the_markup_is_as_it_came() -> None:
    """For tests of the frame alone."""
    assert show(parse(html("<script>x</script>")), [], sanitise=False).html == "<script>x</script>"


@given(st.binary(max_size=2000), st.lists(st.text(max_size=20), max_size=3))
def test_any_bytes_give_a_page(raw: bytes, values: list[str]) -> None:
    found = show(parse(b"Content-Type: text/html\r\n\r\n" + raw), [Mark(one, "***") for one in values])
    for node in LexborHTMLParser(found.html).css("*"):
        assert node.tag in TAGS | SHELL and not set(node.attributes) - {"colspan", "rowspan"}


def test_many_marks_and_much_text_take_no_longer_than_they_should() -> None:
    marks = [Mark(f"naam{number}@gmail.example", "n***") for number in range(400)]

    def took(count: int) -> float:
        body = "<p>" + " ".join(f"<b>naam{n % 500}@gmail.example</b>" for n in range(count)) + "</p>"
        raw = parse(html(body))
        began = time.perf_counter()
        show(raw, marks)
        return time.perf_counter() - began

    took(10)
    small, large = min(took(150) for _ in range(3)), min(took(1500) for _ in range(3))
    assert large < small * 40
