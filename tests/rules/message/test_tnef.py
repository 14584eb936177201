"""winmail.dat: what stands in it is read, what can't be read is named, whatever the bytes."""

from __future__ import annotations

import base64
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.detectors import email_address
from rules.message import parse, places, unread
from rules.message.lzfu import RTF_MAX_BYTES, decompress
from rules.message.mapi import PROPERTIES_MAX
from rules.message.model import MESSAGE_DEPTH_MAX, Message, Part
from rules.message.tnef import Tnef, read_tnef
from rules.message.tnef_stream import ATTRIBUTES_MAX
from tests.support import tnef as write
from tests.support.hiding import HELLO, compose, mixed, packed
from tests.support.hostile_tnef import streams

A = "jan.devries@ziggo.example"
CAP = A.upper()
# Examples of MS-OXRTFCP §4.1.1 and §4.1.2.
SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def message(data: bytes, kind: str = "application/ms-tnef", name: str = "winmail.dat") -> Message:
    return parse(compose("s@school.example", ["x@y.example"], mixed(HELLO, packed(data, kind, name))))


def inner(data: bytes) -> Message:
    found = message(data).parts[1].message
    assert found is not None
    return found


def seen(data: bytes, address: str = A) -> list[tuple[str, str]]:
    """Where the address is seen, and as what."""
    return [(place.where, place.kind) for place in places(message(data)) if address in place.text.lower()]


def why(data: bytes) -> set[str]:
    return {reason for _, reason in unread(message(data))}


def props(*written: bytes, codepage: int = 1252) -> bytes:
    return write.stream(write.attribute(write.PROPERTIES, write.properties(*written)), codepage=codepage)


# what is whole


def test_what_outlook_sends_is_wholly_read() -> None:
    files = write.file("klas.csv", b"naam;mail") + write.embedded("Vraag", write.outlook("Hallo binnen"))
    data = write.outlook("Zoë, tot {vrijdag} \\ 😀", files=files)
    assert why(data) == set()
    found = inner(data)
    assert found.subject == "Uitje van de klas"
    assert found.header_text("message-class") == "IPM.Microsoft Mail.Note"
    assert [part.text for part in found.parts][:1] == ["Zoë, tot {vrijdag} \\ 😀\n"]
    csv, packed_message = found.parts[1:]
    assert (csv.filename, csv.payload, csv.is_attachment) == ("klas.csv", b"naam;mail", True)
    assert packed_message.message is not None
    assert packed_message.message.parts[0].text == "Hallo binnen\n"
    assert found.kinds == {"tnef"}


def test_what_exchange_keeps_is_wholly_read_people_and_all() -> None:
    data = write.exchange(("Jan de Vries", A), ("De school", "info@school.example"), html=f"<p>Mail {A}</p>")
    assert why(data) == set()
    assert seen(data) == [("part 2: recipients", "raw"), ("part 2: part 2 text/html", "text")]


def test_a_whole_mail_packed_is_read_too() -> None:
    raw = compose("s@school.example", ["x@y.example"], packed(write.exchange(text=f"Mail {A}")))
    found = parse(raw)
    assert "tnef" in found.kinds
    assert list(unread(found)) == []
    assert [place.where for place in places(found) if A in place.text] == ["part 1: part 1 text"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/ms-tnef", "iets.dat"),
        ("application/vnd.ms-tnef", "x"),
        ("application/octet-stream", "WINMAIL.DAT"),
        ("application/octet-stream", "winmail.dat. "),
        ("application/octet-stream", "iets.bin"),
        ("image/png", "foto.png"),
    ],
)
def test_it_is_known_by_type_name_or_content(kind: str, name: str) -> None:
    found = message(write.outlook(f"Mail {A}"), kind, name)
    assert "tnef" in found.kinds
    assert list(unread(found)) == []
    assert [place for place in places(found) if A in place.text]


@pytest.mark.parametrize(
    "data",
    [
        props(write.narrow(0x1000, f"Mail {A}")),
        props(write.wide(0x1000, f"Mail {A}")),
        props(write.prop(0x1000, write.BINARY, f"Mail {A}".encode())),
        props(write.wide(0x1013, f"<b>{A[:4]}</b>{A[4:]}")),
        props(write.prop(0x1013, write.BINARY, f"<b>{A[:4]}</b>{A[4:]}".encode())),
        props(write.prop(0x3FDE, write.LONG, 1200), write.prop(0x1013, write.BINARY, f"<p>{A}".encode("utf-16-le"))),
        props(write.prop(0x1009, write.BINARY, write.compressed(write.rtf(f"Mail {A}")))),
        props(write.prop(0x6789, write.BINARY, write.compressed(write.rtf(f"Mail {A}")))),
        props(write.prop(0x1009, write.BINARY, write.uncompressed(write.rtf(f"Mail {A}")))),
        props(write.prop(0x1009, write.BINARY, write.uncompressed(b"{\\rtf1 {\\object\\objdata " + A.encode().hex().encode() + b"}}"))),
        props(write.prop(0x1009, write.BINARY, write.uncompressed(b"{\\rtf1{\\fonttbl{\\f2\\cpg932 J;}}\\f2 a\\'81@x.nl " + A.encode() + b"}"))),
        props(write.prop(0x1009, write.BINARY, write.uncompressed(f"{{\\rtf1 jan{{\\v .weg}}{A[3:]}}}".encode()))),
        props(write.narrow(0x0C1F, A), write.narrow(0x0C1E, "SMTP")),
        props(write.narrow(0x0E04, f"Jan; {A}")),
        props(write.narrow(0x5D0A, A), codepage=1253),
        props(write.narrow(0x0037, f"Vraag van {A}")),
        props(write.wide(0x007D, f"Received: van ver\r\nTo: Jan <{A}>\r\nSubject: ja\r\n")),
        props(write.wide(write.named("Aanwezig"), "school", A)),
        props(write.prop(write.named(A), write.LONG, 1)),
        props(write.prop(write.named(0x8233), write.UNICODE, A.encode("utf-16-le"))),
        props(write.prop(0x0C19, write.BINARY, write.one_off("Jan", A))),
        props(write.prop(0x0C19, write.BINARY, write.one_off("Jan", A, narrowly=True))),
        props(write.prop(0x0C1D, write.BINARY, f"SMTP:{CAP}\0".encode())),
        props(write.prop(0x5678, write.BINARY, b"\x41" + A.encode("utf-16-be") + b"\0")),
        props(write.prop(0x5678, write.LONG | write.MANY, *struct.unpack("<7I", A.encode() + b"\0\0\0"))),
        props(write.prop(0x5678, write.OBJECT, write.STORAGE_INTERFACE + A.encode())),
        props(write.narrow(0x5679, A, "cp037"), codepage=37),
        props(write.narrow(0x5679, A), codepage=37),
        props(write.narrow(0x1000, A), codepage=1200),
        props(write.prop(0x1000, write.UNICODE, A.encode())),
        props(write.prop(0x5679, write.UNICODE, A.encode())),
        write.stream(write.attribute(write.BODY, f"Mail {A}\0".encode())),
        write.stream(write.attribute(write.BODY, A.encode("cp500")), codepage=500),
        write.stream(write.attribute(write.SUBJECT, f"Vraag van {A}\0".encode())),
        write.stream(write.attribute(write.FROM, write.triple("Jan", A))),
        write.stream(write.attribute(write.SENT_FOR, write.owner("Jan", A))),
        write.stream(write.attribute(write.DELEGATE, f"Jan\0{A}\0".encode())),
        write.stream(write.attribute(write.PRIORITY, A.encode())),
        write.stream(write.attribute(0x00078006, A.encode("utf-16-le"))),
        write.stream(write.attribute(write.RECIPIENTS, write.table(write.person("Jan", A)))),
        write.stream(write.file("a.txt", f"Mail {A}".encode())),
        write.stream(write.file("a.bin", b"", write.prop(0x3701, write.BINARY, b"\0\1\2" + A.encode()))),
        write.stream(write.file("a.bin", b"", write.prop(0x3701, write.OBJECT, write.STORAGE_INTERFACE + A.encode()))),
        write.stream(write.file("a.bin", b"", write.wide(0x3701, A))),
        write.stream(write.file(f"{A}.txt", b"x")),
        write.stream(write.file("a.txt", b"x", title=A)),
        write.stream(write.file("a.txt", b"x", write.wide(0x3705 + 3, f"C:\\{A}"))),
        write.stream(write.file("a.txt", b"x", write.wide(0x3712, A))),
        write.stream(write.file("a", base64.b64encode(b"x"), write.wide(0x370E, A))),
        write.stream(write.attribute(write.FILE_NAME, A.encode(), level=2)),
        write.stream(write.file("a", b"x") + write.attribute(write.FILE_PICTURE, A.encode(), level=2)),
        write.stream(write.file("a", b"x") + write.attribute(0x00038012, A.encode(), level=2)),
        write.stream(write.file("a.html", b"", write.prop(0x3701, write.BINARY, f"<b>{A[:4]}</b>{A[4:]}".encode()))),
        write.stream(write.file("a", f"Subject: x\r\n\r\n{A}".encode(), write.narrow(0x370E, "Message/RFC822"))),
        write.stream(write.file("a", b"Content-Type: multipart/signed; boundary=q\r\n\r\n--q\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                                + base64.b64encode(A.encode()) + b"\r\n--q--", write.narrow(0x370E, "multipart/signed"))),
        write.stream(write.embedded("m", write.stream(write.embedded("n", write.exchange(("Jan", A)))))),
        write.stream(write.file("winmail.dat", write.exchange(("Jan", A)))),
        write.exchange(text=f"Mail {A}") + b"\r\n\0\0 ",
    ],
)  # fmt: skip
def test_an_address_anywhere_in_it_is_seen_and_nothing_is_unread(data: bytes) -> None:
    assert seen(data)
    assert why(data) == set()


def test_an_address_stands_alone_though_lengths_stand_before_it() -> None:
    """A length that happens to be a letter joins no address."""
    long = A.rjust(ord("J") // 2 - 1)
    for data in (
        props(write.narrow(write.named("Account"), f"00000002\x01{A}\x02mail.example")),
        props(write.wide(0x5D01, long), write.wide(0x5D02, A)),
        props(write.prop(0x0C19, write.BINARY, write.one_off("Jan en Piet", A))),
        write.stream(write.attribute(write.SENT_FOR, write.owner("x" * 64, A))),
    ):
        texts = "\n".join(place.text for place in places(message(data)))
        assert A in texts
        assert A in texts.replace(":", "\n").split()
        assert {hit.value for hit in email_address.find(texts)} == {
            A,
            "s@school.example",
            "x@y.example",
            "uitje.1@klas.test",
        }


def test_files_are_parts_like_any_other() -> None:
    data = write.stream(
        write.file("uitje.ics", b"BEGIN:VCALENDAR\r\nATTENDEE:mailto:jan.dev\r\n ries@ziggo.example\r\nEND:VCALENDAR"),
        write.file("jan.vcf", f"BEGIN:VCARD\r\nEMAIL:{A}\r\nEND:VCARD".encode(), write.narrow(0x370E, "text/vcard")),
        write.file("a.eml", f"From: x@y.example\r\nTo: {A}\r\nSubject: x\r\n\r\nhoi".encode()),
        write.file("leeg", b""),
    )
    assert [kind for _, kind in seen(data)] == ["calendar", "vcard", "header"]
    assert [part.filenames for part in inner(data).parts] == [
        ("uitje.ic", "uitje.ics"), ("jan.vcf",), ("a.eml",), ("leeg",)
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["", "Microsoft Mail Internet Headers Version 2.0\r\n", f"{A}\n"])
def test_the_header_a_message_came_with_is_read_as_one(first: str) -> None:
    data = props(write.wide(0x007D, f"{first}Received: van ver\r\nTo: =?utf-8?Q?Jan?=\r\n <{A}>\r\n"))
    assert ("part 2: part 1: header To", "header") in seen(data)
    assert why(data) == set()
    assert why(props(write.wide(0x007D, first))) == set()


def test_the_picture_of_a_file_is_not_the_file() -> None:
    """Its icon would make no good mail."""
    mail = write.file("a.eml", b"From: x@y.example\r\nSubject: x\r\n\r\nhoi")
    data = write.stream(mail, write.attribute(write.FILE_PICTURE, b"\x01\x00\x09: To: a\r\nCc: <b", level=2))
    assert why(data) == set()
    assert [part.filename for part in inner(data).parts] == ["", "a.eml"]


def test_quoted_text_in_it_is_told_from_text_written_now() -> None:
    data = props(write.wide(0x1000, f"Zie onder.\r\n\r\nVan: x\r\nVerzonden: maandag\r\nAan: {A}\r\n"))
    assert seen(data) == [("part 2: part 1 text", "quoted")]


def test_names_of_messages_are_told_as_such() -> None:
    found = inner(
        props(
            write.wide(0x1035, "<1@x.example>"),
            write.wide(0x1042, "<2@x.example>"),
            write.wide(0x1039, "<3@x.example>"),
        )
    )
    assert [header.name for header in found.headers] == ["message-id", "in-reply-to", "references"]
    content = props() + write.file("a.png", b"x", write.wide(0x3712, "image001@klas.example"))
    assert "Content-ID: image001@klas.example" in "\n".join(place.text for place in places(message(content)))


def test_a_line_of_its_header_is_one_line() -> None:
    found = inner(props(write.wide(0x0037, "een\r\ntwee\u2028drie\0vier")))
    assert [(header.name, header.text) for header in found.headers] == [("subject", "een twee drie vier")]
    assert found.raw[found.body_start :] == b""


# what is not whole


BROKEN = {
    "no signature": b"Mail " + A.encode(),
    "signature only": b"\x78\x9f\x3e\x22\1",
    "an unknown attribute": write.stream(write.attribute(0x00060BAD, A.encode())),
    "cut in the data": write.exchange(text=f"Mail {A} " + "en zo verder " * 9)[:-40],
    "cut in the check sum": write.exchange(text=f"Mail {A}")[:-1],
    "cut in a head": write.exchange(text=f"Mail {A}") + b"\1\2\3",
    "wrong check sum": write.stream(write.attribute(write.BODY, A.encode(), checksum=1)),
    "a length beyond the end": write.stream(struct.pack("<BII", 1, write.BODY, 0xFFFFFFFF) + A.encode()),
    "an unknown level": write.stream(b"\3" + write.attribute(write.BODY, A.encode())[1:]),
    "a body among the files": write.stream(write.attribute(write.BODY, A.encode(), level=2)),
    "a file among the bodies": write.stream(write.file("a.txt", A.encode(), level=1)),
    "properties behind their count": write.stream(write.attribute(write.PROPERTIES, write.properties(write.wide(0x1000, A), count=0))),
    "too few properties": write.stream(write.attribute(write.PROPERTIES, write.properties(write.wide(0x1000, A), count=0xFFFFFFFF))),
    "no count": write.stream(write.attribute(write.PROPERTIES, b"\1\0"), write.attribute(write.BODY, A.encode())),
    "an unknown type": props(write.wide(0x1000, A), struct.pack("<HHI", 0x0D0D, 0x1001, 1)),
    "giant counts of values": props(struct.pack("<HHI", write.UNICODE, 0x1000, 0xFFFFFFFF) + write.sized(A.encode("utf-16-le"))),
    "giant counts of numbers": props(write.wide(0x1000, A), struct.pack("<HHI", write.LONG | write.MANY, 0x1001, 0x7FFFFFFF)),
    "giant length of a value": props(struct.pack("<HHII", write.UNICODE, 0x1000, 1, 0xFFFFFFF0) + A.encode("utf-16-le")),
    "giant length of a name": props(write.wide(0x1000, A), struct.pack("<HH16xII", write.LONG, 0x8001, 1, 0xFFFFFFF0)),
    "giant count of rows": write.stream(write.attribute(write.RECIPIENTS, write.table(write.person("Jan", A), count=0xFFFFFFFF))),
    "a row that breaks off": write.stream(write.attribute(write.RECIPIENTS, write.table(write.person("Jan", A), [b"\x1f\0"]))),
    "no rows": write.stream(write.attribute(write.RECIPIENTS, b"\1"), write.attribute(write.BODY, A.encode())),
    "two code pages": write.stream(write.attribute(write.CODEPAGE, struct.pack("<I", 37)), write.attribute(write.BODY, A.encode())),
    "compressed text of the wrong size": props(write.prop(0x1009, write.BINARY, b"\0" + write.compressed(write.rtf(A))[1:])),
    "compressed text with a wrong check sum": props(write.prop(0x1009, write.BINARY, write.compressed(write.rtf(A)).replace(b"LZFu", b"LZFu\0\0\0\0", 1)[:-4])),
    "a message in it that is none": write.stream(write.embedded("m", A.encode())),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named_and_what_can_be_read_is_read(name: str) -> None:
    assert why(BROKEN[name]) == {"tnef"}
    if name not in {"signature only", "compressed text with a wrong check sum"}:
        assert seen(BROKEN[name])


def attribute_ends(data: bytes) -> set[int]:
    """Where an attribute ends: what stands before it is a whole of its own."""
    ends = {6}
    while (last := max(ends)) < len(data):
        ends.add(last + 9 + struct.unpack_from("<I", data, last + 5)[0] + 2)
    return ends


def test_every_cut_of_a_message_is_named_or_leaves_a_whole() -> None:
    files = write.file("klas.csv", A.encode()) + write.embedded("m", write.exchange(("Jan", A)))
    data = write.outlook(f"Mail {A}", files=files)
    ends = attribute_ends(data)
    assert len(ends) > 12
    assert {end for end in range(len(data) + 1) if not read_tnef(data[:end]).damage} == ends


def test_every_octet_that_is_changed_is_named() -> None:
    """All but the upper half of an attribute's name, which says of what type it is."""
    data = write.outlook("Hallo", files=write.file("klas.csv", b"naam"))
    types = {end + at for end in attribute_ends(data) for at in (3, 4)}
    for at in set(range(6, len(data))) - types:
        assert read_tnef(data[:at] + bytes((data[at] ^ 0x5A,)) + data[at + 1 :]).damage, at


def test_limits_are_damage() -> None:
    attributes = write.stream(*(write.attribute(write.PRIORITY, b"") for _ in range(ATTRIBUTES_MAX)))
    assert read_tnef(attributes).damage == ("attributes",)
    lists = write.attribute(
        write.PROPERTIES, write.properties(*(write.prop(0x0002, write.LONG, 1) for _ in range(PROPERTIES_MAX // 2 + 1)))
    )
    assert read_tnef(write.stream(lists)).damage == ()
    assert read_tnef(write.stream(lists, lists)).damage == ("properties",)
    values = struct.pack("<HHI", write.BINARY | write.MANY, 0x1234, PROPERTIES_MAX) + b"\0" * 4 * PROPERTIES_MAX
    assert read_tnef(props(values)).damage == ("properties",)
    rows = write.attribute(write.RECIPIENTS, struct.pack("<I", PROPERTIES_MAX + 1) + b"\0" * 4 * (PROPERTIES_MAX + 1))
    assert read_tnef(write.stream(rows)).damage == ("recipients",)
    bodies = [write.prop(0x1009, write.BINARY, write.compressed(write.rtf("x"))) for _ in range(4)]
    assert read_tnef(props(*bodies)).damage == ("rtf",)


def test_messages_in_messages_are_read_to_a_depth_and_no_further() -> None:
    data = write.exchange(("Jan", A))
    for depth in range(MESSAGE_DEPTH_MAX + 3):
        assert why(data) == ({"too_deep"} if depth >= MESSAGE_DEPTH_MAX else set())
        assert bool(seen(data)) or depth >= MESSAGE_DEPTH_MAX
        data = write.stream(write.embedded("m", data))


# compressed RTF


def test_the_standard_s_own_examples_come_out() -> None:
    assert decompress(SIMPLE) == (b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", True)
    assert decompress(CROSSING) == (b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}", True)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text("ab\\{ ", max_size=400).map(str.encode)), st.booleans())
def test_what_is_compressed_comes_out_again(data: bytes, first: bool) -> None:
    packed_data = write.compressed(data, found=bytes.find if first else bytes.rfind)
    assert decompress(packed_data) == (data, True)
    assert decompress(write.uncompressed(data)) == (data, True)


def test_a_long_text_goes_round_the_dictionary() -> None:
    data = b"".join(b"%d, " % (number * number) for number in range(2500))
    assert decompress(write.compressed(data)) == (data, True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 15,
        write.compressed(b"abc")[:-1],
        write.compressed(b"abc") + b"x",
        struct.pack("<4I", 12 + 10, 8, 0x75465A4C, 0) + b"\0abcdefgh\1",
        struct.pack("<4I", 12 + 2, 0, 0x75465A4C, 0) + b"\1\0",
        struct.pack("<4I", 12 + 5, 2, 0x75465A4C, 0) + b"\1\x90\0\0\0",
        struct.pack("<4I", 12 + 3, 3, 0x12345678, 0) + b"abc",
        struct.pack("<4I", 12 + 3, 4, 0x414C454D, 0) + b"abc",
    ],
)
def test_a_compressed_text_that_is_not_whole_says_so(data: bytes) -> None:
    assert not decompress(data)[1]


def test_before_its_beginning_the_dictionary_holds_zeros() -> None:
    assert decompress(struct.pack("<4I", 12 + 5, 2, 0x75465A4C, 0) + b"\1\x90\0\0\0")[0][:2] == b"\0\0"


def test_a_bomb_stops_at_the_limit() -> None:
    body = b"\0" + b"a" * 8 + (b"\xff" + b"\x0c\xef" * 8) * (RTF_MAX_BYTES // 100)
    for kind in (0x75465A4C, 0x414C454D, 0):
        out, whole = decompress(struct.pack("<4I", len(body) + 12, RTF_MAX_BYTES * 2, kind, 0) + body)
        assert len(out) <= RTF_MAX_BYTES
        assert not whole


# any bytes


@settings(max_examples=300, deadline=None)
@given(streams)
def test_any_bytes_are_read_alike_each_time_and_never_raise(data: bytes) -> None:
    found = read_tnef(data)
    assert found == read_tnef(data)
    assert isinstance(found, Tnef)
    told = message(data)
    for place in places(told):
        place.text.encode()
    assert ("tnef" in {reason for _, reason in unread(told)}) or not found.damage
    for part in told.parts:
        assert isinstance(part, Part)


def seconds(data: bytes) -> float:
    found = message(data)
    start = time.process_time()
    list(places(found))
    list(unread(found))
    return time.process_time() - start


def nested(size: int) -> bytes:
    data = write.outlook("x")
    while len(data) < size:
        data = write.stream(write.embedded("m", data), write.file("a", data[: size // 9]))
    return data


GROWING = {
    "attributes": lambda n: write.stream(*(write.attribute(write.PRIORITY, b"\0\0") for _ in range(n // 15))),
    "properties": lambda n: props(*(write.prop(0x6000 + number % 999, write.LONG, 1) for number in range(n // 8))),
    "names": lambda n: props(*(write.wide(write.named("a@b.nl"), "a@b.nl") for _ in range(n // 70))),
    "values": lambda n: props(write.wide(0x5000, *("a@b.nl" for _ in range(n // 20)))),
    "entries": lambda n: props(write.prop(0x5000, write.BINARY, write.one_off("a", "a@b.nl") * (n // 60))),
    "signs": lambda n: props(write.prop(0x5000, write.BINARY, b"@\0a\0.\0n\0" * (n // 8))),
    "signs close together": lambda n: props(write.prop(0x5000, write.BINARY, b"@\0" * (n // 2))),
    "labels": lambda n: props(write.prop(0x5000, write.BINARY, b"@\0a\0" + b"-\0" * (n // 2))),
    "recipients": lambda n: write.exchange(*(("Jan", f"jan{number}@x.nl") for number in range(n // 400))),
    "files": lambda n: write.stream(*(write.file("a.txt", b"a@b.nl") for _ in range(n // 200))),
    "messages": nested,
    "compressed": lambda n: props(write.prop(0x1009, write.BINARY, struct.pack("<4I", n, n, 0x75465A4C, 0) + (b"\xff" + b"\x0c\xef" * 8) * (n // 170))),
    "garbage": lambda n: b"\x78\x9f\x3e\x22\1\0" + b"@a.nl\1\0" * (n // 7),
}  # fmt: skip


@pytest.mark.parametrize("family", GROWING)
def test_time_grows_with_the_size(family: str) -> None:
    small, large = (min(seconds(GROWING[family](size)) for _ in range(2)) for size in (12_000, 96_000))
    assert large <= 24 * max(small, 0.006), f"{small:.4f} s, then {large:.4f} s"
