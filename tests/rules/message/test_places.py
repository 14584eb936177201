"""Every place an address can hide in, and what a mail reader makes of it (architecture.md, invariant 4).

Each case hides one address; it counts as seen if a place says it in letters or the detector finds it there.
"""

import base64
import binascii
import gzip
from collections.abc import Callable

import pytest

from rules.detectors import email_address
from rules.message import parse, places, unread
from tests.support.asn import mime, signed
from tests.support.hiding import HEADER_HIDERS, HELLO, HIDERS, RAW_ONLY, compose, mixed, text_part

A = "jan.devries@ziggo.example"
CODED = base64.encodebytes(f"Mail {A} even".encode()).replace(b"\n", b"\r\n")
BRIEF = b"From: a@b.example\r\nTo: x@y.example\r\nSubject: hoi\r\n"


def message(inner: bytes, extra: bytes = b"") -> bytes:
    return compose("s@school.example", ["x@y.example"], inner, extra=extra)


def part(head: str, body: bytes | str = b"") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + data


def seen(raw: bytes, address: str = A) -> list[str]:
    """Where the address is seen."""
    return [
        place.where
        for place in places(parse(raw))
        if address in place.text.lower() or any(hit.value == address for hit in email_address.find(place.text))
    ]


@pytest.mark.parametrize("name", sorted(HIDERS))
def test_a_hider_of_the_house_is_seen_through_or_named_unread(name: str) -> None:
    raw = message(HIDERS[name](A))
    pressed = any(A in "".join(place.text.lower().split()) for place in places(parse(raw)))
    assert seen(raw) or list(unread(parse(raw))) or (name in RAW_ONLY and pressed)


@pytest.mark.parametrize("name", sorted(HEADER_HIDERS))
def test_a_hider_in_the_header_is_seen_through(name: str) -> None:
    assert seen(message(HELLO, HEADER_HIDERS[name](A)))


TEXTS = {
    "uuencoded": "begin 644 a.txt\r\n" + binascii.b2a_uu(A.encode()).decode() + "`\r\nend\r\n",
    "uuencoded without a name": "begin 644\r\n" + binascii.b2a_uu(A.encode()).decode() + "`\r\nend\r\n",
    "lines of base64": CODED.decode(),
    "quoted lines of base64": "> " + CODED.decode().replace("\r\n", "\r\n> "),
    "indented base64": "    " + CODED.decode(),
    "a data link": "zie data:text/plain;base64," + base64.b64encode(A.encode()).decode() + " daar",
    "a data link percent-encoded": "data:;base64," + base64.b64encode(b"?>?" + A.encode()).decode().replace("=", "%3D"),
    "quoted-printable without a label": "jan.devries=40ziggo=2Eexample",
    "entities": "jan.devries&#64;ziggo.example",
    "entities of entities": "jan.devries&amp;#64;ziggo.example",
    "a script's escape": "jan.devries\\u0040ziggo.example",
    "a long escape": "jan.devries\\U00000040ziggo.example",
    "an escape in braces": "jan.devries\\u{40}ziggo.example",
    "an escape of RFC 6533": "jan.devries\\x{40}ziggo.example",
    "an escape of RTF": "jan.devries\\'40ziggo.example",
    "an escape of a style sheet": "jan.devries\\40 ziggo.example",
    "a six-digit escape": "jan.devries\\000040ziggo.example",
    "a backslash": "jan.devries\\@ziggo.example",
    "an encoded word": "=?utf-8?B?" + base64.b64encode(A.encode()).decode() + "?=",
    "utf-7 without a label": "jan.devries+AEA-ziggo.example",
    "xtext of a delivery report": "rfc822;jan.devries+40ziggo.example",
    "pieces joined by a script": "'jan.devries' + '@' + 'ziggo.example'",
    "a control character": "jan.devries\x01@\x7fziggo.example",
    "NUL": "jan.devries\0@ziggo.example",
    "a domain cut at its dot": "jan.devries@ziggo.\r\nexample",
    "a domain cut before its dot": "jan.devries@ziggo\r\n.example",
    "right to left": "\u202e" + A[::-1] + "\u202c",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_coding_in_plain_text_is_undone(name: str) -> None:
    assert seen(message(text_part(TEXTS[name])))


def test_an_escape_that_is_no_letter_stays() -> None:
    found = [
        place.text
        for place in places(parse(message(text_part("a@b.example \\U7fffffff \\ud800 \\u{ffffff} c@d.example"))))
    ]
    assert any("c@d.example" in text for text in found)
    assert all(text.encode() for text in found)


def test_format_flowed_joins_what_a_line_end_cut() -> None:
    inner = b"Content-Type: text/plain; format=flowed\r\n\r\n> jan.dev \r\n> ries@ziggo.example\r\n"
    assert seen(message(inner))


MARKUP = {
    "split by tags": "ja<b>n.dev</b>ries@<i>ziggo</i>.example",
    "a word hidden by style beside a spoken sign": "jan.devries<i hidden>NIET</i> [at] <i hidden>x</i>ziggo.example",
    "a word hidden by style": "jan.devries<span style='display:none'>NIET</span>@ziggo.example",
    "turned around": f"<bdo dir=rtl>{A[::-1]}</bdo>",
    "a conditional comment before the page": "<!--[if mso]><p>jan.<b>devries</b>&#64;ziggo.example<![endif]--><html>",
    "a link with breaks": "<a href='mailto:jan.dev&#9;ries@zig&#10;go.example'>x</a>",
    "a link wrapped twice": "<a href='https://s.example/?u=mailto%3Ajan.devries%252540ziggo.example'>x</a>",
    "a data link": f"<img src='data:text/plain;base64,{base64.b64encode(A.encode()).decode()}'>",
    "a page in a data link": f"<a href='data:text/html;base64,{base64.b64encode(f'<p>{A}'.encode()).decode()}'>x</a>",
    "cells of a table": "<table><tr><td>jan.devries</td><td>@ziggo.example</td></tr></table>",
    "an escape in a style sheet": "<style>p:after{content:'jan.devries\\40 ziggo.example'}</style>",
    "a script": "<a onclick=\"location='mailto:jan.devries'+'@'+'ziggo.example'\">x</a>",
    "entities of entities": "jan.devries&amp;#64;ziggo.example",
    "a quoted block": f"<blockquote>{A}</blockquote>",
    "two quoted blocks": f"x<blockquote>y<blockquote>{A}</blockquote></blockquote>z<blockquote>w</blockquote>",
    "a header block behind a quote": f"<blockquote>q</blockquote>Van: x<br>Aan: {A}",
    "two quotes side by side": f"<i class=gmail_quote>x</i><i class=gmail_quote>{A}</i>",
    "the rest of the page": f"<div id=divRplyFwdMsg></div>{A}",
    "an attribution": f"Op maandag schreef {A}:<br>hallo",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(MARKUP))
def test_markup_hides_nothing(name: str) -> None:
    assert seen(
        message(
            text_part(f"<html><body>{MARKUP[name]}</body></html>" if "before" not in name else MARKUP[name], "html")
        )
    )


SPLIT = "<doc>jan.dev<b>ries</b>&#64;ziggo.example</doc>"
FOLDED = "BEGIN:VCALENDAR\r\nATTENDEE:mailto:jan.dev\r\n ries@ziggo.example\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Type: application/octet-stream; name=x.html", SPLIT),
        ('Content-Type: application/octet-stream; name="x.HTM. "', SPLIT),
        ("Content-Type: application/octet-stream; name=x.html", "\0\1\2" * 400 + SPLIT),
        ("Content-Type: text/plain; name=x.html", SPLIT),
        ("Content-Type: image/svg+xml", SPLIT),
        ("Content-Type: application/xml", SPLIT),
        ("Content-Type: text/enriched", SPLIT),
        ("Content-Type: text/watch-html", SPLIT),
        ("Content-Type: application/octet-stream; name=x.ics", FOLDED),
        ("Content-Type: text/html; name=x.ics", FOLDED),
        ("Content-Type: application/json", '{"mail":"jan.devries\\u0040ziggo.example"}'),
        ("Content-Type: text", A),
        ("Content-Type: message/partial; id=1; number=1; total=1", BRIEF + b"Content-Transfer-Encoding: base64\r\n\r\n" + CODED),
        ('Content-Type: message/external-body; access-type=URL; URL="mailto:jan.devries%40ziggo.example"', ""),
        ("Content-Type: message/delivery-status", f"Final-Recipient: rfc822; {A}"),
        ("Content-Type: application/pdf; x-owner*=utf-8''jan.devries%40ziggo.example", "%PDF"),
        ("Content-Type: application/pdf; name*=utf-7''jan.devries%2BAEA-ziggo.example", "%PDF"),
        ("Content-Type: application/pdf\nContent-Disposition: attachment; filename*0*=utf-8''jan.dev; filename*1*=ries%40; filename*2=ziggo.example", "%PDF"),
        ('Content-Type: application/pdf; name="=?utf-8?Q?jan.devries=40ziggo.example?="', "%PDF"),
        ("Content-Type: application/pdf", b"%PDF\0\1\2\xff(" + A.encode() + b")"),
        ("Content-Type: application/octet-stream", A.encode("utf-16")),
        ("Content-Type: application/octet-stream", b"\0\1\2\3@ziggo.example \xff" + A.encode()),
        ("Content-Type: application/msword", b"\xd0\xcf\x11\xe0\0\0" + A.encode("utf-16-le") + b"\0\0"),
        ("Content-Type: application/octet-stream", b"hallo =ybegin line=128 size=25 name=a\r\n" + bytes((c + 42) % 256 for c in A.encode()) + b"\r\n=yend size=25\r\n"),
        ("Content-Type: text/plain", b"=ybegin part=1 line=9 name=a\r\n=ypart begin=1 end=9\r\n=}" + bytes((c + 42) % 256 for c in A.encode())),
    ],
)  # fmt: skip
def test_a_part_is_read_as_what_its_reader_makes_of_it(head: str, body: bytes | str) -> None:
    assert seen(message(mixed(HELLO, part(head, body))))


@pytest.mark.parametrize(
    "head",
    [
        'Content-Transfer-Encoding: "base64"',
        "Content-Transfer-Encoding: base64 (echt)",
        "Content-Transfer-Encoding: base64; x=y",
        "Content-Transfer-Encoding:\n base64",
        "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64",
        "X-Geen: base64",
        "Content-Transfer-Encoding: x-base64",
    ],
)
def test_base64_is_read_however_it_is_announced(head: str) -> None:
    assert seen(message(part(f"Content-Type: text/plain\n{head}", CODED)))


@pytest.mark.parametrize(
    "body",
    [
        b"!!" + CODED[:10] + b"$$ \r\n~" + CODED[10:],
        base64.b64encode(b"Mail jan.d") + base64.b64encode(b"evries@ziggo.example"),
        base64.b64encode(b"hallo daar") + b"\r\n\r\n" + A.encode(),
        base64.encodebytes(CODED),
        base64.b64encode(b"jan.devries=40ziggo=2Eexample"),
    ],
)
def test_broken_and_doubled_base64_is_read(body: bytes) -> None:
    assert seen(message(part("Content-Type: text/plain\nContent-Transfer-Encoding: base64", body)))


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-7", b"jan.devries+AEA-ziggo.example"),
        ("utf-16", A.encode("utf-16")),
        ("us-ascii", f"Mail {A}".encode("utf-16-le")),
        ("cp037", A.encode("cp037")),
        ("cp037", f"Mail {A}".encode()),
        ("utf-16be", f"Mail {A} even".encode()),
        ("iso-2022-jp", "ｊａｎ．ｄｅｖｒｉｅｓ＠ｚｉｇｇｏ．ｅｘａｍｐｌｅ".encode("iso-2022-jp")),
        ("hz-gb-2312", "ｊａｎ．ｄｅｖｒｉｅｓ＠ｚｉｇｇｏ．ｅｘａｍｐｌｅ".encode("hz")),
        ("klingon", f"Mail {A}".encode()),
        ("us-ascii; charset=utf-7", b"jan.devries+AEA-ziggo.example"),
    ],
)
def test_a_charset_hides_nothing(charset: str, data: bytes) -> None:
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64"
    assert seen(message(part(head, base64.encodebytes(data))))


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("calendar", "ATTENDEE:mailto:jan.dev\r\n\tries@ziggo.example"),
        ("calendar", "ATTENDEE:mailto:jan.devries%4\r\n 0ziggo.example"),
        ("calendar", "DESCRIPTION:mail\\njan.devries@ziggo.example\\, hallo"),
        ("calendar", "DESCRIPTION:jan.devries\\@ziggo.example"),
        ("calendar", "X-ALT-DESC;FMTTYPE=text/html:<p>jan.dev<b>ries</b>&#64\\;ziggo.example"),
        ("calendar", "ATTACH;ENCODING=BASE64;VALUE=BINARY:TWFpbCBqYW4uZGV2cmll\r\n c0B6aWdnby5leGFtcGxlIGV2ZW4="),
        ("vcard", "EMAIL;ENCODING=QUOTED-PRINTABLE:jan.dev=\r\nries=40ziggo.example"),
        ("vcard", "NOTE;ENCODING=b:" + base64.b64encode(A.encode()).decode()),
        ("vcard", "NOTE;BASE64:\r\n TWFpbCBqYW4uZGV2cmll\r\n c0B6aWdnby5leGFtcGxlIGV2ZW4=\r\n"),
        ("vcard", "PHOTO;ENCODING=B:" + base64.b64encode(b"\x89PNG\0\0\1" + A.encode() + b"\0").decode()),
    ],
)
def test_calendars_and_cards_are_unfolded_and_decoded(kind: str, line: str) -> None:
    body = f"BEGIN:V{kind.upper()}\r\n{line}\r\nEND:V{kind.upper()}\r\n"
    assert seen(message(mixed(HELLO, part(f"Content-Type: text/{kind}", body))))


@pytest.mark.parametrize(
    "inner",
    [
        part("Content-Type: message/rfc822", f"From: {A}\r\n\r\nhoi"),
        part("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", base64.encodebytes(BRIEF + b"Content-Transfer-Encoding: base64\r\n\r\n" + CODED)),
        part("Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable", "From: jan.devries=40ziggo.example\r\n\r\nhoi"),
        part("Content-Type: message/rfc822", b"\r\n\r\n" + BRIEF + b"Content-Transfer-Encoding: base64\r\n\r\n" + CODED),
        part("Content-Type: message/rfc822", b">From x\r\n" + BRIEF + b"Content-Transfer-Encoding: base64\r\n\r\n" + CODED),
        part("Content-Type: text/rfc822-headers", "To: =?utf-8?Q?jan.devries=40ziggo.example?=\r\n"),
        part('Content-Type: application/octet-stream; name="x.eml. "\nContent-Transfer-Encoding: base64', base64.encodebytes(b"Subject: x\r\nFrom: =?utf-8?Q?jan.devries=40ziggo.example?=\r\n\r\n")),
        part("Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64", base64.encodebytes(BRIEF + b"Cc: =?utf-8?Q?jan.devries=40ziggo.example?=\r\n\r\n")),
        part("Content-Type: text/plain\nContent-Disposition: attachment", BRIEF + b"Cc: =?utf-8?Q?jan.devries=40ziggo.example?=\r\n\r\n"),
        b"Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nFrom: =?utf-8?Q?jan.devries=40ziggo.example?=\r\n\r\nhoi\r\n--d--\r\n",
    ],
)  # fmt: skip
def test_an_attached_message_is_read_in_every_form(inner: bytes) -> None:
    assert seen(message(mixed(HELLO, inner)))


@pytest.mark.parametrize(
    "line",
    [
        f"{A}: als naam van het veld",
        f"X-Foo: ({A})",
        "X-Foo: jan.devries%40ziggo.example",
        "X-Foo: jan.devries=40ziggo.example",
        "X-Foo: a; b*=utf-8''jan.devries%40ziggo.example",
        "X-Foo: =?utf-8?Q?jan.dev?= =?iso-8859-1?Q?ries=40ziggo.example?=",
        "X-Foo: jan.dev=?utf-8?Q?ries=40?=ziggo.example",
        "X-Foo: =?utf-8?Q?=3D=3Futf-8=3FQ=3Fjan.devries=3D40ziggo.example=3F=3D?=",
        "X-Foo: =?utf-8?Q?jan.devries=40ziggo.example",
        "X-Foo: =?cp037?B?" + base64.b64encode(A.encode("cp037")).decode() + "?=",
        f"X-Foo: =?utf-16?Q?{A}?=",
        f"X-Foo: =?cp037?Q?{A}?=",
        "X-Foo: " + base64.b64encode(A.encode()).decode(),
        "X-Foo: jan.devries\x01@ziggo.example",
        "X-Original-Recipient: rfc822;jan.devries+40ziggo.example",
        "X-Foo: jan.devries＠ziggo.example",
        "X-Foo: jan.devries@\r\n\tziggo.example",
    ],
)
def test_a_header_line_is_read_in_every_coding(line: str) -> None:
    assert seen(message(HELLO, line.encode() + b"\r\n"))


@pytest.mark.parametrize(
    "inner",
    [
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Transfer-Encoding: base64\r\n\r\n" + CODED,
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\nContent-Transfer-Encoding: base64\r\n\r\n" + CODED,
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q--\r\n\r\n" + CODED,
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n" + CODED + b"\r\n--q\r\n\r\nhoi\r\n--q--\r\n",
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nhoi\r\n--q--\r\n" + CODED,
        b"Content-Type: multipart/mixed, boundary=q\r\n\r\n--q\r\nContent-Transfer-Encoding: base64\r\n\r\n" + CODED + b"\r\n--q--\r\n",
        b"Content-Type: multipart/mixed; boundary=qQ\r\n\r\n--Qq\r\nContent-Transfer-Encoding: base64\r\n\r\n" + CODED + b"\r\n--Qq--\r\n",
        b"Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Transfer-Encoding: base64\r\n\r\n" + CODED,
        b"Content-Transfer-Encoding: base64\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n" + base64.encodebytes(b"--q\r\n\r\n" + A.encode() + b"\r\n--q--"),
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q jan.devries@ziggo.example\r\n\r\nhoi\r\n--q--\r\n",
    ],
)  # fmt: skip
def test_no_damage_to_the_structure_hides_a_part(inner: bytes) -> None:
    assert seen(message(inner))


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        (part("Content-Type: application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22" + A.encode()), "tnef"),
        (part("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", b"0\x82"), "encrypted"),
        (part("Content-Type: application/octet-stream; name=message.rpmsg", b"\x76"), "encrypted"),
        (part("Content-Type: text/plain\nContent-Transfer-Encoding: x-gzip", gzip.compress(A.encode())), "encoding"),
        (part("Content-Type: message/rfc822", b"To: a@b.example\r\nbla\r\nCc: c@d.example\r\n\r\nhoi"), "ambiguous"),
        (b"Content-Type: message/rfc822\r\n\r\n" * 12 + BRIEF + b"\r\n", "too_deep"),
        (b"".join(b"Content-Type: multipart/mixed; boundary=q%d\r\n\r\n--q%d\r\n" % (n, n) for n in range(30)), "too_deep"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named(inner: bytes, why: str) -> None:
    assert why in {reason for _, reason in unread(parse(message(mixed(HELLO, inner))))}


@pytest.mark.parametrize("name", ["smime.p7m", "message.rpmsg"])
def test_a_shut_format_is_not_read_but_a_text_under_its_name_is(name: str) -> None:
    head = f"Content-Type: application/octet-stream; name={name}"
    assert not seen(message(mixed(HELLO, part(head, b"\x30\x82\x3e\x22\0\1\2\3" * 40 + A.encode()))))
    text = message(mixed(HELLO, part(head, f"Mail {A} even")))
    assert seen(text)
    assert list(unread(parse(text)))


def test_what_is_damaged_under_the_name_of_a_packed_message_is_read_and_named() -> None:
    head = "Content-Type: application/octet-stream; name=WinMail.dat."
    for content in (b"\x78\x9f\x3e\x22\0\1\2\3" * 40 + A.encode(), f"Mail {A} even".encode()):
        raw = message(mixed(HELLO, part(head, content)))
        assert seen(raw)
        assert "tnef" in {why for _, why in unread(parse(raw))}


def test_an_ordinary_message_is_wholly_read() -> None:
    assert list(unread(parse(message(HELLO)))) == []
    assert list(unread(parse(message(mixed(HELLO, part("Content-Type: message/rfc822", BRIEF + b"\r\nhoi")))))) == []


def test_places_tell_where_they_are() -> None:
    inner = mixed(HELLO, part("Content-Type: message/rfc822", f"To: {A}\r\n\r\nhoi"))
    found = [place for place in places(parse(message(inner))) if A in place.text]
    assert [(place.where, place.kind, place.part_path) for place in found] == [("part 2: header To", "header", "2")]
    assert found[0].header is not None
    assert found[0].header.name == "to"


def test_quoted_text_is_told_from_text_written_now() -> None:
    body = f"Zie onder.\r\n\r\nVan: x\r\nVerzonden: maandag\r\nAan: {A}\r\n"
    kinds = {place.kind for place in places(parse(message(text_part(body)))) if A in place.text}
    assert kinds == {"quoted"}


def test_a_binary_file_without_an_address_and_an_empty_part_are_no_places() -> None:
    raw = message(mixed(part("Content-Type: image/png", b"\x89PNG\0\1\2\3\xff"), part("Content-Type: text/plain")))
    assert {place.kind for place in places(parse(raw))} == {"header"}


def test_an_ordinary_message_is_told_once() -> None:
    """Other readings are places only when they say something new."""
    body = f"Mail {A} of kijk op https://x.example/?a=%20b &amp; zo \\ +31 =40 '+'\r\n"
    found = [place for place in places(parse(message(text_part(body)))) if A in place.text]
    assert len(found) == 1


SIGNED_LETTER = mime(signed(text_part("Mail jan@x.nl gerust", encoding="base64")), "application/pkcs7-mime")
LETTER = b"From: a@b.nl\r\nSubject: Dag\r\nMIME-Version: 1.0\r\n" + text_part("Mail jan@x.nl gerust", encoding="base64")
INNER = {
    "signed": signed(text_part("Mail jan@x.nl gerust", encoding="base64")),
    "a letter in base64": LETTER,
    "something signed in a letter": b"From: a@b.nl\r\nSubject: Dag\r\nMIME-Version: 1.0\r\n" + SIGNED_LETTER,
    "entities": "".join(f"&#{ord(letter)};" for letter in "jan@x.nl").encode(),
}


def uuencoded(data: bytes) -> bytes:
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return b"Content-Type: text/plain\r\n\r\nbegin 644 brief\r\n" + lines.replace(b"\n", b"\r\n") + b"`\r\nend\r\n"


def linked(data: bytes) -> bytes:
    coded = base64.b64encode(data)
    return b"Content-Type: text/html\r\n\r\n<a href='data:message/rfc822;base64," + coded + b"'>brief</a>\r\n"


def in_a_calendar(data: bytes) -> bytes:
    head = b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nATTACH;ENCODING=BASE64:"
    return head + base64.b64encode(data) + b"\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("around", [uuencoded, linked, in_a_calendar, lambda data: uuencoded(linked(data))])
@pytest.mark.parametrize("inner", sorted(INNER))
def test_what_is_coded_inside_something_coded_in_a_text_is_read(around: Callable[[bytes], bytes], inner: str) -> None:
    """Mail programs show these as files, and open them."""
    raw = BRIEF + around(INNER[inner])
    assert b"jan@x.nl" not in raw
    assert any("jan@x.nl" in place.text for place in places(parse(raw)))


def test_what_is_coded_in_a_text_too_often_ends_somewhere() -> None:
    data = b"jan@x.nl"
    for _ in range(12):
        data = linked(data)
    assert list(places(parse(BRIEF + data)))
