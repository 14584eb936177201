"""Address headers in two views: by the grammar, and as a sloppy client reads them."""

import base64
import email.utils

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.message import View
from rules.message.addresses import read_addresses
from rules.message.canonical import ADDRESS_MAX, address_variants, canonical_address, recipient_key
from rules.message.grammar import Entry, read_list


def addresses(value: str | bytes) -> set[str]:
    raw = value.encode() if isinstance(value, str) else value
    return {box.address for box in read_addresses(raw).boxes}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", set()),
        ("a@x.nl", {"a@x.nl"}),
        ("a@x.nl, b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("a@x.nl; b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("a@x.nl b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("a@x.nl,, ,b@y.nl,", {"a@x.nl", "b@y.nl"}),
        ("Jan Bos <A@X.NL>", {"a@x.nl"}),
        ('"Bos, Jan" <a@x.nl>', {"a@x.nl"}),
        ('"Bos \\"Jantje\\" Jan" <a@x.nl>', {"a@x.nl"}),
        ("Bos, Jan <a@x.nl>", {"a@x.nl"}),
        ("=?utf-8?Q?Vries,_J._de?= <a@x.nl>, b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("=?utf-8?Q?jan=40z.nl?= <a@x.nl>", {"a@x.nl", "jan@z.nl"}),
        ("=?utf-8?B?YUB4Lm5s?=", {"a@x.nl"}),
        ('"a@x.nl" <b@y.nl>', {"a@x.nl", "b@y.nl"}),
        ("b@y.nl (a@x.nl)", {"a@x.nl", "b@y.nl"}),
        ("a(c)@(d)x.nl", {"a@x.nl"}),
        ("a @ x.nl", {"a@x.nl"}),
        ("a@x . nl", {"a@x.nl", "a@x"}),
        ("Ouders 3B: a@x.nl, b@y.nl;", {"a@x.nl", "b@y.nl"}),
        ("Ouders: a@x.nl, b@y.nl; c@z.nl", {"a@x.nl", "b@y.nl", "c@z.nl"}),
        ("Ouders (q@q.nl): a@x.nl;", {"a@x.nl", "q@q.nl"}),
        ('"w@w.nl": a@x.nl;', {"a@x.nl", "w@w.nl"}),
        ("undisclosed-recipients:;", set()),
        ("A: B: a@x.nl;;", {"a@x.nl"}),
        ("a@x.nl: b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("<@r.nl,@s.nl:a@x.nl>", {"a@x.nl"}),
        ('<"jan bos"@x.nl>', {'"jan bos"@x.nl'}),
        ('"jan"@x.nl', {"jan@x.nl"}),
        ("<a@x.nl", {"a@x.nl"}),
        ("<<a@x.nl>>", {"a@x.nl"}),
        ("<a@x.nl> <b@y.nl>", {"a@x.nl", "b@y.nl"}),
        ("<a@x.nl> b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("<a@x.nl;b@y.nl>", {"a@x.nl", "b@y.nl"}),
        ("Jan <(c)a@x.nl>", {"a@x.nl"}),
        ("Jan <a@x.nl (onaf", {"a@x.nl"}),
        ("a@x.nl > b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("a@x.nl ] b@y.nl", {"a@x.nl", "b@y.nl"}),
        ('"Jan a@x.nl, b@y.nl', {"a@x.nl", "b@y.nl"}),
        ("(a@x.nl, b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("((a@x.nl) b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("(\\) a@x.nl) b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("a@[192.0.2.1]", {"a@[192.0.2.1]"}),
        ("a@x.nl\r\n\t, b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("a@x.nl\0, b@y.nl", {"a@x.nl", "b@y.nl"}),
        ("zoë@x.nl, a@bücher.nl", {"zoë@x.nl", "a@bücher.nl"}),
        ("a@xn--bcher-kva.nl", {"a@bücher.nl"}),
        ("jan+school@x.nl", {"jan+school@x.nl"}),
        ('"Jan \\"J\\" Bos" <_jan@x.nl>, -a@y.nl;', {"_jan@x.nl", "-a@y.nl"}),
        ("niemand", set()),
        ("jan.@x.nl, .piet@y.nl", {"jan.@x.nl", ".piet@y.nl"}),
        ("jan.@x.nl; .piet@y.nl", {"jan.@x.nl", ".piet@y.nl"}),
        ("a@.., b@y.nl", {"b@y.nl"}),
        ("a@x⑴.nl; b@y.nl", {"b@y.nl"}),
        ("<>", set()),
        ("@", set()),
        (',;:<>()"', set()),
    ],
)  # fmt: skip
def test_everybody_a_field_names_is_seen(value: str, found: set[str]) -> None:
    assert addresses(value) == found


def test_eight_bit_letters_in_any_charset_are_read() -> None:
    assert addresses("Zoë Bos <zoe@x.nl>".encode("latin-1")) == {"zoe@x.nl"}
    assert addresses("Zoë Bos <zoë@x.nl>".encode()) == {"zoë@x.nl"}


def test_the_display_name_is_decoded_after_parsing() -> None:
    (box,) = read_addresses(b"=?utf-8?Q?Vries=2C_Zo=C3=AB_de?= <z@x.nl>").boxes
    assert (box.display, box.address, box.raw, box.view) == ("Vries, Zoë de", "z@x.nl", "z@x.nl", View.BOTH)
    (box,) = read_addresses(b'"Bos \\"Jan\\""  van  Dam <j@x.nl>').boxes
    assert box.display == 'Bos "Jan" van Dam'


def test_the_views_differ_where_readers_differ() -> None:
    views = {box.address: box.view for box in read_addresses(b'"a@x.nl" <b@y.nl>').boxes}
    assert views == {"b@y.nl": View.BOTH, "a@x.nl": View.LENIENT}
    views = {box.address: box.view for box in read_addresses(b"a (c) @x.nl").boxes}
    assert views["a@x.nl"] is View.STRICT


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        ("a@x.nl; b@y.nl", ""),
        ('"a@x.nl" <b@y.nl>', ""),
        ("niemand", ""),
        ('"Jan a@x.nl', "a quote, comment or bracket that is not closed"),
        ("(Jan a@x.nl", "a quote, comment or bracket that is not closed"),
        ("Jan <a@x.nl, b@y.nl", "a quote, comment or bracket that is not closed"),
        ("Jan <a@x.nl", ""),
        ("=?utf-8?B?YUB4Lm5s?=", "an address inside an encoded word"),
        ("=?utf-8?Q?jan=40z.nl?= <a@x.nl>", ""),
    ],
)
def test_doubt_is_named_only_where_readers_disagree_about_who_is_meant(value: str, doubt: str) -> None:
    assert read_addresses(value.encode()).doubt == doubt


def test_an_entry_tells_what_is_wrong_with_it() -> None:
    assert read_list("Jan (x) <a@x.nl>") == [Entry("Jan", "a@x.nl", ("x",))]
    assert [entry.wrong for entry in read_list("a@x.nl; b@y.nl")] == ["semicolon", ""]
    assert [entry.wrong for entry in read_list("a b@y.nl")] == ["words"]
    assert [entry.wrong for entry in read_list("Jan")] == ["no address"]
    assert [entry.wrong for entry in read_list("(")] == ["comment"]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Jan@X.NL", "jan@x.nl"),
        (" <jan@x.nl> ", "jan@x.nl"),
        ("'jan@x.nl'", "jan@x.nl"),
        ("Jan Bos <jan@x.nl>", "jan@x.nl"),
        ("mail naar jan@x.nl graag", "jan@x.nl"),
        ('"jan"@x.nl', "jan@x.nl"),
        ('"jan bos"@x.nl', '"jan bos"@x.nl'),
        ('"a\\"b\\\\c"@x.nl', '"a\\"b\\\\c"@x.nl'),
        ('""@x.nl', ""),
        ("jan@x.nl.", "jan@x.nl"),
        ("jan@X。nl", "jan@x.nl"),
        ("jan@ｘ．nl", "jan@x.nl"),
        ("jan@xn--bcher-kva.nl", "jan@bücher.nl"),
        ("jan@xn--\udcff.nl", "jan@xn--\udcff.nl"),
        ("jan@xn--a-.nl", "jan@xn--a-.nl"),
        (f"jan@xn--{'a' * 80}.nl", f"jan@xn--{'a' * 80}.nl"),
        ("jan@[192.0.2.1]", "jan@[192.0.2.1]"),
        ("jan@[", ""),
        ("jan@.nl", ""),
        ("jan", ""),
        ("", ""),
        ("@x.nl", ""),
        ("a..b@x.nl", "a..b@x.nl"),
        ("a b c", ""),
        ("a@x⑴.nl b@y.nl", "b@y.nl"),
        ("jan.@x.nl", "jan.@x.nl"),
        ("x" * ADDRESS_MAX + "@x.nl", ""),
    ],
)  # fmt: skip
def test_an_address_has_one_spelling(text: str, canonical: str) -> None:
    assert canonical_address(text) == canonical


def test_decomposed_and_composed_letters_are_one_person() -> None:
    assert canonical_address("zoe\u0308@x.nl") == canonical_address("ZO\u00cb@X.NL") == "zoë@x.nl"


def test_two_spellings_of_a_recipient_have_one_key_and_what_is_no_address_has_its_own() -> None:
    assert recipient_key("Zoe\u0308@X.nl") == recipient_key("ZO\u00cb@x.NL")
    assert recipient_key("Postmaster") == recipient_key("postmaster") != recipient_key("root")


def test_a_tag_has_the_bare_address_beside_it() -> None:
    assert address_variants("jan+school@x.nl") == ("jan+school@x.nl", "jan@x.nl")
    assert address_variants("+jan@x.nl") == ("+jan@x.nl",)
    assert address_variants("jan+@x.nl") == ("jan+@x.nl", "jan@x.nl")
    assert address_variants("jan@x.nl") == ("jan@x.nl",)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_the_canonical_spelling_of_a_canonical_address_is_itself(text: str) -> None:
    once = canonical_address(text)
    assert canonical_address(once) == once


simple = st.builds(
    "{}@{}.example".format,
    st.one_of(st.text("abcz09", min_size=1, max_size=9), st.sampled_from(["jan.bos", "jan+school", "j_b-c", "o.b.c"])),
    st.text("abcz", min_size=1, max_size=6),
)
names = st.one_of(
    st.just(""),
    st.text('aZ0,;:"\\()<>[]. ëß日=?_', max_size=20),
    st.sampled_from(["Vries, Jan de", 'Jan "J" Bos', "a\\b", "Zoë", "x (y)", "groep: 3B;", "=?utf-8?Q?a?="]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(names, simple), max_size=6), st.sampled_from([", ", ",\r\n ", ",", "; ", " ;"]))
def test_a_list_written_by_the_standard_library_is_read_whole(boxes: list[tuple[str, str]], between: str) -> None:
    value = between.join(email.utils.formataddr(box) for box in boxes)
    assert {address for _, address in boxes} <= addresses(value)


def test_a_mark_that_stands_apart_is_no_part_of_the_address_to_everybody() -> None:
    assert {"a@x.nl", ".a@x.nl"} <= addresses(".\r\n a@x.nl")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(['"', "(", ")", "<", ">", ",", ";", ":", "\\", "@", ".", " ", "a@x.nl", "b", "[", "]", "=?utf-8?Q?", "?=",
                         "=40", "\r\n ", "\0", "é"]),
        max_size=20,
    ).map("".join)
)  # fmt: skip
def test_no_order_of_marks_hides_a_plain_address(value: str) -> None:
    found = addresses(value)
    assert all(canonical_address(address) == address for address in found)
    if value.split() and "a@x.nl" in value.replace(",", " ").replace(";", " ").split() and "=?" not in value:
        assert "a@x.nl" in found


@settings(max_examples=60, deadline=None)
@given(simple)
def test_an_address_in_an_encoded_word_is_seen(address: str) -> None:
    word = f"=?utf-8?B?{base64.b64encode(address.encode()).decode()}?="
    assert address in addresses(word)
    assert address in addresses(f"{word} <b@y.nl>")
