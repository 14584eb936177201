"""Paths and parameters of MAIL and RCPT."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.smtp.addresses import (
    MAIL_PARAMETERS,
    PATH_OCTETS_MAX,
    RCPT_PARAMETERS,
    ROUTED,
    BadAddress,
    BadParameter,
    BadValue,
    read_path,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("<anna@ouders.example>", "anna@ouders.example"),
        ("  <Anna@Ouders.Example>  ", "Anna@Ouders.Example"),
        ("anna@ouders.example", "anna@ouders.example"),
        ("anna@ouders.example SIZE=1", "anna@ouders.example"),
        ("<o'keefe+school@ouders.example>", "o'keefe+school@ouders.example"),
        ("<@een.example,@twee.example:anna@ouders.example>", "anna@ouders.example"),
        ('<"anna b"@ouders.example>', '"anna b"@ouders.example'),
        (r'<"a\"b\\"@ouders.example>', r'"a\"b\\"@ouders.example'),
        ("<anna@[192.0.2.1]>", "anna@[192.0.2.1]"),
        ("<anna@[IPv6:2001:db8::1]>", "anna@[IPv6:2001:db8::1]"),
        ("<josé@müller.example>", "josé@müller.example"),
        ("<anna@ouders.example.>", "anna@ouders.example."),
        ("<anna@print_4.ouders.example>", "anna@print_4.ouders.example"),
        (f"<a@{'b' * 63}.example>", f"a@{'b' * 63}.example"),
        ("<>", ""),
        ("<> SIZE=1", ""),
    ],
)
def test_an_address_is_given_back_as_it_was_spelt(text: str, address: str) -> None:
    assert read_path(text, MAIL_PARAMETERS)[0] == address


@pytest.mark.parametrize(
    "text",
    ["", " ", "<", ">", "<anna>", "anna", "<@>", "<a@>", "<@b.example>", "<a@b.example", "<a@b@c.example>", "<a b@c.example>",
     "<a@b.example>x", "<a@b.example>,<c@d.example>", "<a\x01@b.example>", '<"a\r"@b.example>', '<"a\\\r"@b.example>', "<a@[1\r]>",
     "<a@b..example>", "<a@.b.example>", "<a@b.example..>", "<a@-b.example>", "<a@b-.example>", "<a@é-.example>", f"<a@{'b' * 64}.example>",
     f"<a@{'é' * 64}.example>", "<a@[999.0.0.1]>", "<a@[]>", "<a@[x>", "<a@[IPv6:1]>", "<a@[IPv6:::1>", "<a@[::1]>", "<a@b]>", "<a,c@b.example>",
     "<a;c@b.example>", "<(a)c@b.example>", "<a\\c@b.example>", "<[a]@b.example>", "<a:c@b.example>", "<a\x7f@é.example>",
     '<"a\\\x00"@b.example>', "<a@b.example\udcff>", "<\udce9@b.example>", '<""@b.example>'],
)  # fmt: skip
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        read_path(text, MAIL_PARAMETERS)


@pytest.mark.parametrize("letter", ["a", "é"])
def test_a_path_has_at_most_so_many_octets(letter: str) -> None:
    size = len(letter.encode())
    room = PATH_OCTETS_MAX - 2 - len("@b.example")
    fits = letter * (room // size)
    assert read_path(f"<{fits}@b.example>", MAIL_PARAMETERS)[0] == f"{fits}@b.example"
    with pytest.raises(BadAddress):
        read_path(f"<{fits}{letter}@b.example>", MAIL_PARAMETERS)


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("<a@b.example> SIZE=10 body=8bitmime smtputf8", {"SIZE": "10", "BODY": "8bitmime", "SMTPUTF8": ""}),
        ("<a@b.example>   RET=full  ENVID=x+2By", {"RET": "full", "ENVID": "x+2By"}),
        ("a@b.example AUTH=<>", {"AUTH": "<>"}),
    ],
)
def test_parameters_of_mail(text: str, params: dict[str, str]) -> None:
    assert read_path(text, MAIL_PARAMETERS)[1] == params


@pytest.mark.parametrize("value", ["NEVER", "success", "SUCCESS,FAILURE", "delay,FAILURE,SUCCESS"])
def test_parameters_of_rcpt(value: str) -> None:
    read = read_path(f"<a@b.example> NOTIFY={value} ORCPT=utf-8;josé@b.example", RCPT_PARAMETERS)[1]
    assert read == {"NOTIFY": value, "ORCPT": "utf-8;josé@b.example"}


@pytest.mark.parametrize(
    "words", ["FOO", "FOO=1", "=1", "SIZE=", "SIZE==1", "SIZE=1=2", "-X=1", "SIZE=1\x01", "SIZE=\udcff", "NOTIFY=NEVER"]
)
def test_unknown_and_broken_parameters_are_refused(words: str) -> None:
    with pytest.raises(BadParameter):
        read_path(f"<a@b.example> {words}", MAIL_PARAMETERS)


@pytest.mark.parametrize(
    "words",
    ["SIZE", "SIZE=x", "SIZE=²", "SIZE=١", f"SIZE={'9' * 21}", "BODY", "BODY=9BIT", "RET=NO", "SMTPUTF8=1", "ENVID=é",
     "ENVID=a+b", "ENVID=a+2", "ENVID=a+2b", "ENVID=+", "ENVID", f"ENVID={'x' * 101}", "RET=FULL RET=FULL", "ENVID=a ENVID=b",
     "SIZE=1 SIZE=2", "ENVID=\u212a"],
)  # fmt: skip
def test_values_that_mean_nothing_are_refused(words: str) -> None:
    with pytest.raises(BadValue):
        read_path(f"<a@b.example> {words}", MAIL_PARAMETERS)


@pytest.mark.parametrize(
    "words",
    ["NOTIFY=NEVER,SUCCESS", "NOTIFY=SUCCESS,", "NOTIFY", "NOTIFY=NEVER NOTIFY=NEVER", "ORCPT=a@b.example", "ORCPT=;a", "ORCPT=rfc822;",
     "ORCPT=rfc822;a+b", "ORCPT=rfc822;a+2", "ORCPT=rfc822;é", "ORCPT=utf-8;a+zz", f"ORCPT=rfc822;{'x' * 494}", "ORCPT=rfc822;a ORCPT=rfc822;a"],
)  # fmt: skip
def test_a_mail_server_hears_no_parameter_it_would_refuse(words: str) -> None:
    """RFC 3461 §4: what is passed on and refused there would come back as a bounce."""
    with pytest.raises(BadValue):
        read_path(f"<a@b.example> {words}", RCPT_PARAMETERS)


@pytest.mark.parametrize(
    "address", ["a%b.example@c.example", "b.example!a@c.example", '"a@b.example"@c.example', "a%@c.example"]
)
def test_a_way_in_the_local_part_is_seen(address: str) -> None:
    assert ROUTED.search(read_path(f"<{address}>", RCPT_PARAMETERS)[0])
    assert not ROUTED.search("a.b+c=d@c.example")


@given(st.text() | st.from_regex(r"<[^>]{0,20}@[^>]{0,20}>( [A-Z0-9=;]{0,20})*", fullmatch=True))
def test_any_text_is_an_address_that_can_be_said_on_one_line_or_is_refused(text: str) -> None:
    try:
        address, params = read_path(text, MAIL_PARAMETERS | RCPT_PARAMETERS)
    except (BadAddress, BadParameter, BadValue):
        return
    for said in (address, *params.values()):
        said.encode("utf-8")
        assert not any(letter < " " for letter in said)
        assert len(said.splitlines()) <= 1
    assert "<" not in address or address.startswith('"')
