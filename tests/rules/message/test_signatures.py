"""Signatures that were there: which of them outlive an edit, and that dkimpy agrees."""

from __future__ import annotations

import base64
import time

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.message import HeaderEdit, apply_edits, parse, without_broken_signatures

KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SECRET = base64.b64encode(KEY.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
RECORD = b"v=DKIM1; k=ed25519; p=" + base64.b64encode(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
HEADER = (
    b"From: M. de Vries <m.devries@school.example>\r\nTo: anna.bakker@ouders.example,\r\n piet.jansen@ouders.example\r\n"
    b"Cc: ict@school.example\r\nSubject: Schoolreis\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n"
    b"Message-ID: <1@klas.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
)
BODY = b"Beste ouders,\r\ntot morgen.\r\n"
# What Exchange Online signs (domain.md 5.1), and what others do.
EXCHANGE = [
    b"from",
    b"date",
    b"subject",
    b"message-id",
    b"content-type",
    b"mime-version",
    b"x-ms-exchange-senderadcheck",
]


def signed(names: list[bytes], raw: bytes = HEADER + b"\r\n" + BODY, canonical: bytes = b"relaxed") -> bytes:
    line = dkim.sign(
        raw, b"selector1", b"school.example", SECRET, include_headers=names, canonicalize=(canonical, b"relaxed"),
        signature_algorithm=b"ed25519-sha256",
    )  # fmt: skip
    return line + raw


def right(raw: bytes, index: int = 0) -> bool:
    return bool(dkim.DKIM(raw).verify(idx=index, dnsfunc=lambda name, timeout=5: RECORD))


def repair(raw: bytes, name: str = "to", line: bytes = b"To: m.devries@school.example\r\n") -> tuple[HeaderEdit, ...]:
    (header,) = parse(raw).all(name)
    return (HeaderEdit(header.start, header.end, line),)


def after(raw: bytes, edits: tuple[HeaderEdit, ...]) -> bytes:
    return apply_edits(raw, without_broken_signatures(parse(raw), edits))


@pytest.mark.parametrize("canonical", [b"relaxed", b"simple"])
def test_a_signature_that_covers_neither_to_nor_cc_outlives_the_repair(canonical: bytes) -> None:
    raw = signed(EXCHANGE, canonical=canonical)
    assert right(raw)
    out = after(raw, (*repair(raw), *repair(raw, "cc", b"")))
    assert out.startswith(raw[: raw.index(b"From:")]), "byte for byte"
    assert b"anna.bakker" not in out
    assert right(out)


@pytest.mark.parametrize("names", [[*EXCHANGE, b"to"], [*EXCHANGE, b"cc"], [*EXCHANGE, b"to", b"to"], [*EXCHANGE, b"reply-to", b"cc"]])  # fmt: skip
def test_a_signature_that_would_break_goes(names: list[bytes]) -> None:
    raw = signed(names)
    out = after(raw, (*repair(raw), *repair(raw, "cc", b"")))
    assert b"dkim-signature" not in out.lower()
    assert out.endswith(BODY)


def test_a_line_that_may_not_be_added_breaks_it_too() -> None:
    """The signature names Reply-To, which the message lacks, so that nobody adds one."""
    raw = signed([*EXCHANGE, b"reply-to"])
    at = raw.index(b"To: ")
    out = after(raw, (HeaderEdit(at, at, b"Reply-To: ict@school.example\r\n"),))
    assert b"dkim-signature" not in out.lower()


def test_only_the_one_that_breaks_goes() -> None:
    raw = signed([*EXCHANGE, b"to"], signed(EXCHANGE))
    assert right(raw, 0)
    assert right(raw, 1)
    out = after(raw, repair(raw))
    assert out.lower().count(b"dkim-signature:") == 1
    assert right(out)


def test_where_spaces_are_the_same_a_changed_fold_breaks_only_the_simple_form() -> None:
    line = b"to:  anna.bakker@ouders.example, piet.jansen@ouders.example \r\n"
    relaxed, simple = signed([*EXCHANGE, b"to"]), signed([*EXCHANGE, b"to"], canonical=b"simple")
    kept, gone = after(relaxed, repair(relaxed, line=line)), after(simple, repair(simple, line=line))
    assert right(kept)
    assert b"dkim-signature" not in gone.lower()


def test_of_several_lines_the_lowest_count() -> None:
    raw = signed([*EXCHANGE, b"x-hop"], b"X-Hop: by a.test\r\nX-Hop: by b.test\r\n" + HEADER + b"\r\n" + BODY)
    upper, lower = parse(raw).all("x-hop")
    assert right(after(raw, (HeaderEdit(upper.start, upper.end, b""),)))
    assert b"dkim" not in after(raw, (HeaderEdit(lower.start, lower.end, b""),)).lower()


def test_a_signature_over_one_that_goes_goes_with_it() -> None:
    raw = signed([*EXCHANGE, b"to"])
    outer = b"DKIM-Signature: v=1; c=relaxed/relaxed; h=From:DKIM-Signature; b=x\r\n"
    assert b"dkim" not in after(outer + raw, repair(outer + raw)).lower()
    (header,) = parse(raw).all("dkim-signature")
    removed = HeaderEdit(header.start + len(outer), header.end + len(outer), b"")
    assert b"dkim" not in after(outer + raw, (removed,)).lower()
    assert after(outer + signed(EXCHANGE), repair(outer + signed(EXCHANGE))).startswith(outer)


def test_another_body_breaks_all() -> None:
    raw = signed(EXCHANGE)
    at = raw.index(b"tot morgen")
    assert b"dkim" not in after(raw, (HeaderEdit(at, at + 3, b"Tot"),)).lower()


def test_nothing_to_edit_or_nothing_signed_adds_no_edit() -> None:
    assert without_broken_signatures(parse(signed([b"from", b"to"])), ()) == ()
    plain = HEADER + b"\r\n" + BODY
    assert without_broken_signatures(parse(plain), repair(plain)) == repair(plain)


@pytest.mark.parametrize("odd", [b"", b"h", b"h=", b"v=1; h=:::; c=", b"\xff=\xfe; h=\xff:To", b"; ; h = T o : To ;c"])
def test_what_is_no_signature_does_no_harm(odd: bytes) -> None:
    raw = b"DKIM-Signature: " + odd + b"\r\n" + HEADER + b"\r\n" + BODY
    edits = without_broken_signatures(parse(raw), repair(raw))
    assert edits[0] == repair(raw)[0]
    assert len(edits) == 1 + (b"to" in odd.lower().replace(b" ", b""))


# Not From: dkimpy counts it once more than the signature says.
NAMES = st.sampled_from([b"to", b"cc", b"subject", b"reply-to", b"x-a", b"x-b"])
LINES = st.lists(
    st.tuples(NAMES, st.sampled_from([b" x", b"  x ", b" x\r\n y", b" y", b""])).map(
        lambda line: b":".join(line) + b"\r\n"
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(LINES, st.lists(NAMES, max_size=5), st.sampled_from([b"relaxed", b"simple"]), st.data())
def test_what_stays_is_right_and_what_goes_was_broken(
    lines: list[bytes], names: list[bytes], canonical: bytes, data: st.DataObject
) -> None:
    raw = b"From: a@b.test\r\n" + b"".join(lines) + b"\r\n" + BODY
    line = signed([b"from", *names], raw, canonical)[: -len(raw)]
    whole = line + raw
    headers = [header for header in parse(whole).headers if header.name not in {"dkim-signature", "from"}]
    header = data.draw(st.sampled_from(headers))
    new = data.draw(st.sampled_from([b"", b"to: z\r\n", header.raw(parse(whole)), b"cc:  q\r\n w\r\n"]))
    edits = (HeaderEdit(header.start, header.end, new),)
    holds = right(apply_edits(whole, edits))
    assert (len(without_broken_signatures(parse(whole), edits)) == 1) is holds


def test_many_signatures_over_long_fields_cost_no_more_than_their_bytes() -> None:
    """Each names the same long Subject: it is read once."""
    raw = b"DKIM-Signature: h=subject:to\r\n" * 9_000 + b"Subject: " + b"x " * 500_000 + b"\r\n" + HEADER + b"\r\n"
    message, edits = parse(raw), repair(raw)
    started = time.process_time()
    assert len(without_broken_signatures(message, edits)) == 9_001
    assert time.process_time() - started < 3
