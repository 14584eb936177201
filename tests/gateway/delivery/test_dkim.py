"""Signatures, checked by dkimpy over what a mail server received."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gateway.delivery.attempt import Office
from gateway.delivery.dkim import Signer, read_key
from gateway.delivery.notices import Letterhead
from gateway.delivery.smarthost import Smarthost
from gateway.store.disposition import Job, JobKind, pack_edits
from tests.support.scripted import Scripted
from tests.support.stores import NOON

SENDER = "m.devries@school.example"
HEADER = (
    b"From: M. de Vries <m.devries@school.example>\r\nTo: anna.bakker@ouders.example\r\n"
    b"Subject: =?utf-8?q?Schoolreis_=E2=82=AC_5?=\r\nMessage-ID: <1@klas.test>\r\n\r\n"
)
BODIES = {
    "a line": b"Tot morgen.\r\n",
    "dots": b".\r\n..\r\n.a\r\n\r\n.\r\n",
    "long lines": b"x" * 30_000 + b"\r\n",
    "nothing": b"",
    "empty lines at the end": b"a\r\n\r\n\r\n",
    "spaces": b"a  \t b \r\n \r\n",
    "eight bits": "één café \r\n".encode() + b"\xff\xfe\r\n",
}

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def pem(key: Private | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def private(request: pytest.FixtureRequest) -> Private:
    return rsa.generate_private_key(65537, 2048) if request.param == "rsa" else ed25519.Ed25519PrivateKey.generate()


@pytest.fixture
def dns(private: Private) -> Callable[..., bytes]:
    """What the domain would publish."""
    public = private.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        )
    else:
        record = b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return lambda name, timeout=5: record if name == b"post._domainkey.school.example." else b""


@pytest.fixture
def office(private: Private, head: Letterhead) -> Office:
    return Office(head.hostname, head, Signer("post", {"school.example": read_key(pem(private))}), b"k" * 32)


def job(edits: tuple[tuple[int, int, bytes], ...] = (), **changes: object) -> Job:
    fields = {
        "id": 1, "reference": "R000001", "kind": JobKind.MESSAGE, "mail_from": SENDER,
        "rcpt_to": ("anna.bakker@ouders.example",), "edits": pack_edits(edits), "params": {}, "attempts": 0,
        "created_at": NOON, "not_before": None, "message_name": "m", "options": {"peer": "192.0.2.7", "helo": "klas.test"},
    }  # fmt: skip
    return Job(**{**fields, **changes})  # type: ignore[arg-type]


async def received(office: Office, raw: bytes, one: Job) -> bytes:
    """What a mail server gets of it."""
    async with Scripted().serving() as server:
        smarthost = Smarthost("127.0.0.1", server.port)
        await smarthost.send(office.mail(one, raw, NOON))
        smarthost.close()
    ((_, got),) = server.messages
    return got


@pytest.mark.parametrize("body", BODIES)
async def test_the_signature_is_right_after_the_repair(body: str, office: Office, dns: Callable[..., bytes]) -> None:
    raw = HEADER + BODIES[body]
    start = raw.index(b"To:")
    repair = ((start, raw.index(b"Subject:"), b"To: m.devries@school.example\r\n"),)
    got = await received(office, raw, job(repair))
    assert got.endswith(
        b"Subject: =?utf-8?q?Schoolreis_=E2=82=AC_5?=\r\nMessage-ID: <1@klas.test>\r\n\r\n" + BODIES[body]
    )
    assert b"anna.bakker" not in got
    assert dkim.verify(got, dnsfunc=dns)


async def test_nothing_is_prepended_but_signature_trace_and_loop_guard(office: Office) -> None:
    got = await received(office, HEADER + b"x\r\n", job())
    assert got.endswith(HEADER + b"x\r\n")
    front = got.removesuffix(HEADER + b"x\r\n")
    assert re.findall(rb"(?m)^([A-Za-z-]+):", front) == [b"DKIM-Signature", b"Received", b"X-Postwacht-Loop"]
    assert b"anna.bakker" not in front


@pytest.mark.parametrize("name", [b"From", b"To", b"Cc", b"Subject", b"Reply-To"])
async def test_whoever_adds_a_line_breaks_the_signature(name: bytes, office: Office, dns: Callable[..., bytes]) -> None:
    """Also where the message had none of that name."""
    got = await received(office, HEADER + b"x\r\n", job())
    assert not dkim.verify(name + b": iemand.anders@ouders.example\r\n" + got, dnsfunc=dns)
    lower = got.replace(b"Message-ID:", name + b": iemand.anders@ouders.example\r\nMessage-ID:")
    assert not dkim.verify(lower, dnsfunc=dns)


@pytest.mark.parametrize("change", [(b"Tot", b"tot"), (b"Schoolreis", b"schoolreis"), (b"<1@", b"<2@")])
async def test_whoever_changes_what_is_shown_breaks_the_signature(
    change: tuple[bytes, bytes], office: Office, dns: Callable[..., bytes]
) -> None:
    got = await received(office, HEADER + b"Tot morgen.\r\n", job())
    assert dkim.verify(got, dnsfunc=dns)
    assert not dkim.verify(got.replace(*change), dnsfunc=dns)


async def test_a_signature_that_was_there_stays(office: Office, dns: Callable[..., bytes]) -> None:
    other = ed25519.Ed25519PrivateKey.generate()
    first = Signer("post", {"elders.example": read_key(pem(other))}).sign(HEADER + b"x\r\n", "elders.example")
    raw = first + HEADER + b"x\r\n"
    got = await received(office, raw, job())
    assert got.endswith(raw)
    assert got.count(b"DKIM-Signature:") == 2
    assert dkim.verify(got, dnsfunc=dns)
    public = base64.b64encode(other.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    assert dkim.DKIM(got).verify(idx=1, dnsfunc=lambda name, timeout=5: b"v=DKIM1; k=ed25519; p=" + public)


async def test_our_own_mails_are_signed_with_the_key_of_our_address(office: Office, dns: Callable[..., bytes]) -> None:
    notice = job(kind=JobKind.NOTICE, mail_from="", rcpt_to=(SENDER,), params={"kind": "withdraw", "subject": "Vraag"})
    assert office.signs(notice)
    assert dkim.verify(await received(office, b"", notice), dnsfunc=dns)


async def test_a_domain_without_a_key_is_sent_unsigned(office: Office) -> None:
    elsewhere = job(mail_from="iemand@elders.example")
    assert not office.signs(elsewhere)
    assert b"DKIM-Signature" not in await received(office, HEADER, elsewhere)
    assert office.signer.sign(HEADER, "elders.example") == b""


@pytest.mark.parametrize(
    "raw",
    [
        b"From: m.devries@school.example\r\nthis is no header line\r\n\r\nx\r\n",
        "From: m.devries@school.example\r\nOnderwérp: x\r\n\r\nx\r\n".encode(),
        b" begins with a fold\r\nFrom: m.devries@school.example\r\n\r\nx\r\n",
    ],
)
async def test_what_can_not_be_signed_is_sent_all_the_same(raw: bytes, office: Office) -> None:
    got = await received(office, raw, job())
    assert got.endswith(raw)


def test_a_key_is_read_once_and_not_shown(private: Private, tmp_path: Path) -> None:
    key = read_key(pem(private))
    assert key == read_key(pem(private))
    assert "secret" not in repr(key)
    assert key.algorithm in {b"rsa-sha256", b"ed25519-sha256"}


@pytest.mark.parametrize("bad", [pem(ec.generate_private_key(ec.SECP256R1())), b"no key at all"])
def test_a_key_of_another_kind_is_refused_at_the_start(bad: bytes) -> None:
    with pytest.raises(ValueError):
        read_key(bad)
