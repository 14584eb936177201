"""Addresses as people and programs write them, hide them, and what only looks like one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.detectors.email_address import HIGH, LOW, find

JAN = "jan.devries@ziggo.example"


def values(text: str) -> set[str]:
    return {hit.value for hit in find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Mail jan.devries@ziggo.example even.",
        "jan.devries@ziggo.example.",
        "jan.devries@ziggo.example.Groeten, Piet",
        "jan.devries@ziggo.example-adres",
        "jan.devries@ziggo.example–of bel",
        "aan…jan.devries@ziggo.example",
        "jan.devries@ziggo.example_x",
        "JAN.DEVRIES@ZIGGO.EXAMPLE",
        "<jan.devries@ziggo.example>",
        "(jan.devries@ziggo.example)",
        "'jan.devries@ziggo.example'",
        "„jan.devries@ziggo.example”",
        "–jan.devries@ziggo.example–",
        "**jan.devries@ziggo.example**",
        '"jan.devries"@ziggo.example',
        "mailto:jan.devries@ziggo.example?subject=x",
        "naam|jan.devries@ziggo.example|3B",
        "vader/jan.devries@ziggo.example",
        "email=jan.devries@ziggo.example",
        "jan.devries@ziggo.example/piet@x.example",
        "jan.devries＠ziggo．example",
        "jan.devries@ziggo。example",
        "jan.devries@ziggo｡example",
        "𝐣𝐚𝐧.devries@ziggo.example",
        "jan.dev\u200bries@\u00adziggo\u2060.example",
        "jan.devries%40ziggo.example",
        "jan.devries%2540ziggo.example",
        "https://veilig.example/?url=mailto%3Ajan.devries%252540ziggo.example&x=1",
        "IMCEASMTP-jan+2Edevries+40ziggo+2Eexample@relay.example",
        "jan.devries_ziggo.example#EXT#@school.onmicrosoft.example",
        "jan.devries[at]ziggo.example",
        "jan.devries (at) ziggo punt example",
        "jan.devries{at}ziggo.example",
        "jan.devries<at>ziggo.example",
        "jan.devries ((at)) ziggo.example",
        "jan.devries<@>ziggo.example",
        "jan.devries[@]ziggo.example",
        "jan.devries (a) ziggo [.] example",
        "jan.devries apenstaartje ziggo punt example",
        "jan punt devries apestaart ziggo punt example",
        "jan.devries (aapje) ziggo punt example",
        "jan[dot]devries[at]ziggo[dot]example",
        "jan.devries@ ziggo.example",
        "-jan.devries@ziggo.example",
        "?email=jan.devries@ziggo.example",
        "jan.devries @ ziggo.example",
        "jan.devries\t@\tziggo.example",
        "jan.devries\r\n@ziggo.example",
        "jan.devries@\nziggo.example",
        "İ jan.devries [at] ziggo.example",
    ],
)  # fmt: skip
def test_an_address_is_surely_seen(text: str) -> None:
    assert (JAN, HIGH) in {(hit.value, hit.confidence) for hit in find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "jan.devries at ziggo.example",
        "jan.devries at ziggo dot example",
        "jan.devries AT ziggo DOT example",
        "jan.devries -at- ziggo.example",
        'jan.devries "at" ziggo.example',
        "jan.devries /at/ ziggo.example",
        "jan.devries *at* ziggo.example",
        "jan.devries - at - ziggo.example",
        "jan.devries_at_ziggo.example",
        "jan.devries bij ziggo punt example",
        "jan.devries @ ziggo . example",
        "jan.devries @ziggo .example",
        "jan.devries @ ziggo . example",
        "bounces+jan.devries=ziggo.example@lijst.example",
        "SRS0=AbC=dE=ziggo.example=jan.devries@doorstuur.example",
        "SRS1+x=y=ziggo.example=jan.devries@doorstuur.example",
        "jan.devries%ziggo.example@relay.example",
    ],
)
def test_an_address_is_seen_with_doubt(text: str) -> None:
    assert (JAN, LOW) in {(hit.value, hit.confidence) for hit in find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "https://school.example/inschrijven?email=jan.devries@ziggo.example",
        "https://school.example/?m=jan.devries@ziggo.example&dag=2",
        "mailto:info@school.example?cc=jan.devries@ziggo.example",
        "https://school.example/#jan=jan.devries@ziggo.example",
    ],
)
def test_an_address_in_a_link_s_query_is_seen_and_nothing_else_is_made_of_it(text: str) -> None:
    seen = {(hit.value, hit.confidence) for hit in find(text)}
    assert (JAN, HIGH) in seen
    assert {value for value, _ in seen} <= {JAN, "info@school.example"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "geen adres",
        "@",
        "a@",
        "@b.nl",
        "jan@localhost",
        "logo@2x.png",
        "volg ons op @school.naam",
        "cid:image001.png@01DD9F9A.AB6F1234",
        "jan@1.2.3.4",
        "we meet at ziggo.nl",
        "Kom om 12.30 at bol.com",
        "look at this.",
        "foto look_at_me.jpg",
        "kijk-at-home.nl",
        "bij oefening punt twee",
        "jan bij school punt",
        "100%40",
        "%40",
        "%zz40ziggo",
        "50 % (a) van de klas",
        "prijs @ 5,00 per stuk",
        "(at) ziggo.nl",
        "jan [at] school",
        "... [at] ziggo.nl",
        "apenstaartje is een dier",
        "de (apen) en [apen]",
        "jan_#EXT#@school.onmicrosoft.example_",
        "(at",
        "x [at",
    ],
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert JAN not in values(text)
    assert not any(hit.confidence == HIGH and "onmicrosoft" not in hit.value for hit in find(text))


@pytest.mark.parametrize(
    "text",
    [
        "we meet at ziggo.nl",
        "volg ons op @school.naam",
        "foto look_at_me.jpg",
        "bij oefening punt twee",
        "12.30 at bol.com",
    ],
)
def test_ordinary_words_are_no_sign(text: str) -> None:
    assert find(text) == ()


def test_a_local_literal_has_an_address_too() -> None:
    assert values("jan@[192.0.2.1]") == {"jan@[192.0.2.1]"}


def test_a_tag_and_a_quoted_name_stay_in_the_value() -> None:
    assert values("jan+school@ziggo.example") == {"jan+school@ziggo.example"}
    assert values('"jan de vries"@ziggo.example') == {'"jan de vries"@ziggo.example'}


def test_an_internationalised_domain_is_one_in_letters_and_in_punycode() -> None:
    assert values("zoë@bücher.example") == values("ZOË@xn--bcher-kva.example") == {"zoë@bücher.example"}


def test_a_file_named_after_a_person_names_the_person() -> None:
    assert JAN in values("jan.devries@ziggo.example.pdf")
    assert JAN in values("jan.devries@ziggo.example.heic")


def test_a_picture_for_sharp_screens_is_no_address() -> None:
    assert find("<img src='logo@2x.png'>") == ()
    assert values("jan@klas.md") == {"jan@klas.md"}


def test_an_exchange_address_that_wraps_no_mail_address_gives_only_itself() -> None:
    assert JAN not in values("IMCEAEX-_o=x_cn=jan@contoso.example")


def test_a_guest_without_a_domain_is_no_address() -> None:
    assert values("jan#EXT#@x.onmicrosoft.example") == {"#ext#@x.onmicrosoft.example"} or JAN not in values(
        "jan#EXT#@x.onmicrosoft.example"
    )


def test_spans_are_those_of_the_text_as_given() -> None:
    text = "Ouder: jan.devries＠ziggo\u200b.example, verder niets"
    (hit,) = find(text)
    assert text[hit.start : hit.end] == "jan.devries＠ziggo\u200b.example"


def test_a_plain_address_close_to_a_sign_that_stands_apart_is_seen_once() -> None:
    assert find("xx@y.z @ ") == ()
    assert [hit.value for hit in find("x@y.nl @ school")] == ["x@y.nl"]


def test_hits_come_in_the_order_of_the_text() -> None:
    text = "b@x.example a [at] y punt example c%40z.example d@w.example"
    assert [hit.value for hit in find(text)] == ["b@x.example", "a@y.example", "c@z.example", "d@w.example"]


def test_two_percent_coded_addresses_in_one_link_are_both_seen() -> None:
    assert values("x?to=a%40b.example;c%40d.example") == {"a@b.example", "c@d.example"}


addresses = st.builds(
    "{}{}@{}.{}".format,
    WORDS := st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=8),
    st.one_of(st.just(""), WORDS.map(".{}".format)),
    WORDS,
    st.sampled_from(["nl", "example", "org"]),
)
around = st.sampled_from(["", " ", "\n", "<", ">", "(", ")", ",", ";", ":", '"', "…", "\u00a0", "–"])


@settings(max_examples=60, deadline=None)
@given(addresses, around.filter("–".__ne__), around)
def test_a_plain_address_is_seen_between_any_marks(address: str, before: str, after: str) -> None:
    assert address in values(f"Beste ouders{before or ' '}{address}{after or ' '}groet")


@settings(max_examples=60, deadline=None)
@given(
    addresses,
    st.sampled_from(["[at]", " (at) ", " apenstaartje ", "{at}", "%40", "＠"]),
    st.sampled_from([".", " punt "]),
)
def test_a_disguised_address_is_the_address(address: str, sign: str, dot: str) -> None:
    local, _, domain = address.partition("@")
    assert address in values(f"Mail naar {local}{sign}{domain if sign in '%40＠' else domain.replace('.', dot)} en zo")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["@", " at ", "[at]", "a", "b.nl", " ", "%40", "%25", ".", " punt ", "(", ")", '"', "#EXT#", "=", "SRS0=",
                         "IMCEA", "-", "+40", "_at_", "\n", "é", "\u200b", "bij", "<", ">", "xn--"]),
        max_size=15,
    ).map("".join)
)  # fmt: skip
def test_pieces_of_addresses_in_any_order_give_spans_inside_the_text(text: str) -> None:
    for hit in find(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert "@" in hit.value
        assert hit.value == hit.value.strip()
