"""A held message from its notice to its end, with the real service: by the sender's link, by command, by the clock.

And who hears nothing: the null path, mail that sent itself, and strangers.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from gateway.clock import Clock, FixedClock, SystemClock
from gateway.config import load
from gateway.pipeline.release import Decider
from gateway.pipeline.ruling import Rulings
from tests.support.gateway import Gateway, wait_until
from tests.support.sink import Behaviour, Sink
from tests.support.talk import AYLIN, MENTOR, SANNE, Answer, hand_over

LEADER = "k.dijkshoorn@zilverberg.example"
STRANGER = "kopieerapparaat@elders.test"
OTHER = "jan.bakker@gmail.example"


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


def held_for_the_sender(gateway: Gateway) -> Answer:
    """Two parents in To, and the address of a third in the text: no header can cure that."""
    answer = hand_over(gateway, to=(AYLIN, SANNE), body=f"Mail {OTHER} of {AYLIN} voor vragen.")
    assert (answer.code, "Held for review" in answer.text) == (250, True)
    return answer


def mails_about(sink: Sink, answer: Answer) -> list[EmailMessage]:
    """What the gateway itself wrote about a message, to whomever."""
    return [
        email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
        for _, raw in sink.unmarked
        if answer.reference.encode() in raw.partition(b"\r\n\r\n")[0]
    ]


def notice(sink: Sink, answer: Answer, subject: str) -> EmailMessage:
    """The one with that subject, once it is there."""
    wait_until(lambda: any(str(mail["Subject"]).startswith(subject) for mail in mails_about(sink, answer)))
    (found,) = [mail for mail in mails_about(sink, answer) if str(mail["Subject"]).startswith(subject)]
    assert found["To"].addresses[0].addr_spec == MENTOR
    return found


def words(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage) -> str:
    (link,) = re.findall(r"http://\S+/m/\S+", words(mail))
    return str(link)


def page(url: str, **form: str) -> tuple[int, str]:
    """GET, or POST of a form as a browser sends it."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_sender_confirms_with_a_reason_and_it_goes_out_once_repaired_and_archived(
    gateway: Gateway, sink: Sink
) -> None:
    answer = held_for_the_sender(gateway)
    first = notice(sink, answer, "Nog niet verzonden: ")
    assert "/clauses/C" in words(first)
    assert not any(address in words(first) for address in (AYLIN, SANNE, OTHER)), "masked"
    link = link_in(first)
    for _ in range(2):  # looking uses nothing up
        status, text = page(link)
        assert (status, "Uw bericht wacht" in text) == (200, True)
    assert page(link, act="confirm", reason="kort")[0] == 422
    assert gateway.case(answer.reference).state.value == "held"
    assert gateway.case(answer.reference).archive_numbers == ()
    status, text = page(link, act="confirm", reason="De ouders hebben dit zelf gevraagd.")
    assert (status, "vrijgegeven" in text) == (200, True)
    wait_until(lambda: sink.taken[answer.mark, AYLIN] == sink.taken[answer.mark, SANNE] == 1)
    (raw,) = sink.messages[answer.mark]
    header = raw.partition(b"\r\n\r\n")[0]
    assert re.search(rb"(?m)^To: .*" + MENTOR.encode(), header)
    assert not any(parent.encode() in header for parent in (AYLIN, SANNE)), "the repair that applies is made"
    assert "Uw bericht is na uw bevestiging verzonden." in words(notice(sink, answer, "Verzonden: "))
    wait_until(lambda: gateway.case(answer.reference).state.value == "delivered")
    assert len(gateway.case(answer.reference).archive_numbers) == 1
    for form in ({"act": "confirm", "reason": "Nog een keer, graag."}, {"act": "withdraw"}):
        assert page(link, **form)[0] == 200
    assert sink.taken[answer.mark, AYLIN] == 1
    assert len(mails_about(sink, answer)) == 2


def test_the_sender_withdraws_and_nothing_goes_out(gateway: Gateway, sink: Sink) -> None:
    answer = held_for_the_sender(gateway)
    link = link_in(notice(sink, answer, "Nog niet verzonden: "))
    status, text = page(link, act="withdraw")
    assert (status, "ingetrokken" in text) == (200, True)
    notice(sink, answer, "Ingetrokken: ")
    case = gateway.case(answer.reference)
    assert (case.state.value, case.archive_numbers) == ("withdrawn", ())
    assert page(link, act="confirm", reason="Toch maar wel versturen.")[0] == 200
    assert gateway.case(answer.reference).state.value == "withdrawn"
    assert sink.taken[answer.mark, AYLIN] == 0


def test_what_a_team_leader_decides_is_not_the_senders_to_confirm(gateway: Gateway, sink: Sink) -> None:
    body = f"Van: {OTHER}\r\nAan: {SANNE}; hettydeleeuw@kpnmail.example\r\nOnderwerp: oud\r\n\r\nOude tekst"
    answer = hand_over(gateway, body=body)
    assert "Held for review" in answer.text
    assert gateway.case(answer.reference).approver == "team_leader"
    link = link_in(notice(sink, answer, "Nog niet verzonden: "))
    assert 'value="confirm"' not in page(link)[1]
    assert page(link, act="confirm", reason="Ik vind dat het mag.")[0] == 404
    assert gateway.case(answer.reference).state.value == "held"
    gateway.run("quarantine", "release", answer.reference, "--as", LEADER)
    wait_until(lambda: sink.taken[answer.mark, AYLIN] == 1)
    notice(sink, answer, "Alsnog verzonden: ")


def test_what_nobody_decides_about_goes_back_to_its_sender(gateway: Gateway, sink: Sink) -> None:
    """A day with the hands turned by us: first 23 hours, then its deadline is put behind us."""
    answer = held_for_the_sender(gateway)
    notice(sink, answer, "Nog niet verzonden: ")
    config = load(gateway.home / "postwacht.toml", {})

    async def expire(clock: Clock) -> tuple[str, ...]:
        async with gateway.store() as store:
            rulings = Rulings(store, config.school, config.store.key.derive("roster"))
            await rulings.load()
            return await Decider(store, rulings, clock).expire()

    assert asyncio.run(expire(FixedClock(datetime.now(UTC) + timedelta(hours=23)))) == ()
    with sqlite3.connect(gateway.state / "postwacht.db") as database:
        overdue = 'UPDATE hold SET expires_at = 1 WHERE case_id = (SELECT id FROM "case" WHERE reference = ?)'
        assert database.execute(overdue, (answer.reference,)).rowcount == 1
    database.close()
    asyncio.run(expire(SystemClock()))  # or the service itself, on its round: one of the two
    said = words(notice(sink, answer, "Niet verzonden: "))
    assert "Niemand heeft binnen een schooldag over uw bericht beslist." in said
    case = gateway.case(answer.reference)
    assert (case.state.value, case.archive_numbers) == ("expired", ())
    assert sink.taken[answer.mark, AYLIN] == 0


@pytest.mark.parametrize(
    "options",
    [{"envelope_sender": ""}, {"extra": "Auto-Submitted: auto-replied\r\n"}],
    ids=["null-path", "auto-submitted"],
)
@pytest.mark.parametrize("held", [False, True], ids=["repaired", "held"])
def test_nobody_is_written_to_about_mail_that_wants_no_answer(
    gateway: Gateway, sink: Sink, options: dict[str, str], held: bool
) -> None:
    """It is judged like any other; only the answers stay away (RFC 3834), also the end of a hold."""
    body = f"Mail {OTHER} voor vragen." if held else "Tot morgen."
    answer = hand_over(gateway, to=(AYLIN, SANNE), body=body, **options)
    case = gateway.case(answer.reference)
    assert case.action == (3 if held else 2)
    assert [job.kind.value for job in case.jobs if job.kind.value != "message"] == []
    if held:
        gateway.run("quarantine", "return", answer.reference, "--as", "j.pel@zilverberg.example")
        after = gateway.case(answer.reference)
        assert [job.kind.value for job in after.jobs if job.kind.value == "notice"] == []
    else:
        wait_until(lambda: sink.taken[answer.mark, AYLIN] == 1)
    assert mails_about(sink, answer) == []


def test_a_report_goes_to_the_identity_whatever_the_envelope_says(gateway: Gateway, sink: Sink) -> None:
    sink.behave = Behaviour(refuse={AYLIN: "550 5.1.1 No such user"})
    try:
        answer = hand_over(gateway, envelope_sender="iemand@elders.test")
        wait_until(lambda: len(mails_about(sink, answer)) == 1)
    finally:
        sink.behave = Behaviour()
    (report,) = mails_about(sink, answer)
    assert report.get_content_type() == "multipart/report"
    assert report["To"].addresses[0].addr_spec == MENTOR
    assert not any("iemand@elders.test" in rcpt for rcpt, _ in sink.unmarked)


@pytest.mark.parametrize(
    "options",
    [{"envelope_sender": ""}, {"extra": "Auto-Submitted: auto-generated\r\n"}],
    ids=["null-path", "auto-submitted"],
)
def test_nobody_gets_a_report_about_mail_that_wants_no_answer(
    gateway: Gateway, sink: Sink, options: dict[str, str]
) -> None:
    sink.behave = Behaviour(refuse={AYLIN: "550 5.1.1 No such user"})
    try:
        answer = hand_over(gateway, **options)
        wait_until(lambda: gateway.case(answer.reference).state.value == "failed")
    finally:
        sink.behave = Behaviour()
    assert [job.kind.value for job in gateway.case(answer.reference).jobs] == ["message"]


def test_a_printer_nobody_knows_is_held_for_the_administrator_and_nobody_is_written_to(
    gateway: Gateway, sink: Sink
) -> None:
    answer = hand_over(gateway, sender=STRANGER)
    assert (answer.code, "Held for review" in answer.text) == (250, True)
    case = gateway.case(answer.reference)
    assert (case.state.value, case.approver, case.identity) == ("held", "admin", "")
    assert [hold.approver_person for hold in case.holds] == ["j.pel@zilverberg.example"]
    assert [job.status for job in case.jobs] == ["parked"]
    gateway.run("quarantine", "return", answer.reference, "--as", "j.pel@zilverberg.example")
    assert [job.status for job in gateway.case(answer.reference).jobs] == ["cancelled"]
    assert mails_about(sink, answer) == []
    assert sink.taken[answer.mark, AYLIN] == 0
    assert not any(STRANGER in rcpt for rcpt, _ in sink.unmarked)


def test_a_printer_the_school_knows_sends_on(gateway: Gateway, sink: Sink) -> None:
    answer = hand_over(gateway, sender="info@zilverberg.example")
    assert "Accepted" in answer.text
    wait_until(lambda: sink.taken[answer.mark, AYLIN] == 1)
