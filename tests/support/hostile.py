"""Bytes that look like mail to somebody: strategies for messages in pieces that fit badly, and what any reading must hold.

Used by the properties of the parser and by the fuzz target, which runs them longer.
"""

from __future__ import annotations

import base64
from datetime import datetime

from hypothesis import strategies as st

from rules.detectors import email_address
from rules.message import Message, View, address_variants, canonical_address, parse, places, unread
from rules.message.claims import labels
from tests.support import tnef
from tests.support.asn import compressed, open_ended, shut, signed

NAMES = [
    b"To", b"to ", b"Cc", b"Bcc", b"From", b"Sender", b"Reply-To", b"Resent-To", b"Subject", b"Date", b"Message-ID", b"X-A", b"Content-Type",
    b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"Content-ID", b"Auto-Submitted", b"msip_labels", b"T\xe2\x80\x8bo", b"", b"a@x.nl",
]  # fmt: skip
VALUES = [
    b"a@x.nl", b"a@x.nl, b@y.nl", b'"Bos, Jan" <a@x.nl>', b"a@x.nl; b@y.nl", b"O: a@x.nl, b@y.nl;", b"(a@x.nl", b'"a@x.nl', b"<a@x.nl",
    b"=?utf-8?B?YUB4Lm5s?=", b"=?utf-7?Q?+2AA-?=", b"=?utf-8?Q?a=40x.nl", b"Mon, 16 Nov 2026 09:00:00 +0100", b"1 Jan 0001 00:00 -9999",
    b"text/plain", b"text/plain; charset=utf-7", b"text/plain; charset=utf-16; format=flowed", b"text/html", b"text/calendar; method=REQUEST",
    b"text/vcard", b"multipart/mixed; boundary=q", b"multipart/alternative; boundary=w", b"multipart/digest; boundary=q", b"multipart/mixed",
    b'multipart/mixed; boundary="q"; boundary=w', b"message/rfc822", b"application/octet-stream; name=x.eml", b"application/ms-tnef",
    b"application/pkcs7-mime; smime-type=signed-data", b"image/png; name*0*=utf-8''a%40; name*1=x.nl", b"multipart/signed; protocol=pgp; boundary=q",
    b"application/pkcs7-mime", b"application/octet-stream; name=smime.p7m", b"auto-forwarded", b"MSIP_Label_x_Name=Geheim; MSIP_Label_x_Enabled=1",
    b"base64", b"quoted-printable", b"x-uuencode", b"7bit", b"x-unknown", b"attachment; filename=a.ics", b"inline", b"", b"\0\xff", b"a\r\n b",
]  # fmt: skip
PACKED = tnef.exchange(("Jan", "a@x.nl"), html="<p>b@y.nl", files=tnef.embedded("m", tnef.outlook("c@z.nl")))
ENDS = [b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b""]
_SIGNED = signed(b"Content-Type: text/plain\r\n\r\nhallo a@x.nl\r\n", open_ended, piece=9)
CHUNKS = [
    base64.encodebytes(_SIGNED), _SIGNED, _SIGNED[:40], base64.encodebytes(shut()), base64.encodebytes(compressed(b"0" * 9000)), b"0\x80\x06\t",
    b"\r\n", b"\n", b"--q\r\n", b"--q--\r\n", b"--w\r\n", b"--w--", b"--q x\r\n", b"hallo\r\n", b"a@x.nl ", b"jan [at] x punt nl\r\n", b"> oud\r\n",
    b"Van: a\r\nAan: b@y.nl\r\n", b"Op maandag schreef a:\r\n", b"<p>a<b>@</b>x.nl</p>", b"<!-- a@x.nl", b"<template>", b"<span hidden>x</span>",
    b"ATTENDEE:mailto:a\r\n @x.nl\r\n", b"EMAIL;ENCODING=B:YUB4Lm5s\r\n", b"a=40x=\r\n.nl", b"+AEA-", b"+2AA-", b"%2540", b"\\ud800", b"\\u0040",
    b"&#64;&#xd800;", b"begin 644 x\r\n#8F%R\r\n`\r\nend\r\n", b"=ybegin x\r\n\x8b\x6a\xa2\r\n", b"data:;base64,YUB4Lm5s", b"\xff\xfea\0@\0", b"\0", b"\x01",
    b"\xe2\x80\xae", b"\xcc\x80\xcc\xa7", b"From x\r\n", b"METHOD:CANCEL\r\n", b"-----BEGIN PGP MESSAGE-----",
    base64.encodebytes(b"To: a@x.nl\r\nFrom: b@y.nl\r\nSubject: x\r\n\r\nhallo a@x.nl"), b"To: a@x.nl\r\nCc: b@y.nl\r\nSubject: x\r\n\r\n",
    PACKED, base64.encodebytes(PACKED),
]  # fmt: skip

fields = st.builds(
    lambda name, value, end: name + b": " + value + end,
    st.sampled_from(NAMES),
    st.sampled_from(VALUES),
    st.sampled_from(ENDS),
)
chunks = st.one_of(st.sampled_from(CHUNKS), st.sampled_from(CHUNKS), fields, st.binary(max_size=12))
messages = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda head, blank, body: b"".join(head) + blank + b"".join(body),
        st.lists(fields, max_size=7),
        st.sampled_from([b"\r\n", b"\r\n", b"\n", b""]),
        st.lists(chunks, max_size=14),
    ),
)


def look_at_everything(message: Message) -> tuple[object, ...]:
    """Every attribute, asked for once; two readings of the same bytes compare equal."""
    found = list(places(message))
    return (
        message.visible, message.from_, message.sender, message.mailboxes("Reply-To"), message.subject, message.message_id, message.date,
        message.differences, message.defects, message.kinds, message.calendar_method, message.unreadable, tuple(unread(message)), labels(message),
        [(header.name, header.value, header.text, header.raw(message)) for header in message.headers],
        [
            (part.path, part.view, part.content_type, part.filenames, part.disposition, part.payload, part.text, part.is_attachment,
             part.holds_message, part.message is None, part.kinds, part.cms)
            for part in (*message.containers, *message.parts)
        ],
        [(place.where, place.kind, place.text) for place in found], [email_address.find(place.text) for place in found],
    )  # fmt: skip


def holds(raw: bytes) -> None:
    """What is true of any bytes: they parse, alike each time, with offsets inside them and texts that can be stored."""
    message = parse(raw)
    assert look_at_everything(message) == look_at_everything(parse(raw))
    assert message.raw is raw
    position = 0
    for header in message.headers:
        assert position <= header.start < header.value_start <= header.end <= message.body_start <= len(raw)
        position = header.end
    for part in (*message.containers, *message.parts):
        assert 0 <= part.start <= part.end <= len(raw)
    assert all(0 <= start <= end <= len(raw) for _, start, end in message.gaps)
    assert message.date is None or isinstance(message.date, datetime)
    for box in (*message.visible, *message.from_, *message.mailboxes("reply-to")):
        assert box.address == canonical_address(box.address)
        assert box.view in View
        assert address_variants(box.address)[0] == box.address
    for text in (
        message.subject,
        message.message_id,
        *(place.text for place in places(message)),
        *(box.display for box in message.visible),
    ):
        text.encode("utf-8")
