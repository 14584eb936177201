"""S/MIME without keys: what can be read is read, in every spelling; what can't is named."""

from __future__ import annotations

import base64
import subprocess
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.message import ber, parse, places, unread
from rules.message.cms import EXPANSION_MAX, Cms, State, is_cms, read_cms
from tests.support import asn
from tests.support.asn import der, info, long_form, mime, open_ended, shut, signed
from tests.support.certificates import make_certificate

HELLO = b"Content-Type: text/plain\r\n\r\nTot donderdag, groet van jan.devries@ziggo.example.\r\n"
JAN = "jan.devries@ziggo.example"
HEAD = b"From: a@school.example\r\nTo: b@ziggo.example\r\nMIME-Version: 1.0\r\n"


def seen(raw: bytes) -> bool:
    return any(JAN in place.text for place in places(parse(raw)))


def reasons(raw: bytes) -> set[str]:
    return {why for _, why in unread(parse(raw))}


SPELLINGS = {
    "the shortest": signed(HELLO),
    "long lengths": signed(HELLO, long_form),
    "open-ended": signed(HELLO, open_ended),
    "pieces": signed(HELLO, piece=7),
    "open-ended pieces": signed(HELLO, open_ended, piece=1),
    "pieces in pieces in pieces": info(asn.SIGNED, asn.body(asn.in_pieces(HELLO, 11, open_ended, 50))),
    "signed twice": signed(asn.body(der(4, HELLO)), inner=asn.SIGNED),
    "signed twice as PKCS #7": info(asn.SIGNED, asn.body(asn.body(der(4, HELLO)), asn.SIGNED)),
    "digested": info(asn.DIGESTED, asn.body(der(4, HELLO))),
    "plain data": info(asn.DATA, der(4, HELLO)),
    "plain data in pieces": info(asn.DATA, asn.in_pieces(HELLO, 5)),
    "compressed": asn.compressed(HELLO),
    "compressed under another name": asn.compressed(HELLO, asn.DATA),
    "compressed twice": asn.compressed(asn.body(der(4, zlib.compress(HELLO)), algorithm=asn.ZLIB), inner=asn.COMPRESSED),
    "signed, then compressed": asn.compressed(asn.body(der(4, HELLO)), inner=asn.SIGNED),
    "of a type nobody knows": signed(HELLO, inner=asn.RECEIPT),
    "blank lines behind": signed(HELLO) + b"\r\n\0\0",
    "armour": b"-----BEGIN PKCS7-----\n" + base64.encodebytes(signed(HELLO)) + b"-----END PKCS7-----\n",
    "armour of CMS": b"\r\n-----BEGIN CMS-----\r\n" + base64.encodebytes(signed(HELLO, open_ended)) + b"-----END CMS-----",
    "base64 once more": base64.encodebytes(signed(HELLO)),
}  # fmt: skip


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
@pytest.mark.parametrize(
    "kind",
    ["application/pkcs7-mime; smime-type=enveloped-data", "application/octet-stream; name=foto.jpg", "image/png"],
)
def test_what_needs_no_key_is_read_whatever_its_label_says(spelling: str, kind: str) -> None:
    data = SPELLINGS[spelling]
    assert is_cms(data[:200])
    assert read_cms(data).content == HELLO
    raw = HEAD + mime(data, kind)
    assert seen(raw)
    assert reasons(raw) == set()
    assert {"smime_opaque"} == parse(raw).kinds - {"image_only"}


SHUT = {
    "enveloped": shut(),
    "signed and enveloped": shut(asn.SIGNED_ENVELOPED),
    "encrypted": shut(asn.ENCRYPTED),
    "authenticated": shut(asn.AUTHENTICATED),
    "authenticated and enveloped": shut(asn.AUTH_ENVELOPED),
    "enveloped in signed": signed(der(0x30, b""), inner=asn.ENVELOPED),
    "enveloped in signed as PKCS #7": info(asn.SIGNED, asn.body(der(0x30, b""), asn.ENVELOPED)),
}
DAMAGED = {
    "cut off": signed(HELLO)[:60],
    "open without an end": signed(HELLO, open_ended)[:-9],
    "an end with a length": info(asn.SIGNED, b"\x30\x80\x02\x01\x00\x00\x01x"),
    "something behind": signed(HELLO) + b"van alles",
    "no content": der(0x30, der(6, asn.SIGNED)),
    "two contents": der(0x30, der(6, asn.SIGNED) + der(0xA0, asn.body(der(4, HELLO)) * 2)),
    "three fields": der(0x30, der(6, asn.SIGNED) + der(0xA0, asn.body(der(4, HELLO))) * 2),
    "an empty content": info(asn.SIGNED, b""),
    "too few fields": info(asn.SIGNED, der(0x30, der(2, b"\1") + der(0x31, b""))),
    "no sequence": info(asn.SIGNED, der(0x30, der(2, b"\1") + der(0x31, b"") + der(4, HELLO))),
    "wrapped without a type": info(asn.SIGNED, der(0x30, der(2, b"\1") + der(0x31, b"") + der(0x30, der(4, HELLO)))),
    "wrapped with nothing at all": info(asn.SIGNED, der(0x30, der(2, b"\1") + der(0x31, b"") + der(0x30, b""))),
    "wrapped with something else": info(asn.SIGNED, der(0x30, der(2, b"\1") + der(0x31, b"") + der(0x30, der(6, asn.DATA) + der(4, HELLO)))),
    "no octets": signed(HELLO).replace(der(4, HELLO), der(12, HELLO)),
    "pieces of another kind": info(asn.SIGNED, asn.body(der(0x24, der(12, HELLO)))),
    "a piece that is too long": info(asn.SIGNED, asn.body(der(0x24, b"\x04\x7fx"))),
    "a piece cut off": info(asn.SIGNED, asn.body(der(0x24, b"\x04"))),
    "data that are no octets": info(asn.DATA, der(0x30, HELLO)),
    "an inner layer that is none": signed(b"x", inner=asn.SIGNED),
    "packed badly": asn.compressed(b"niet samengeperst", raw=True),
    "packed and cut off": asn.compressed(zlib.compress(HELLO)[:-6], raw=True),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SHUT))
def test_what_needs_a_key_is_encrypted_whatever_its_label_says(name: str) -> None:
    assert read_cms(SHUT[name]).state is State.SHUT
    for kind in ("application/pkcs7-mime; smime-type=signed-data", "application/pdf; name=a.pdf"):
        raw = HEAD + mime(SHUT[name], kind)
        assert parse(raw).kinds == {"smime_encrypted"}
        assert reasons(raw) == {"encrypted"}


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_what_can_t_be_taken_apart_is_damaged_and_never_empty(name: str) -> None:
    assert read_cms(DAMAGED[name]).state is State.DAMAGED
    for kind in ("application/pkcs7-mime; smime-type=signed-data", "application/pdf; name=a.pdf"):
        assert reasons(HEAD + mime(DAMAGED[name], kind)) == {"damaged"}
    assert reasons(HEAD + mime(DAMAGED[name], "application/pkcs7-mime")) == {"encrypted"}


def test_a_label_without_anything_of_the_kind_is_damaged_too() -> None:
    assert reasons(HEAD + mime(b"geen ASN.1", "application/pkcs7-mime; smime-type=compressed-data")) == {"damaged"}
    assert reasons(HEAD + mime(b"geen ASN.1", "application/octet-stream; name=contract.pdf.p7m")) == {"encrypted"}
    assert reasons(HEAD + mime(b"geen ASN.1", "application/pkcs7-signature; name=smime.p7s")) == set()


@pytest.mark.parametrize("wrap", [der, open_ended])
def test_certificates_and_signatures_alone_hide_nothing(wrap: asn.Wrap) -> None:
    empty = info(asn.SIGNED, asn.body(None, wrap=wrap), wrap)
    assert read_cms(empty) == Cms(State.EMPTY)
    for kind in ("application/pkcs7-mime; smime-type=certs-only", "application/pkcs7-signature; name=smime.p7s"):
        assert parse(HEAD + mime(empty, kind)).kinds == frozenset()
        assert reasons(HEAD + mime(empty, kind)) == set()


def test_other_files_are_none() -> None:
    for data in (
        b"",
        b"0",
        b"0\x80",
        b"\x30\x82\x04\x00\x02\x01\x03" + b"x" * 90,
        b"%PDF-1.7",
        der(0x30, der(6, b"\x2a")),
        b"Met vriendelijke groet van ons allemaal",
    ):
        assert not is_cms(data)
        assert parse(HEAD + mime(data, "application/octet-stream; name=a.bin")).kinds == frozenset()


def test_what_unpacks_to_too_much_is_too_big() -> None:
    bomb = asn.compressed(b"0" * 1_000_000)
    start = time.process_time()
    assert read_cms(bomb).state is State.TOO_BIG
    assert time.process_time() - start < 0.5
    raw = HEAD + mime(bomb)
    assert parse(raw).kinds == {"smime_opaque"}
    assert reasons(raw) == {"too_big"}
    assert len(read_cms(asn.compressed(bytes(range(256)) * 4)).content) <= EXPANSION_MAX * 1024


def test_what_is_compressed_is_not_unpacked_a_second_time_inside() -> None:
    inner = asn.compressed(HELLO * 3)
    raw = HEAD + mime(asn.compressed(mime(inner)), "application/pkcs7-mime; smime-type=compressed-data")
    assert reasons(raw) == {"too_big"}
    assert not reasons(HEAD + mime(asn.compressed(mime(signed(HELLO)))))


def test_signed_in_signed_is_read_down_to_where_attached_messages_are() -> None:
    data = HELLO
    for _ in range(7):
        data = mime(signed(data))
    assert seen(HEAD + mime(signed(data)))
    assert reasons(HEAD + mime(signed(mime(signed(data))))) == {"too_deep"}
    layers = asn.body(der(4, HELLO))
    for _ in range(9):
        layers = asn.body(layers, asn.SIGNED)
    assert read_cms(info(asn.SIGNED, layers)).state is State.DAMAGED


@pytest.mark.parametrize(
    "content",
    [
        b"\r\nDag " + JAN.encode(),
        b"Dag " + JAN.encode() + b"\r\n",
        b"Content-Type: text/html\r\n\r\n<a href='mailto:jan.devries%40ziggo.example'>mail</a>",
        b"Content-Type: message/rfc822\r\n\r\nTo: " + JAN.encode() + b"\r\nSubject: x\r\n\r\nhoi",
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nhoi\r\n--q\r\n\r\n" + JAN.encode() + b"\r\n--q--",
        b"%PDF-1.7\x00\x01\x02" * 200 + b" " + JAN.encode() + b" \x00\x03" * 200,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(JAN.encode()),
    ],
)  # fmt: skip
def test_signed_content_of_any_form_is_read_like_a_part(content: bytes) -> None:
    assert seen(HEAD + mime(signed(content)))


def test_the_names_in_the_certificates_are_read_as_well() -> None:
    inside = info(
        asn.SIGNED, der(0x30, asn.body(der(4, b"hallo"))[2:] + der(0xA0, b"\x00\x01 " + JAN.encode() + b"\x00 "))
    )
    assert not seen(HEAD + mime(signed(b"hallo")))
    assert seen(HEAD + mime(inside))


@pytest.mark.parametrize(
    ("content", "protected"),
    [
        (HELLO, False),
        (b'Content-Type: text/plain; hp="clear"\r\n\r\nhallo', True),
        (b"Content-Type: message/rfc822\r\n\r\nTo: a@b.example\r\nSubject: x\r\n\r\nhallo", True),
        (b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: message/rfc822\r\n\r\nTo: a@b.example\r\n\r\nhoi\r\n--q--", False),
    ],
)  # fmt: skip
def test_a_header_that_is_signed_too_is_known_inside_and_around(content: bytes, protected: bool) -> None:
    opaque = HEAD + mime(signed(content))
    clear = (
        HEAD
        + b"Content-Type: multipart/signed; boundary=z\r\n\r\n--z\r\n"
        + content
        + b"\r\n--z\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--z--"
    )
    for raw in (opaque, clear):
        assert ("header_protected" in parse(raw).kinds) is protected


def test_what_is_signed_is_the_message_s_own_and_what_is_attached_is_not() -> None:
    invitation = b"Content-Type: text/calendar; method=REQUEST\r\n\r\nMETHOD:REQUEST\r\n"
    assert parse(HEAD + mime(signed(invitation))).calendar_method == "REQUEST"
    assert "calendar" in parse(HEAD + mime(signed(invitation))).kinds
    picture = b"Content-Type: image/png\r\n\r\nx"
    assert "image_only" in parse(HEAD + mime(signed(picture))).kinds
    attached = b"Content-Type: message/rfc822\r\n\r\n" + HEAD + mime(signed(invitation))
    assert parse(HEAD + attached).calendar_method is None
    assert parse(HEAD + attached).kinds == frozenset()
    claims = b"Content-Type: message/rfc822\r\n\r\nAuto-Submitted: auto-replied\r\nList-Id: <x>\r\n\r\nhoi"
    assert parse(HEAD + mime(signed(claims))).kinds == {"smime_opaque", "header_protected"}


def test_openssl_and_we_agree(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)

    def openssl(*words: str) -> bytes:
        command = ["openssl", "cms", "-binary", *words]
        return subprocess.run(command, input=HELLO * 100, capture_output=True, check=True, timeout=30).stdout

    sign = ("-sign", "-nodetach", "-signer", str(certificate), "-inkey", str(key))
    for form in (
        ("-outform", "DER"),
        ("-outform", "DER", "-stream"),
        ("-outform", "PEM"),
        ("-outform", "PEM", "-stream"),
    ):
        assert read_cms(openssl(*sign, *form)) == Cms(State.OPEN, HELLO * 100)
        assert read_cms(openssl(*sign, *form, "-econtent_type", "1.2.3.4")).content == HELLO * 100
    assert read_cms(openssl("-digest_create", "-outform", "DER")).content == HELLO * 100
    assert (
        read_cms(openssl("-sign", "-signer", str(certificate), "-inkey", str(key), "-outform", "DER")).state
        is State.EMPTY
    )
    for cipher in ("-aes-128-cbc", "-aes-256-gcm"):
        for stream in ((), ("-stream",)):
            assert (
                read_cms(openssl("-encrypt", cipher, *stream, "-outform", "DER", str(certificate))).state is State.SHUT
            )
    secret = ("-secretkey", "00112233445566778899aabbccddeeff", "-aes-128-cbc")
    assert read_cms(openssl("-EncryptedData_encrypt", *secret, "-outform", "DER")).state is State.SHUT


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", signed(HELLO), signed(HELLO, open_ended, piece=9), asn.compressed(HELLO), shut()]),
    st.data(),
)
def test_any_bytes_and_any_damage_give_a_state(noise: bytes, whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole)))
    damaged = whole[:at] + noise + whole[at + data.draw(st.integers(0, 3)) :]
    found = read_cms(damaged)
    assert found.content == b"" or found.state is State.OPEN
    assert len(found.content) <= EXPANSION_MAX * max(1, len(damaged))
    assert isinstance(ber.first_oid(damaged), bytes)
    list(unread(parse(HEAD + mime(damaged))))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=600),
    st.integers(1, 90),
    st.lists(st.sampled_from([der, long_form, open_ended]), min_size=1, max_size=6),
)
def test_every_spelling_of_the_same_content_reads_the_same(content: bytes, piece: int, wraps: list[asn.Wrap]) -> None:
    turn = iter(wraps * 40)

    def wrap(tag: int, inside: bytes) -> bytes:
        return next(turn)(tag, inside)

    string = asn.in_pieces(content, piece, wrap, len(wraps))
    assert read_cms(info(asn.SIGNED, asn.body(string, wrap=wrap), wrap)) == Cms(State.OPEN, content)


@pytest.mark.parametrize(
    "swell",
    [
        lambda n: b"\x30\x80" * n,
        lambda n: b"\x30\x80\x06\x09" + asn.SIGNED + b"\xa0\x80" * n,
        lambda n: info(asn.SIGNED, asn.body(open_ended(0x24, b"\x24\x80" * n))),
        lambda n: info(asn.SIGNED, asn.body(der(0x24, b"\x04\x00" * n))),
        lambda n: info(asn.SIGNED, asn.body(der(0x24, b"\x24\x00" * n))),
        lambda n: info(asn.SIGNED, asn.body(open_ended(0x24, b"\x24\x80" * n + b"\0\0" * n))),
        lambda n: b"\x30\x80\x06\x09" + asn.SIGNED + b"\x3f" + b"\x81" * 2 * n,
        lambda n: b"\x30\x80\x06\x09" + asn.SIGNED + b"\xa0\x80\x30\x80" + b"\x02\x00" * n,
    ],
)  # fmt: skip
def test_hostile_nesting_takes_time_by_its_size(swell: object) -> None:
    data = swell(500_000)  # type: ignore[operator]
    start = time.process_time()
    read_cms(data)
    assert time.process_time() - start < 8


def test_elements_in_the_corners() -> None:
    assert ber.element(b"\x1f\x81\x01\x01x", 0, 5) == ber.Element(0x1F, 4, 5, 5)
    assert ber.element(b"\x1f\x81", 0, 2) is None
    assert ber.element(b"\x1f\x81\x01", 0, 3) is None
    assert ber.element(b"\x04\x80", 0, 2) is None
    assert ber.element(b"\x04\x89" + b"\0" * 8 + b"\x01x", 0, 11) is None
    assert ber.element(b"\x04\x82\x01", 0, 3) is None
    assert ber.element(b"\x04\x05x", 0, 3) is None
    assert list(ber.children(b"\x30\x00", ber.Element(0x30, 2, 2, 2), 3)) == []
    assert ber.octets(b"\x24\x02\x04\x00" * 1, ber.Element(0x24, 2, 4, 4)) == b""
