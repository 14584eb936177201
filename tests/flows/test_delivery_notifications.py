"""What a client asks to hear of a delivery (RFC 3461): taken at the door, kept, passed on, and honoured in our own reports.

The real service; the mail server behind it offers DSN and notes what is said to it.
"""

from __future__ import annotations

import email
import email.policy
import smtplib
import uuid
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.support.gateway import Gateway, wait_until
from tests.support.sink import Sink
from tests.support.talk import AYLIN, MENTOR, SANNE, Answer, compose

OTHER = "jan.bakker@gmail.example"
LEADER = "k.dijkshoorn@zilverberg.example"


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    server = Sink.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def gateway(sink: Sink) -> Iterator[Gateway]:
    service = Gateway.start(sink.port)
    yield service
    service.stop()


def hand_over(gateway: Gateway, mail: str, rcpts: dict[str, str], **parts: str) -> Answer:
    """A message with these parameters of MAIL and of each RCPT."""
    mark = uuid.uuid4().hex[:12]
    with smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=30) as client:
        client.ehlo("klas.test")
        assert client.docmd(f"MAIL FROM:<{MENTOR}> {mail} ENVID={mark}")[0] == 250
        for rcpt, parameters in rcpts.items():
            assert client.docmd(f"RCPT TO:<{rcpt}> {parameters}")[0] == 250
        code, text = client.data(compose(mark, to=tuple(rcpts), **parts))
    return Answer(mark, code, text.decode())


def passed_on(sink: Sink, mark: str) -> set[str]:
    """The envelope in which the message with this mark went out, one line each."""
    wait_until(lambda: mark in sink.messages)
    start = next(at for at, line in enumerate(sink.envelopes) if f"ENVID={mark}" in line)
    lines = sink.envelopes[start:]
    end = next((at for at, line in enumerate(lines) if at and line.startswith("MAIL")), len(lines))
    return {line.split(" SIZE=")[0] + line[line.find(" RET") :] if "SIZE=" in line else line for line in lines[:end]}


def test_they_are_passed_on_with_a_message_that_was_repaired(sink: Sink, gateway: Gateway) -> None:
    asked = {AYLIN: "NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Aylin+2Bx@oud.example", SANNE: "NOTIFY=NEVER"}
    answer = hand_over(gateway, "RET=HDRS", asked)
    assert "Accepted" in answer.text
    assert passed_on(sink, answer.mark) == {
        f"MAIL FROM:<{MENTOR}> RET=HDRS ENVID={answer.mark}",
        *(f"RCPT TO:<{rcpt}> {parameters}" for rcpt, parameters in asked.items()),
    }


def test_they_wait_with_a_message_that_is_held(sink: Sink, gateway: Gateway) -> None:
    asked = {AYLIN: "NOTIFY=FAILURE ORCPT=rfc822;a@oud.example"}
    quoted = f"Van: {OTHER}\r\nAan: {SANNE}; hettydeleeuw@kpnmail.example\r\nOnderwerp: oud\r\n\r\nOude tekst"
    answer = hand_over(gateway, "RET=FULL", asked, body=quoted)
    assert "Held" in answer.text
    assert answer.mark not in sink.messages
    gateway.run("quarantine", "release", answer.reference, "--as", LEADER)
    assert passed_on(sink, answer.mark) == {
        f"MAIL FROM:<{MENTOR}> RET=FULL ENVID={answer.mark}",
        *(f"RCPT TO:<{rcpt}> {parameters}" for rcpt, parameters in asked.items()),
    }


@pytest.mark.parametrize("ret", ["FULL", "HDRS"])
def test_a_report_says_what_was_asked_for_and_of_whom(sink: Sink, gateway: Gateway, ret: str) -> None:
    asked = {
        f"weg.{ret}@leverancier.test": "NOTIFY=FAILURE ORCPT=rfc822;Piet+2Bx@oud.example",
        f"stil.{ret}@leverancier.test": "NOTIFY=NEVER",
        f"laat.{ret}@leverancier.test": "NOTIFY=DELAY,SUCCESS",
    }
    for rcpt in asked:
        sink.behave.refuse[rcpt.lower()] = "550 5.1.1 Unknown"
    before = len(sink.unmarked)
    answer = hand_over(gateway, f"RET={ret}", asked, body="Eenmalige tekst")
    wait_until(lambda: len(sink.unmarked) > before)
    reports = [raw for rcpts, raw in sink.unmarked[before:] if rcpts == (MENTOR,) and b"multipart/report" in raw]
    (report,) = (email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default) for raw in reports)
    status = report.get_payload(1)
    assert isinstance(status, EmailMessage)
    groups = [dict(group.items()) for group in status.get_payload()]  # type: ignore[union-attr]
    assert groups[0]["Original-Envelope-Id"] == answer.mark
    assert [group["Original-Recipient"] for group in groups[1:]] == ["rfc822;Piet+x@oud.example"]
    assert [group["Final-Recipient"].lower() for group in groups[1:]] == [f"rfc822; weg.{ret}@leverancier.test".lower()]
    kind = {"FULL": "message/rfc822", "HDRS": "text/rfc822-headers"}[ret]
    assert [part.get_content_type() for part in report.iter_parts()][2] == kind
    assert (b"Eenmalige tekst" in reports[0]) == (ret == "FULL")


def test_who_asked_never_to_hear_hears_nothing(sink: Sink, gateway: Gateway) -> None:
    sink.behave.refuse["niemand@leverancier.test"] = "550 5.1.1 Unknown"
    before = len(sink.unmarked)
    answer = hand_over(gateway, "RET=FULL", {"niemand@leverancier.test": "NOTIFY=NEVER"})
    wait_until(lambda: any(job.status == "settled" for job in gateway.case(answer.reference).jobs))
    assert [job.kind.value for job in gateway.case(answer.reference).jobs] == ["message"]
    assert len(sink.unmarked) == before
