"""The tree of parts in both views, and what a message says of itself."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from rules.message import View, parse, places
from rules.message.dates import read_date
from rules.message.fields import FIELDS_MAX
from rules.message.model import MESSAGE_DEPTH_MAX
from rules.message.params import read_value
from rules.message.payload import decode_base64, decode_payload
from rules.message.quotes import split_quotes
from rules.message.structure import FIELDS_IN_ALL_MAX, MULTIPART_DEPTH_MAX, PARTS_MAX
from rules.text.words import decode_words

HEAD = b"From: a@b.nl\r\nTo: c@d.nl\r\n"


def multipart(body: bytes, params: bytes = b"boundary=q", kind: bytes = b"mixed") -> bytes:
    return HEAD + b"Content-Type: multipart/" + kind + b"; " + params + b"\r\n\r\n" + body


def leaves(raw: bytes) -> list[tuple[str, str, View]]:
    return [(part.path, part.payload.decode("latin-1").strip(), part.view) for part in parse(raw).parts]


def details(raw: bytes) -> set[str]:
    return {difference.detail for difference in parse(raw).differences}


def codes(raw: bytes) -> set[str]:
    return {defect.code for defect in parse(raw).defects}


BOTH, STRICT, LENIENT = View.BOTH, View.STRICT, View.LENIENT
TWO = b"--q\r\n\r\neen\r\n--q\r\nContent-Type: text/html\r\n\r\ntwee\r\n--q--\r\n"


def test_offsets_lead_to_the_bytes_of_each_part() -> None:
    message = parse(multipart(b"voor\r\n" + TWO + b"na\r\n"))
    assert [message.raw[part.start : part.end] for part in message.parts] == [b"een", b"twee"]
    assert [part.content_type for part in message.parts] == ["text/plain", "text/html"]
    assert [part.path for part in message.parts] == ["1", "2"]
    assert [(where, message.raw[start:end].strip()) for where, start, end in message.gaps] == [
        ("message preamble", b"voor"),
        ("message epilogue", b"na"),
    ]
    assert message.differences == message.defects == ()


def test_nested_parts_are_numbered_like_paragraphs() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=w\r\n\r\n--w\r\n\r\na\r\n--w\r\n\r\nb\r\n--w--\r\n"
    raw = multipart(b"--q\r\n" + inner + b"\r\n--q\r\n\r\nc\r\n--q--\r\n")
    assert [path for path, _, _ in leaves(raw)] == ["1.1", "1.2", "2"]
    assert [part.path for part in parse(raw).containers] == ["", "1"]


@pytest.mark.parametrize(
    ("raw", "parts", "said", "defects"),
    [
        (multipart(b"--q\r\n\r\neen"), [("1", "een", BOTH)], set(), {"unterminated"}),
        (multipart(b"--q\n\neen\n--q--\n"), [("1", "een", BOTH)], set(), {"bare_lf"}),
        (multipart(b"--q\r\n\r\neen\r\n--q x\r\ntwee\r\n--q--", b"boundary=q; boundary=w"), [("1", "een\r\n--q x\r\ntwee", STRICT)], {"two boundaries", "text behind a boundary"}, set()),
        (HEAD + b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: 7bit\r\n\r\nx", [("1", "x", BOTH)], set(), set()),
        (multipart(b"--q \t\r\n\r\neen\r\n--q-- \r\n"), [("1", "een", BOTH)], set(), set()),
        (multipart(TWO + b"--q\r\n\r\ndrie\r\n"), [("1", "een", BOTH), ("2", "twee", BOTH), ("3", "drie", LENIENT)], {"parts after the closing boundary"}, set()),
        (multipart(b"--q\r\n\r\neen\r\n--q x\r\n\r\ntwee\r\n--q--\r\n"), [("1", "een\r\n--q x\r\n\r\ntwee", STRICT), ("2", "een", LENIENT), ("3", "twee", LENIENT)], {"text behind a boundary"}, set()),
        (multipart(TWO, b"boundary=q; boundary=w"), [("1", "een", STRICT), ("2", "twee", STRICT)], {"two boundaries"}, set()),
        (multipart(b"--w\r\n\r\neen\r\n--w--\r\n", b"boundary=q; boundary=w"), [("1", "een", LENIENT)], {"two boundaries"}, {"unterminated"}),
        (multipart(b"--www\r\nX: y\r\n\r\neen\r\n--www--\r\n", b"x=y"), [("1", "een", LENIENT)], {"a boundary that is not declared"}, {"no_parts"}),
        (multipart(b"hallo", b"x=y"), [("1", "hallo", LENIENT)], {"a multipart without parts"}, {"no_parts"}),
        (multipart(b"", b"boundary=q"), [("1", "", LENIENT)], set(), {"no_parts"}),
        (multipart(b"--q--\r\nhallo"), [("1", "--q--\r\nhallo", LENIENT)], {"a multipart without parts"}, {"no_parts"}),
        (HEAD + b"Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n" + TWO, [("1", TWO.decode().strip(), STRICT), ("1", "een", LENIENT), ("2", "twee", LENIENT)], {"two content types"}, set()),
        (HEAD + b"Content-Type: text/plain\r\nContent-Type: text/plain\r\n\r\nx", [("1", "x", BOTH)], set(), set()),
        (HEAD + b"Content-Type: rommel\r\n\r\nx", [("1", "x", BOTH)], set(), {"content_type"}),
        (HEAD + b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx", [("1", "x", BOTH), ("1", "x", LENIENT)], set(), set()),
        (HEAD + b"Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\neA==", [("1", "x", BOTH), ("1", "eA==", LENIENT)], {"two transfer encodings"}, set()),
        (HEAD + b"Content-Transfer-Encoding: ???\r\n\r\nx", [("1", "x", BOTH)], set(), set()),
        (HEAD + b"Content-Transfer-Encoding: x-rommel\r\n\r\nx", [("1", "x", BOTH)], set(), {"transfer_encoding"}),
        (multipart(b"--q\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nx\r\n--q--\r\n"), [("1.1", "", LENIENT), ("2", "x", BOTH)], {"the boundary of the multipart around it"}, {"no_parts", "no_blank_line"}),
        (multipart(b"--q\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\nx\r\n--q--"), [("1", "x", BOTH)], {"two file names of different kinds"}, set()),
        (multipart(b"--q\r\nbla\r\nContent-Type: text/html\r\n\r\nx\r\n--q--"), [("1", "x", BOTH)], {"fields after a line that is none"}, set()),
        (multipart(b"--q\r\nbla bla\r\nnog meer\r\n--q--"), [("1", "bla bla\r\nnog meer", BOTH)], set(), {"no_fields"}),
        (multipart(b"--q\r\n--q\r\n\r\nx\r\n--q--"), [("1", "", BOTH), ("2", "x", BOTH)], set(), set()),
        (multipart(b"--q\r\nX: y"), [("1", "", BOTH)], set(), {"unterminated", "no_blank_line"}),
    ],
)  # fmt: skip
def test_a_body_is_cut_as_both_readers_cut_it(
    raw: bytes, parts: list[tuple[str, str, View]], said: set[str], defects: set[str]
) -> None:
    assert (leaves(raw), details(raw), codes(raw)) == (parts, said, defects)


def test_an_inner_boundary_line_is_no_garbage_of_the_outer() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=qq\r\n\r\n--qq\r\n\r\na\r\n--qq--\r\n"
    raw = multipart(b"--q\r\n" + inner + b"--q--\r\n")
    assert details(raw) == set()
    assert leaves(raw) == [("1.1", "a", BOTH)]


def test_a_text_that_mentions_the_boundary_cuts_nothing() -> None:
    assert leaves(multipart(b"--q\r\n\r\nzie --q of x--q\r\n--q--"))[0][1] == "zie --q of x--q"


def test_parts_of_an_alternative_reading_are_read_one_way_only() -> None:
    """Levels would double the work: one alternative makes the message held."""
    level = b"Content-Type: multipart/mixed; boundary=%s%d\r\nContent-Type: multipart/mixed; boundary=%s%d\r\n\r\n--a%d\r\n--b%d\r\n"
    raw = HEAD + b"".join(level % (b"a", n, b"b", n, n, n) for n in range(12))
    assert len(parse(raw).parts) < 100


def test_multiparts_nested_too_deep_are_said_to_be() -> None:
    raw = HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=q%d\r\n\r\n--q%d\r\n" % (n, n) for n in range(MULTIPART_DEPTH_MAX + 5)
    )
    message = parse(raw)
    assert "too_deep" in codes(raw)
    assert message.unreadable
    assert any(where.startswith("part 1.1") and end == len(raw) for where, _, end in message.gaps)


def test_too_many_parts_are_said_to_be_and_the_rest_is_still_read() -> None:
    raw = multipart(b"--q\r\n\r\n\r\n" * (PARTS_MAX + 3) + b"jan@x.nl")
    assert codes(raw) == {"too_many_parts", "unterminated"}
    assert any("jan@x.nl" in place.text for place in places(parse(raw)))


def test_too_many_fields_are_said_to_be_and_the_rest_is_still_read() -> None:
    raw = HEAD + b"A:\r\n" * FIELDS_MAX + b"Bcc: jan@x.nl\r\n\r\nhallo"
    assert codes(raw) == {"too_many_fields"}
    message = parse(raw)
    assert message.unreadable
    assert (len(message.headers), message.all("bcc")) == (FIELDS_MAX, ())
    assert any("jan@x.nl" in place.text for place in places(message))
    assert parse(HEAD + b"A:\r\n" * (FIELDS_MAX - 10) + b"\r\nhallo").defects == ()


def test_fields_are_too_many_also_over_all_parts() -> None:
    part = b"--q\r\n" + b"A:\r\n" * (FIELDS_MAX - 1) + b"\r\nx\r\n"
    raw = multipart(part * (FIELDS_IN_ALL_MAX // FIELDS_MAX + 3) + b"jan@x.nl")
    assert codes(raw) == {"too_many_parts", "unterminated"}
    assert len(parse(raw).parts) == FIELDS_IN_ALL_MAX // FIELDS_MAX + 1
    assert any("jan@x.nl" in place.text for place in places(parse(raw)))


def test_messages_nested_too_deep_are_not_opened() -> None:
    part = parse(b"Content-Type: message/rfc822\r\n\r\n" * (MESSAGE_DEPTH_MAX + 1) + HEAD + b"\r\n").parts[0]
    depth = 0
    while part.message is not None:
        part = part.message.parts[0]
        depth += 1
    assert part.holds_message
    assert depth == MESSAGE_DEPTH_MAX


def test_a_part_tells_what_it_is() -> None:
    raw = multipart(
        b"--q\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <l>\r\n\r\n\r\n"
        b"--q\r\nContent-Type: image/png\r\nContent-Disposition: inline; filename=foto.png\r\n\r\n\r\n"
        b"--q\r\nContent-Type: image/png; name=foto.png\r\n\r\n\r\n"
        b"--q\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xc3\xab\r\n"
        b"--q\r\nContent-Type: text/plain; name=a.txt\r\n\r\n\r\n"
        b"--q\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n\r\n"
        b"--q\r\nContent-Type: application/pdf\r\n\r\n\r\n--q--"
    )
    parts = parse(raw).parts
    assert [part.is_attachment for part in parts] == [False, False, True, False, True, True, True]
    assert [part.filename for part in parts] == ["logo.png", "foto.png", "foto.png", "", "a.txt", "", ""]
    assert [part.text for part in parts] == [None, None, None, "ë", "", "", None]
    assert parts[3].text is parts[3].text
    assert parts[0].message is None


def test_a_message_tells_who_and_what() -> None:
    message = parse(
        b"From: a@b.nl\r\nSender: s@b.nl\r\nTo: c@d.nl\r\nCc: e@f.nl\r\nTo: g@h.nl, C@D.nl\r\nBcc: i@j.nl\r\nSubject: =?utf-8?Q?z=C3=AB?=\r\n"
        b"Message-ID: <1@b.nl>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n\r\nhoi"
    )
    assert [box.address for box in message.visible] == ["c@d.nl", "g@h.nl", "e@f.nl", "i@j.nl"]
    assert [box.address for box in message.from_] == ["a@b.nl"]
    assert [box.address for box in message.sender] == ["s@b.nl"]
    assert message.subject == "zë"
    assert message.message_id == "<1@b.nl>"
    assert message.date == datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
    assert message.header_text("x-none") is None
    assert message.visible is message.visible
    assert message.differences is message.differences
    assert message.mailboxes("Resent-To") == ()
    assert message.mailboxes("CC") == message.mailboxes("cc") == message.mailboxes("cc")
    assert parse(b"To: a@b.nl\r\n\r\n").subject == parse(b"To: a@b.nl\r\n\r\n").message_id == ""
    assert parse(b"To: a@b.nl\r\n\r\n").date is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 16 Nov 2026 09:00:00 +0100", datetime(2026, 11, 16, 9, 0, tzinfo=timezone(timedelta(hours=1)))),
        ("16 nov 26 09:00 GMT", datetime(2026, 11, 16, 9, 0, tzinfo=UTC)),
        ("16 Nov 99 09:00:61 EST", datetime(1999, 11, 16, 9, 0, 59, tzinfo=timezone(timedelta(hours=-5)))),
        ("16 Nov 126 09:00 -0130", datetime(2026, 11, 16, 9, 0, tzinfo=timezone(-timedelta(hours=1, minutes=30)))),
        ("monday, 1-sep-2026 1:02 CEST", datetime(2026, 9, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))),
        ("31 Feb 2026 09:00 +0000", None),
        ("1 Jan 2026 09:00 +9900", None),
        ("1 Foo 2026 09:00", None),
        ("1 Jan 0000 09:00", None),
        ("morgen", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_date_is_read_or_nothing_is(text: str, moment: datetime | None) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize(
    ("head", "body", "kind"),
    [
        (b"Content-Type: application/ms-tnef", b"", "tnef"),
        (b"Content-Type: application/octet-stream; name=WINMAIL.DAT", b"", "tnef"),
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data", b"", "smime_encrypted"),
        (b"Content-Type: application/octet-stream; name=smime.p7m", b"", "smime_encrypted"),
        (b"Content-Type: application/x-pkcs7-mime; smime-type=Signed-Data", b"", "smime_opaque"),
        (b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=q', TWO, "pgp_signed"),
        (b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=q', TWO, "smime_signed"),
        (b"Content-Type: multipart/encrypted; boundary=q", TWO, "pgp_encrypted"),
        (b"Content-Type: text/plain", b"-----BEGIN PGP MESSAGE-----", "pgp_encrypted"),
        (b"Content-Type: application/x-microsoft-rpmsg-message", b"", "rpmsg"),
        (b"Content-Type: text/plain; hp=cipher", b"", "header_protected"),
        (b"Content-Type: multipart/mixed; protected-headers=v1; boundary=q", TWO, "header_protected"),
        (b"Content-Type: multipart/report; boundary=q", TWO, "report"),
        (b"Content-Type: text/calendar; method=request", b"", "calendar"),
        (b"Content-Type: image/png", b"", "image_only"),
        (b"Auto-Submitted: auto-replied (vakantie); x=y", b"", "auto_submitted"),
        (b"X-Auto-Response-Suppress: All", b"", "auto_submitted"),
        (b"Subject: Automatisch antwoord: vakantie", b"", "auto_submitted"),
        (b"List-Id: <ouders.x.nl>", b"", "list"),
        (b"Content-Type: message/rfc822", b"Content-Type: application/ms-tnef\r\n\r\n", "tnef"),
    ],
)  # fmt: skip
def test_the_structure_shows_what_kind_of_message_it_is(head: bytes, body: bytes, kind: str) -> None:
    message = parse(HEAD + head + b"\r\n\r\n" + body)
    assert kind in message.kinds
    assert message.kinds is message.kinds


def test_an_ordinary_message_is_of_no_kind() -> None:
    assert parse(HEAD + b"Auto-Submitted: no\r\n\r\nhallo").kinds == frozenset()


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"\r\n", True), (b"hoi", False), (b"\r\n--q\r\nContent-Type: text/html\r\n\r\n<p> </p>", True), (b"\r\n--q\r\nContent-Type: text/html\r\n\r\n<p>hoi", False)],
)  # fmt: skip
def test_a_message_of_images_alone_has_no_words(body: bytes, words: bool) -> None:
    raw = multipart(b"--q\r\nContent-Type: image/png\r\n\r\nx\r\n--q\r\n\r\n" + body + b"\r\n--q--")
    assert ("image_only" in parse(raw).kinds) is words


@pytest.mark.parametrize(
    ("head", "body", "method"),
    [
        (b"Content-Type: text/calendar; method=reply", b"METHOD:REQUEST\r\n", "REQUEST"),
        (b"Content-Type: text/calendar; method=request", b"METHOD:REPLY\r\n", "REQUEST"),
        (b"Content-Type: text/calendar; method=reply", b"METHOD:REPLY\r\nMETHOD:PUBLISH\r\n", "REPLY"),
        (b"Content-Type: text/calendar; method=reply", b"METHOD:REPLY\r\nMETHOD:CANCEL\r\n", "CANCEL"),
        (b"Content-Type: text/calendar", b"BEGIN:VCALENDAR\r\nmethod;x=y: cancel\r\n", "CANCEL"),
        (b"Content-Type: text/calendar", b"BEGIN:VCALENDAR\r\n", "REQUEST"),
        (b"Content-Type: text/calendar\r\nContent-Disposition: attachment", b"BEGIN:VCALENDAR\r\n", None),
        (b"Content-Type: text/plain", b"METHOD:REQUEST", None),
    ],
)
def test_an_invitation_is_known_by_its_method(head: bytes, body: bytes, method: str | None) -> None:
    assert parse(HEAD + head + b"\r\n\r\n" + body).calendar_method == method


@pytest.mark.parametrize(
    ("raw", "kind", "name", "readings"),
    [
        (b"text/plain", "text/plain", "x", ()),
        (b"Text / Plain ; Charset = UTF-8", "text/plain", "charset", ("UTF-8",)),
        (b"text/plain (comment); x=y (z)", "text/plain", "x", ("y",)),
        (b'a/b; x="q;\\"r"', "a/b", "x", ('q;"r',)),
        (b'a/b; x="open', "a/b", "x", ("open",)),
        (b"a/b; x=1; x=2; x=1", "a/b", "x", ("1", "2")),
        (b"a/b; x*=utf-8''z%C3%AB", "a/b", "x", ("zë",)),
        (b"a/b; x*0*=utf-8''z%C3; x*1*=%AB; x*2=%41", "a/b", "x", ("zë%41",)),
        (b"a/b; x*=z%41", "a/b", "x", ("zA",)),
        (b"a/b; x*1=b; x*0=a; x=c", "a/b", "x", ("ab", "c")),
        (b"a/b; x*12345=q", "a/b", "x*12345", ("q",)),
        (b"a/b; *=q", "a/b", "*", ("q",)),
        (b"a/b; x==?utf-8?Q?z=C3=AB?=", "a/b", "x", ("zë",)),
        (b'a/b; "los"; x=1', "a/b", "x", ("1",)),
        (b'a/b; "los', "a/b", "los", ()),
        (b"a/b; =; ; x=1", "a/b", "x", ("1",)),
        (b"a/b; x", "a/b", "x", ("",)),
        (b"", "", "x", ()),
    ],
)  # fmt: skip
def test_parameters_are_read_in_all_their_readings(raw: bytes, kind: str, name: str, readings: tuple[str, ...]) -> None:
    value = read_value(raw)
    assert value.kind == kind
    assert value.texts(name) == readings
    assert decode_words(value.first(name)) == (readings[0] if readings else "")


@pytest.mark.parametrize(
    ("data", "encoding", "plain"),
    [
        (b"aGFsbG8=", "base64", b"hallo"),
        (b"aGFs\r\nbG8", "base64", b"hallo"),
        (b"aGFs*bG8=", "base64", b"hallo"),
        (b"aGE=bGxv", "base64", b"hallo"),
        (b"aGFsbG8=x", "base64", b"hallo"),
        (b"=====", "base64", b""),
        (b"h=40j=\r\nj", "quoted-printable", b"h@jj"),
        (b"begin 644 x\n#8F%R\n`\nend\n", "x-uuencode", b"bar"),
        (b"begin 644 x\n#8F%R!!!\nend\n", "uuencode", b"bar"),
        (b"begin 644 x\n#\xff\xff\xff\xff\n#8F%R\n\nend\n", "uuencode", b"bar"),
        (b"begin 644 x\n#8F%R", "uue", b"bar"),
        (b"geen begin", "x-uue", b"geen begin"),
        (b"plat", "8bit", b"plat"),
        (b"plat", "x-onbekend", b"plat"),
    ],
)  # fmt: skip
def test_transfer_encodings_are_undone_as_far_as_they_go(data: bytes, encoding: str, plain: bytes) -> None:
    assert decode_payload(data, encoding) == plain


def test_any_rest_of_base64_gives_what_is_whole() -> None:
    coded = base64.b64encode(b"hallo daar")
    for end in range(len(coded)):
        assert b"hallo daar".startswith(decode_base64(coded[:end]))


@pytest.mark.parametrize(
    ("text", "own", "earlier"),
    [
        ("hallo", "hallo", ""),
        ("", "", ""),
        ("hallo\nVan: a\nAan: b\n", "hallo\n", "Van: a\nAan: b\n"),
        ("hallo\n\n-----Oorspronkelijk bericht-----\nVan: a\nVerzonden: b\n", "hallo\n\n", "-----Oorspronkelijk bericht-----\nVan: a\nVerzonden: b\n"),
        ("hallo\n____________\n\n\nFrom: a\nSent: b\n", "hallo\n", "____________\n\n\nFrom: a\nSent: b\n"),
        ("iets\n\n\n\n\nFrom: a\nSent: b", "iets\n\n\n\n\n", "From: a\nSent: b"),
        ("*Van:* a\n*Aan:* b", "", "*Van:* a\n*Aan:* b"),
        ("Van: a\nzonder meer\n", "Van: a\nzonder meer\n", ""),
        ("Aan: a\nOnderwerp: b\n", "Aan: a\nOnderwerp: b\n", ""),
        ("hoi\nOp 12 mrt. 2026 om 10:12 schreef Jan:\n> oud", "hoi\n", "Op 12 mrt. 2026 om 10:12 schreef Jan:\noud"),
        ("hoi\nOp 12 mrt. 2026\nom 10:12 schreef\nJan <a@b.nl>:\noud", "hoi\n", "Op 12 mrt. 2026\nom 10:12 schreef\nJan <a@b.nl>:\noud"),
        ("On Monday Jan wrote:\noud", "", "On Monday Jan wrote:\noud"),
        ("x" * 900 + "\nJan schreef\nnog:\nniets", "x" * 900 + "\nJan schreef\nnog:\nniets", ""),
        ("let op:\nniets", "let op:\nniets", ""),
        ("x" * 900 + ":\nniets", "x" * 900 + ":\nniets", ""),
        ("a\n> b\n> > c\nd", "a\nd", "b\nc\n"),
        ("Van: a\n" + "x\n" * 11_000 + "Aan: b", "Van: a\n" + "x\n" * 11_000 + "Aan: b", ""),
    ],
)  # fmt: skip
def test_earlier_mail_is_told_from_what_is_written_now(text: str, own: str, earlier: str) -> None:
    pieces = split_quotes(text)
    assert "".join(piece for kind, piece in pieces if kind == "text") == own
    assert "".join(piece for kind, piece in pieces if kind == "quoted") == earlier
