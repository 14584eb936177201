"""Addresses in every language, all the way out: a real Postfix that knows them, and one that does not."""

from __future__ import annotations

import base64
import email
import email.policy
import re
import smtplib
from collections.abc import Iterator

import pytest

from tests.flows.conftest import MENTOR
from tests.support.gateway import Gateway, wait_until
from tests.support.postfix import Postfix

JOSE, YUKI = "josé.núñez@bücher.example", "ゆき@例え.example"
PARENTS = ("josé@hotmail.example", "ゆき@gmail.example")
HALF = "katrin@münchen.example"  # only its domain has letters
WRITTEN = "katrin@xn--mnchen-3ya.example"
BODY = "Beste ouders,\r\n.\r\nMorgen gaan we naar het café. ☕\r\n"


@pytest.fixture(scope="module")
def worldly() -> Iterator[Postfix]:
    server = Postfix.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def plain() -> Iterator[Postfix]:
    """A mail server that knows ASCII only."""
    server = Postfix.start(settings={"smtputf8_enable": "no", "smtpd_discard_ehlo_keywords": "8bitmime"})
    yield server
    server.stop()


@pytest.fixture(scope="module")
def service(worldly: Postfix) -> Iterator[Gateway]:
    gateway = Gateway.start(worldly.port)
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def behind(plain: Postfix) -> Iterator[Gateway]:
    gateway = Gateway.start(plain.port)
    yield gateway
    gateway.stop()


def message(*to: str, subject: str, number: str = "<1@klas.test>") -> bytes:
    return (
        f"From: Daan 't Hooft <{MENTOR}>\r\nTo: {', '.join(to)}\r\nSubject: {subject}\r\nMessage-ID: {number}\r\n"
        "Date: Mon, 16 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{BODY}"
    ).encode()


def send(gateway: Gateway, raw: bytes, *to: str, options: tuple[str, ...] = ("SMTPUTF8", "BODY=8BITMIME")) -> None:
    with smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=30) as client:
        client.ehlo("klas.test")
        client.command_encoding = "utf-8"
        said = [client.docmd(f"MAIL FROM:<{MENTOR}> {' '.join(options)}")]
        said += [client.docmd(f"RCPT TO:<{rcpt}>") for rcpt in to]
        client.command_encoding = "ascii"
        said.append(client.data(raw))
        assert [code for code, _ in said] == [250] * len(said), said


def arrived(server: Postfix, address: str, mark: str) -> bytes:
    """The one message with that mark; a maildir has no order."""
    wait_until(lambda: any(mark.encode() in raw for raw in server.delivered().get(address, [])))
    (found,) = [raw for raw in server.delivered()[address] if mark.encode() in raw]
    return found


def body_of(raw: bytes) -> bytes:
    return raw.partition(b"\n\n")[2]


def test_a_letter_in_an_address_arrives_as_it_was_written(service: Gateway, worldly: Postfix) -> None:
    for address in (JOSE, YUKI, HALF):
        raw = message(f"Zoë <{address}>", subject="Één – ☕", number=f"<één.{len(address)}@klas.test>")
        send(service, raw, address)
        worldly.wait_for(address)
        (got,) = worldly.delivered()[address]
        assert got.endswith(raw.replace(b"\r\n", b"\n")), address
        assert b" with UTF8SMTP id " in got


def test_a_domain_in_its_written_form_stays_in_it(service: Gateway, worldly: Postfix) -> None:
    raw = message(WRITTEN, subject="Vraag", number="<2@klas.test>")
    send(service, raw, WRITTEN, options=("BODY=8BITMIME",))
    worldly.wait_for(WRITTEN)
    (got,) = worldly.delivered()[WRITTEN]
    assert got.endswith(raw.replace(b"\r\n", b"\n"))
    assert b"UTF8SMTP" not in got.partition(b"\n\n")[0]


def test_several_of_them_are_repaired_like_any_other(service: Gateway, worldly: Postfix) -> None:
    send(service, message(*PARENTS, subject="Uitje ☕", number="<3@klas.test>"), *PARENTS)
    for address in PARENTS:
        got = arrived(worldly, address, "<3@klas.test>")
        assert f"To: Daan 't Hooft <{MENTOR}>\nSubject: Uitje ☕\n".encode() in got
        assert body_of(got) == BODY.replace("\r\n", "\n").encode()
        for other in PARENTS:
            assert other.encode() not in got.partition(b"X-Postwacht-Loop")[2]  # above it is the server's own
    (notice,) = worldly.wait_for(MENTOR)
    assert "Uitje ☕" in str(notice["Subject"])


@pytest.mark.parametrize(
    ("to", "needs", "code"),
    [(JOSE, ("SMTPUTF8", "BODY=8BITMIME"), "5.6.7"), ("anna@ziggo.example", ("BODY=8BITMIME",), "5.6.3")],
    ids=["a letter in the address", "a letter in the text"],
)
def test_a_mail_server_without_letters_gets_nothing_it_can_not_carry_and_the_sender_hears_so(
    to: str, needs: tuple[str, ...], code: str, behind: Gateway, plain: Postfix
) -> None:
    send(behind, message(to, subject="Vraag"), to, options=(*needs, "RET=FULL"))
    written = arrived(plain, MENTOR, "global-delivery-status" if to == JOSE else f" {code} The mail server")
    report = email.message_from_bytes(written, policy=email.policy.default)
    assert set(plain.delivered()) == {MENTOR}, "nothing was converted"
    assert report.get_content_type() == "multipart/report"
    assert written.isascii()
    encoded = re.search(rb"message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n([^-]+)", written)
    machine = base64.b64decode(encoded[1]).decode() if encoded else report.get_payload(1).as_string()
    assert f"Status: {code}" in machine
    assert f"Final-Recipient: {'utf-8' if to == JOSE else 'rfc822'}; {to}" in machine
    assert BODY.encode() not in written
