"""Exchange hands one message over in several transactions, to two workers, and somebody pulls the plug.

Real processes, real SMTP in and out. The window is short so that nobody waits long.
"""

from __future__ import annotations

import smtplib
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from gateway.store.views import CaseView
from tests.support.gateway import Gateway, wait_until
from tests.support.postfix import free_port
from tests.support.sink import Sink
from tests.support.twins import readable

SENDER = "d.thooft@zilverberg.example"
COLLEAGUE = "k.dijkshoorn@zilverberg.example"
AYLIN, SANNE, JAN = "aylin.demirci@hotmail.example", "sanne.vanrijsbergen@ziggo.example", "jan.bakker@gmail.example"
TRUUS = "truusbakker@hetnet.example"
WINDOW_SECONDS = 3


@dataclass
class Office:
    """A gateway behind Exchange, and the mail server it delivers to."""

    gateway: Gateway
    sink: Sink
    port: int
    marks: dict[str, str] = field(default_factory=dict)

    def hand_over(self, mark: str, rcpt_to: list[str], *, to: list[str], body: str = "Tot vrijdag.") -> tuple[int, str]:
        """One transaction, as a server that has it from another one; returns the last reply."""
        hop = uuid.uuid4().hex
        raw = (
            f"Received: from {hop}.prod.exchange.test ([192.0.2.7])\r\n\tby {hop[:5]}.outbound.exchange.test;\r\n"
            f"\tMon, 16 Nov 2026 09:00:00 +0100\r\nFrom: {SENDER}\r\nTo: {', '.join(to)}\r\nSubject: Uitje\r\n"
            f"X-Mark: {mark}\r\nMessage-ID: <{mark}@zilverberg.example>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{body}</p>\r\n"
        )
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="exchange.test", timeout=20) as client:
            client.ehlo()
            client.mail(SENDER)
            for rcpt in rcpt_to:
                client.rcpt(rcpt)
            code, text = client.data(raw)
        return code, text.decode()

    def delivered(self, mark: str) -> list[str]:
        """Everybody who has the message, as often as they have it."""
        return sorted(rcpt for (one, rcpt), times in self.sink.taken.items() if one == mark for _ in range(times))

    def notices(self, mark: str) -> list[bytes]:
        """What the sender was told about this message."""
        about = f"In-Reply-To: <{mark}@zilverberg.example>".encode()
        return [raw for rcpt_to, raw in self.sink.unmarked if rcpt_to == (SENDER,) and about in raw]

    def case(self, reply: str) -> CaseView:
        return self.gateway.case(reply.rpartition(" ")[2])


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    sink, port = Sink.start(), free_port()
    relay = f"""
[[listener]]
kind = "relay"
address = "127.0.0.1"
port = {port}
tls = "none"
networks = ["127.0.0.0/8"]
correlation_window = {WINDOW_SECONDS}
"""
    gateway = Gateway.start(sink.port, workers=2, settings=relay)
    yield Office(gateway, sink, port)
    gateway.stop()
    sink.stop()


def settled(office: Office, mark: str, recipients: list[str]) -> None:
    """Wait until all have it and the sender was told, and see that it stays so."""
    wait_until(lambda: office.delivered(mark) == sorted(recipients) and office.notices(mark), seconds=30)
    time.sleep(0.7)  # longer than anybody waits before looking for work: a second notice would be on its way
    assert office.delivered(mark) == sorted(recipients)
    assert len(office.notices(mark)) == 1


def test_chunks_of_one_message_arrive_alike_with_one_notice_and_one_record(office: Office) -> None:
    """One parent a chunk and nobody but a colleague in sight: only together are they several."""
    mark, chunks = uuid.uuid4().hex, [[AYLIN], [COLLEAGUE, JAN], [SANNE], [AYLIN]]
    said = {office.hand_over(mark, chunk, to=[COLLEAGUE]) for chunk in chunks}
    assert len(said) == 1, "one reference for all, and for a retry"
    ((code, reply),) = said
    assert code == 250
    assert office.delivered(mark) == []
    settled(office, mark, [AYLIN, COLLEAGUE, JAN, SANNE])
    assert {readable(raw) for raw in office.sink.messages[mark]} == {readable(office.sink.messages[mark][0])}
    assert f"\r\nTo: {SENDER}\r\n".encode() in office.sink.messages[mark][0]
    case = office.case(reply)
    assert (case.state.value, len(case.envelopes), len(case.archive_numbers)) == ("delivered", 3, 1)


def test_a_stricter_copy_takes_the_others_back_before_they_went(office: Office) -> None:
    mark = uuid.uuid4().hex
    body = f"Bel <a href='mailto:{JAN}'>hem</a> of <a href='mailto:{TRUUS}'>haar</a>."
    first = office.hand_over(mark, [COLLEAGUE], to=[COLLEAGUE], body=body)
    second = office.hand_over(mark, [AYLIN], to=[COLLEAGUE], body=body)
    assert (first[1].split(",")[0], second[1].split(",")[0]) == ("2.0.0 Accepted", "2.0.0 Held for review")
    settled(office, mark, [])
    office.gateway.run("quarantine", "release", office.case(second[1]).reference, "--as", COLLEAGUE)
    wait_until(lambda: office.delivered(mark) == sorted([COLLEAGUE, AYLIN]), seconds=20)
    assert len(office.case(second[1]).archive_numbers) == 1


def test_a_kill_in_the_window_loses_nothing_and_says_nothing_twice(office: Office) -> None:
    mark = uuid.uuid4().hex
    _, reply = office.hand_over(mark, [AYLIN], to=[COLLEAGUE])
    office.hand_over(mark, [JAN, COLLEAGUE], to=[COLLEAGUE])
    office.gateway.kill()
    office.gateway.serve()
    again = office.hand_over(mark, [AYLIN], to=[COLLEAGUE])
    assert again == (250, reply), "the client did not hear us, and asks again"
    office.hand_over(mark, [SANNE], to=[COLLEAGUE])
    settled(office, mark, [AYLIN, COLLEAGUE, JAN, SANNE])
    assert {readable(raw) for raw in office.sink.messages[mark]} == {readable(office.sink.messages[mark][0])}
    case = office.case(reply)
    assert (case.state.value, len(case.envelopes)) == ("delivered", 3)
