"""What goes wrong around the gateway, one flow each: the mail server, the disk, the database.

A fault of our own answers 4xx and says nothing about the inside; whatever heard 250 arrives or is reported.
"""

from __future__ import annotations

import base64
import email
import email.policy
import json
import re
import shutil
import smtplib
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support.gateway import Gateway, wait_until
from tests.support.papers import pdf
from tests.support.sink import Behaviour, Sink

SENDER = "d.thooft@zilverberg.example"
PARENT = "aylin.demirci@hotmail.example"
SUPPLIER = "verkoop@onbekendeleverancier.test"


def send(gateway: Gateway, recipients: list[str], *, mark: str | None = None, size: int = 100) -> tuple[str, int, str]:
    """Hand over one message; returns (mark, code, text) of the last reply."""
    mark = mark or uuid.uuid4().hex[:12]
    raw = (
        f"From: {SENDER}\r\nTo: {', '.join(recipients)}\r\nSubject: Vraag\r\nX-Mark: {mark}\r\n"
        f"Message-ID: <{mark}@klas.test>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{incompressible(size)}"
    )
    with smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=30) as client:
        client.ehlo()
        code, text = client.mail(SENDER)
        for recipient in recipients:
            if code == 250:
                code, text = client.rcpt(recipient)
        if code == 250:
            code, text = client.data(raw)
    return mark, code, text.decode()


def incompressible(size: int) -> str:
    """Lines of base64 of a document with random bytes: what the store compresses stays about this large."""
    return base64.encodebytes(pdf("Planning", size * 3 // 4)).decode().replace("\n", "\r\n")


@pytest.fixture(scope="module")
def mail_server() -> Iterator[Sink]:
    server = Sink.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def gateway(mail_server: Sink) -> Iterator[Gateway]:
    service = Gateway.start(mail_server.port)
    yield service
    service.stop()


@pytest.fixture
def sink(mail_server: Sink) -> Sink:
    """The mail server, well again and without what earlier tests left."""
    mail_server.behave = Behaviour()
    mail_server.unmarked.clear()
    return mail_server


def own_mails(sink: Sink) -> list[EmailMessage]:
    """What the gateway wrote to the sender by itself: notices and reports."""
    return [
        email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
        for rcpt, raw in sink.unmarked
        if rcpt == (SENDER,)
    ]


def reports(sink: Sink) -> list[EmailMessage]:
    """The delivery reports among them."""
    return [mail for mail in own_mails(sink) if mail.get_content_type() == "multipart/report"]


def refused_in(report: EmailMessage) -> dict[str, str]:
    """Recipient and status of each block of the machine's part (RFC 3464 §2.3)."""
    (status,) = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    blocks = [block for block in status.get_payload() if block["Final-Recipient"]]
    return {str(block["Final-Recipient"]).partition(";")[2].strip(): str(block["Status"]) for block in blocks}


def words_of(report: EmailMessage) -> str:
    """What a person reads, decoded."""
    part = next(part for part in report.walk() if part.get_content_type() == "text/plain")
    return str(part.get_content())


def test_a_mail_server_that_is_down_does_not_stop_staff_and_gets_everything_later() -> None:
    sink = Sink.start()
    gateway = Gateway.start(sink.port)
    port = sink.port
    try:
        sink.stop()
        mark, code, _ = send(gateway, [PARENT])
        assert code == 250
        sink = Sink.start(port)
        wait_until(lambda: sink.taken[mark, PARENT] == 1, 90)
    finally:
        gateway.stop()
        sink.stop()


def test_a_slow_mail_server_delays_nobody_at_the_door(sink: Sink, gateway: Gateway) -> None:
    """Not even its greeting is waited for, however busy this machine is."""
    sink.behave = Behaviour(greet_after=2.0, reply_after=0.3)
    started = time.monotonic()
    mark, code, _ = send(gateway, [PARENT])
    assert code == 250
    assert time.monotonic() - started < 2.0
    wait_until(lambda: sink.taken[mark, PARENT] == 1, 30)


def test_one_refused_recipient_is_reported_and_the_others_get_it(sink: Sink, gateway: Gateway) -> None:
    sink.behave.refuse = {SUPPLIER: "550 5.1.1 No such user"}
    mark, code, _ = send(gateway, [PARENT, SUPPLIER])
    assert code == 250
    wait_until(lambda: sink.taken[mark, PARENT] == 1)
    wait_until(lambda: len(reports(sink)) == 1)
    report = reports(sink)[0]
    assert refused_in(report) == {SUPPLIER: "5.1.1"}
    assert SUPPLIER in words_of(report)
    assert PARENT not in words_of(report)
    assert sink.taken[mark, SUPPLIER] == 0


def test_all_refused_for_good_ends_in_one_report(sink: Sink, gateway: Gateway) -> None:
    sink.behave.refuse = {PARENT: "550 5.7.1 Not here", SUPPLIER: "550 5.7.1 Not here"}
    _, code, _ = send(gateway, [PARENT, SUPPLIER])
    assert code == 250
    wait_until(lambda: len(reports(sink)) == 1)
    assert refused_in(reports(sink)[0]) == {PARENT: "5.7.1", SUPPLIER: "5.7.1"}
    assert all(address in words_of(reports(sink)[0]) for address in (PARENT, SUPPLIER))


def deferred_once(gateway: Gateway, reference: str) -> bool:
    """Whether the log tells of an attempt that was put off."""
    lines = [line for line in gateway.log().splitlines() if reference in line and "job_settled" in line]
    return any(json.loads(line)["deferred"] for line in lines)


def test_refused_for_now_is_tried_again(sink: Sink, gateway: Gateway) -> None:
    sink.behave.refuse = {PARENT: "451 4.2.0 Later"}
    mark, code, reply = send(gateway, [PARENT])
    assert code == 250
    reference = reply.rsplit(" ", 1)[-1]
    wait_until(lambda: deferred_once(gateway, reference))
    sink.behave.refuse = {}
    wait_until(lambda: sink.taken[mark, PARENT] == 1, 110)


def test_a_connection_that_breaks_in_data_is_tried_again(sink: Sink, gateway: Gateway) -> None:
    sink.behave.drop_in_data = 1
    mark, code, _ = send(gateway, [PARENT])
    assert code == 250
    wait_until(lambda: sink.taken[mark, PARENT] == 1, 110)


def test_a_connection_that_breaks_after_the_dot_repeats_at_most_once(sink: Sink, gateway: Gateway) -> None:
    sink.behave.drop_after_dot = 1
    mark, code, _ = send(gateway, [PARENT])
    assert code == 250
    wait_until(lambda: sink.taken[mark, PARENT] == 2, 110)
    time.sleep(1)
    assert sink.taken[mark, PARENT] == 2


def test_a_locked_database_answers_later_and_tells_nothing(sink: Sink, gateway: Gateway) -> None:
    with sqlite3.connect(gateway.home / "state" / "postwacht.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        mark, code, text = send(gateway, [PARENT])
        other.execute("ROLLBACK")
    other.close()
    assert code == 451
    assert text.startswith("4.3.0")
    assert not re.search(r"sqlite|database|locked|Error|Traceback|/", text, re.IGNORECASE)
    again, code, _ = send(gateway, [PARENT], mark=mark)
    assert code == 250
    wait_until(lambda: sink.taken[again, PARENT] == 1)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A tmpfs of 24 MB of this test's own."""
    folder = Path(tempfile.mkdtemp(prefix="postwacht-small-", dir="/var/tmp"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "postwacht-test", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.timeout(400)  # dozens of messages of a megabyte, each read to its end
def test_a_full_disk_answers_later_and_loses_nothing(sink: Sink, small_disk: Path) -> None:
    gateway = Gateway.prepare(sink.port, state=small_disk)
    gateway.environment["POSTWACHT__STORE__DISK_FLOOR_BYTES"] = "4000000"
    gateway.serve()
    accepted: list[str] = []
    try:
        for _ in range(200):
            mark, code, text = send(gateway, [PARENT], size=1_200_000)
            if code != 250:
                break
            accepted.append(mark)
        assert code in {451, 452}, "the disk never filled"
        assert text[:5] in {"4.3.0", "4.3.1"}
        assert not re.search(r"sqlite|disk image|errno|/var|Error", text, re.IGNORECASE)
        for mark in accepted:
            wait_until(lambda mark=mark: sink.taken[mark, PARENT] >= 1, 30)
        ballast = small_disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"\0" * 65536):
                pass
        assert shutil.disk_usage(small_disk).free < 65536  # now really nothing is left, floor or no floor
        _, code, _ = send(gateway, [PARENT])
        assert code in {451, 452}
        ballast.unlink(missing_ok=True)
    finally:
        gateway.stop()
