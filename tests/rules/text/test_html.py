"""HTML to text: everything that can be read, however it is dressed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text.html import ATTRIBUTES_MAX, DEPTH_MAX, html_text

A = "jan@klas.test"


def everything(markup: str) -> str:
    found = html_text(markup)
    return "\n".join((found.text, *found.links, *found.hidden, *found.comments, *found.shown))


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{A}</p>",
        "<p>ja<b>n</b>@<i>klas</i>.te<wbr>st</p>",
        "<p>jan&#64;klas&period;test</p>",
        "<p>jan&#x40;klas.test",
        "<pre>jan&commat;klas.test</pre>",
        f"<title>{A}</title>",
        f"<div style='display:none'>{A}</div>",
        f"<textarea>{A}</textarea>",
        f"<noscript>{A}</noscript>",
        f"<xmp>{A}</xmp>",
        f"<plaintext>{A}",
        f"<svg><text>{A}</text></svg>",
        f"<math><mtext>{A}</mtext></math>",
        f"<select><option>{A}</select>",
        f"<a href='mailto:{A}'>x</a>",
        f"<area href='mailto:{A}'>",
        f"<table><td background='mailto:{A}'>",
        f"<!-- {A} --><!DOCTYPE html><html><p>x</p></html>",
        f"<html><p>x</p></html><!-- {A} -->",
        f"<img alt='{A}'>",
        f"<p title='{A}'>",
        f"<input value='{A}'>",
        f"<meta name=author content='{A}'>",
        f"<p data-wie='{A}'>",
        f"<p {A}='x'>",
        f"<{A}>",
        f"<script>var x = '{A}'</script>",
        f"<style>p:after {{ content: '{A}' }}</style>",
        "<style>.a:before{content:'jan'} .a:after{content:\"@klas.test\"}</style>",
        f"<!-- {A} -->",
        "<!-- jan&#64;klas.test -->",
        "<!--[if mso]><p>ja<b>n</b>@klas.test</p><![endif]-->",
        f"<![CDATA[{A}]]>",
        f"<?php {A} ?>",
        "<template>ja<b>n</b>@klas.test</template>",
        "<iframe srcdoc='<p>ja<b>n</b>@klas.test'></iframe>",
        "jan<img src='cid:at.gif' alt='@'>klas.test",
        "jan<img src='cid:at.gif' title=' at '>klas.test",
        "jan<span style='display:none'>NIET</span>@klas.test",
        "jan<span hidden>NIET</span>@klas.test",
        "jan<span style='color:red;VISIBILITY: hidden'>NIET</span>@klas.test",
        "jan<b style='font-size:0px'>x</b>@<b style='mso-hide:all'>x</b>klas.test",
        "jan<span style='display:none'>a<span style='display:none'>b</span></span>@klas.test",
        f"<bdo dir=rtl>{A[::-1]}</bdo>",
        f"<span style='unicode-bidi:bidi-override;direction:rtl'>{A[::-1]}</span>",
    ],
)
def test_an_address_is_read_wherever_the_markup_keeps_it(markup: str) -> None:
    assert A in everything(markup)


def test_blocks_and_cells_part_words_and_inline_tags_join_them() -> None:
    assert html_text("<p>een</p><p>twee</p>").text.split() == ["een", "twee"]
    assert html_text("<table><tr><td>een</td><td>twee</td></table>").text.split() == ["een", "twee"]
    assert html_text("<b>een</b><i>twee</i>").text.strip() == "eentwee"
    assert html_text("een<br>twee").text.split("\n") == ["", "", "", "", "een", "twee", "", ""]


def test_white_space_counts_only_in_preformatted_text() -> None:
    assert "een twee" in html_text("<p>een \n\t twee</p>").text
    assert "een \n\t twee" in html_text("<pre>een \n\t twee</pre>").text


@pytest.mark.parametrize(
    "quote",
    ["<blockquote>{}</blockquote>", "<div class='x gmail_quote'>{}</div>", "<div class='Moz-Cite-Prefix'>{}</div>"],
)
def test_a_quote_is_told_apart(quote: str) -> None:
    found = html_text("<p>nieuw</p>" + quote.format("<p>oud</p>") + "<p>meer nieuw</p>")
    ((start, end),) = found.quotes
    assert found.text[start:end].strip() == "oud"


@pytest.mark.parametrize("mark", ["divRplyFwdMsg", "appendonsend"])
def test_everything_behind_the_mark_of_outlook_is_quoted(mark: str) -> None:
    found = html_text(f"<p>nieuw</p><div id='{mark}'></div><p>oud</p><div id='{mark}'></div><p>ouder</p>")
    ((start, end),) = found.quotes
    assert found.text[start:end].split() == ["oud", "ouder"]


def test_classes_that_say_nothing_quote_nothing() -> None:
    found = html_text("<p class='MsoNormal' id=x>a</p><p class>b</p>")
    assert found.quotes == ()
    assert found.shown == ()


def test_an_image_of_the_sign_is_the_sign_and_a_logo_is_none() -> None:
    assert "@" not in html_text("a<img alt='logo'>b").text
    assert "a@b" in html_text("a<img alt='[AT]'>b").text


def test_a_style_that_hides_nothing_here_leaves_the_text_alone() -> None:
    found = html_text("<b style='color:red'>a</b><style>.x{display:none}</style>")
    assert found.shown == ()
    assert "a" in found.text


def test_an_attribute_without_a_sign_is_not_kept() -> None:
    assert html_text("<p data-x='12' lang=nl>a</p>").hidden == ()
    assert html_text("<p data-x='jan%40klas.test'>a</p>").hidden == ("jan%40klas.test",)


def test_a_comment_without_markup_is_kept_once() -> None:
    assert html_text("<!--a@b--><!--<p>x</p>-->").comments == ("a@b", "<p>x</p>")


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * (DEPTH_MAX + 10) + "ja<b>n</b>&#64;klas.test",
        "<p " + " ".join(f"a{n}=1" for n in range(ATTRIBUTES_MAX + 10)) + ">ja<b>n</b>&#64;klas.test",
    ],
)
def test_markup_made_to_be_slow_is_read_without_a_tree(markup: str) -> None:
    found = html_text(markup)
    assert A in found.text
    assert "ja<b>n</b>@klas.test" in found.hidden[0]


def test_many_elements_side_by_side_are_not_deep() -> None:
    found = html_text("<br><p>a</p>" * (DEPTH_MAX + 10) + "<br>" * (2 * DEPTH_MAX))
    assert found.hidden == ()


def test_many_closing_tags_and_long_tags_are_not_hostile() -> None:
    assert (
        html_text("</p>" * 10 + "<br>" * (DEPTH_MAX + 50) + "<p title='" + "x " * 2000 + "'>a</p>").text.strip() == "a"
    )


@pytest.mark.parametrize("markup", ["", "\0", "<", "<!", "<!--", "<p", "</", "&", "&#xd800;", "<p a='", "\ud800"])
def test_odd_ends_are_read(markup: str) -> None:
    assert isinstance(everything(markup), str)


pieces = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "<td>", "<blockquote>", "<style>", "</style>", "<!--", "-->", "<template>",
         "<span hidden>", "<span style='display:none'>", "</span>", "<a href='x@y'>", "<img alt='@'>", "&#64;", "a@b", '"',
         "<pre>", "<bdo>", "<svg>", "<script>", "</script>", " ", "\n"]
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(pieces)
def test_tags_in_any_order_are_read_with_quotes_inside_the_text(markup: list[str]) -> None:
    found = html_text("".join(markup))
    assert all(0 <= start <= end <= len(found.text) for start, end in found.quotes)
    assert html_text("".join(markup)) == found
