"""Delivery reports, read back by the standard library."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from gateway.delivery.bounces import RETURNED_BYTES_MAX, draft, is_delay, report, told, wants_report
from gateway.delivery.notices import Letterhead
from gateway.store.disposition import Job, JobKind, Result, Status
from tests.support.stores import NOON

SENDER = "m.devries@school.example"
ANNA, PIET = "anna.bakker@ouders.example", "piet.jansen@ouders.example"
JOSE = "josé@ouders.example"
RAW = (
    b"From: m.devries@school.example\r\nTo: anna.bakker@ouders.example\r\nSubject: Vraag\r\n"
    b"Message-ID: <1@klas.test>\r\n\r\nDe tekst van het bericht.\r\n"
)


def message_job(**changes: object) -> Job:
    fields = {
        "id": 7, "reference": "R000001", "kind": JobKind.MESSAGE, "mail_from": SENDER, "rcpt_to": (ANNA, PIET),
        "edits": b"", "params": {}, "attempts": 0, "created_at": NOON, "not_before": None, "message_name": "m",
        "options": {},
    }  # fmt: skip
    return Job(**{**fields, **changes})  # type: ignore[arg-type]


def refused(rcpt: str = ANNA, code: int = 550, text: str = "5.1.1 No such user") -> Result:
    return Result(rcpt, Status.FAILED, code, text)


def reported(
    head: Letterhead,
    failed: list[Result],
    *,
    options: dict[str, str] | None = None,
    raw: bytes = RAW,
    subject: str = "Vraag",
    until: datetime | None = None,
) -> tuple[EmailMessage, bytes]:
    """The report that becomes of a refusal, on the way it goes: refusal, draft, outbox row, bytes."""
    one = draft(message_job(options=options or {}), failed, identity=SENDER, subject=subject, until=until)
    assert one is not None
    assert (one.kind, one.mail_from, one.rcpt_to) == (JobKind.DSN, "", (SENDER,))
    dsn = message_job(id=8, kind=JobKind.DSN, mail_from="", rcpt_to=one.rcpt_to, params=one.params)
    written = report(head, dsn, raw, at=NOON)
    return email.message_from_bytes(written, _class=EmailMessage, policy=email.policy.default), written


def status_groups(message: EmailMessage) -> list[dict[str, str]]:
    """The machine's part. The standard library does not know global-delivery-status: it is read by hand."""
    part = message.get_payload(1)
    assert isinstance(part, EmailMessage)
    if part.get_content_type() == "message/delivery-status":
        return [dict(group.items()) for group in part.get_payload()]  # type: ignore[union-attr]
    assert part.get_content_type() == "message/global-delivery-status"
    groups = part.as_bytes().partition(b"\n\n")[2].decode().replace("\r\n", "\n").strip().split("\n\n")
    return [dict(line.split(": ", 1) for line in group.split("\n")) for group in groups]


def test_a_report_is_read_by_the_standard_library(head: Letterhead) -> None:
    message, written = reported(head, [refused()])
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain", "message/delivery-status", "text/rfc822-headers",
    ]  # fmt: skip
    assert not any(part.defects for part in message.walk())
    assert (message["To"], message["Auto-Submitted"]) == (SENDER, "auto-replied")
    assert message["Subject"] == "Niet bezorgd: Vraag"
    assert message["From"] == "Postwacht Basisschool De Zilverberg <ict@school.example>"
    assert status_groups(message) == [
        {"Reporting-MTA": f"dns; {head.hostname}", "Arrival-Date": "Tue, 24 Nov 2026 12:00:00 +0000"},
        {
            "Final-Recipient": f"rfc822; {ANNA}", "Action": "failed", "Status": "5.1.1",
            "Diagnostic-Code": "smtp; 550 5.1.1 No such user",
        },
    ]  # fmt: skip
    assert written.isascii()
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert max(map(len, written.split(b"\r\n"))) < 998


def test_a_teacher_can_read_it(head: Letterhead) -> None:
    message, _ = reported(head, [refused(), refused(PIET, 552, "5.2.2 Quota exceeded")])
    assert message.get_payload(0).get_content().replace("\r\n", "\n") == (  # type: ignore[union-attr]
        "Uw bericht is niet aangekomen bij:\n\n"
        "- anna.bakker@ouders.example: dit adres bestaat niet of neemt geen post aan (550 5.1.1 No such user)\n"
        "- piet.jansen@ouders.example: de mailbox is vol (552 5.2.2 Quota exceeded)\n\n"
        "Controleer het adres, of verstuur het later opnieuw. Voor de andere ontvangers hoeft u niets te doen.\n\n"
        "(R000001)\n"
    )
    english, _ = reported(replace(head, language="en"), [refused(text="5.7.1 Policy")])
    assert "the mail server refuses this message" in english.get_payload(0).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [
        (550, "5.7.1 Not here", "5.7.1"),
        (550, "mailbox unknown", "5.0.0"),
        (554, "2.0.0 odd", "5.0.0"),
        (451, "4.4.7 Delivery time expired. 4.3.0 later", "4.4.7"),
        (550, "host 10.5.1.1 said 5.1.10 null MX", "5.1.10"),
    ],
)
def test_the_status_is_the_servers_own_where_it_gave_one(head: Letterhead, code: int, text: str, status: str) -> None:
    message, _ = reported(head, [refused(code=code, text=text)])
    assert status_groups(message)[1]["Status"] == status


def test_envelope_id_and_original_recipient_are_given_back_decoded(head: Letterhead) -> None:
    options = {
        "envid": "QQ+2B314+3D159",
        f"orcpt:{ANNA}": "rfc822;Anna+2Bschool@ouders.example",
        f"orcpt:{PIET}": "rfc822;x@y.test",
    }
    message, _ = reported(head, [refused()], options=options)
    first, second = status_groups(message)
    assert first["Original-Envelope-Id"] == "QQ+314=159"
    assert second["Original-Recipient"] == "rfc822;Anna+school@ouders.example"
    assert "x@y.test" not in str(message)


def test_what_is_hidden_in_xtext_adds_no_line(head: Letterhead) -> None:
    options = {"envid": "A+0D+0AStatus: 2.0.0", f"orcpt:{ANNA}": "rfc822;a+0D+0A+0D+0AAction: delivered"}
    message, _ = reported(head, [refused(text="5.1.1 no\r\nAction: delivered\n\nStatus: 2.0.0")], options=options)
    first, second = status_groups(message)
    assert first["Original-Envelope-Id"] == "A Status: 2.0.0"
    assert (second["Action"], second["Status"]) == ("failed", "5.1.1")


def test_an_address_in_utf8_makes_it_a_global_report(head: Letterhead) -> None:
    orcpt = {f"orcpt:{JOSE}": "utf-8;jos\\x{E9}@ouders.example", "envid": "caf+C3+A9"}
    message, written = reported(head, [refused(JOSE), refused()], options=orcpt)
    first, jose, anna = status_groups(message)
    assert (jose["Final-Recipient"], jose["Original-Recipient"]) == (f"utf-8; {JOSE}", f"utf-8;{JOSE}")
    assert anna["Final-Recipient"] == f"rfc822; {ANNA}"
    assert first["Original-Envelope-Id"] == "caf?"
    assert b"Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit\r\n" in written
    assert written.decode()


@pytest.mark.parametrize("number", ["D800", "110000", "FFFFFF"])
def test_a_letter_there_is_none_of_does_no_harm(head: Letterhead, number: str) -> None:
    message, written = reported(head, [refused()], options={f"orcpt:{ANNA}": f"utf-8;x\\x{{{number}}}@y.test"})
    assert status_groups(message)[1]["Original-Recipient"] == "utf-8;x�@y.test"
    assert written.decode()


def test_only_the_header_goes_back_unless_all_was_asked_for(head: Letterhead) -> None:
    for options in ({}, {"ret": "HDRS"}):
        message, written = reported(head, [refused()], options=options)
        assert message.get_payload(2).get_content_type() == "text/rfc822-headers"  # type: ignore[union-attr]
        assert b"Message-ID: <1@klas.test>" in written
        assert b"De tekst" not in written
    message, _ = reported(head, [refused()], options={"ret": "full"})
    part = message.get_payload(2)
    assert part.get_content_type() == "message/rfc822"  # type: ignore[union-attr]
    (inner,) = part.get_payload()  # type: ignore[union-attr]
    assert inner["Message-ID"] == "<1@klas.test>"
    assert inner.get_content() == "De tekst van het bericht.\r\n"


def test_the_whole_message_goes_back_byte_for_byte(head: Letterhead) -> None:
    raw = RAW + "één\r\n".encode() + b"\xff\r\n"
    _, written = reported(head, [refused()], options={"ret": "FULL"}, raw=raw)
    assert b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + raw in written


@pytest.mark.parametrize(
    ("failed", "raw"),
    [
        (refused(text="5.1.1 No"), RAW + b"x" * RETURNED_BYTES_MAX),
        (refused(code=554, text="5.6.3 The mail server does not take 8BITMIME"), RAW + "één".encode()),
    ],
    ids=["too large", "it failed for its eight bits"],
)
def test_what_can_not_go_back_whole_goes_back_as_its_header(head: Letterhead, failed: Result, raw: bytes) -> None:
    _, written = reported(head, [failed], options={"ret": "FULL"}, raw=raw)
    assert b"text/rfc822-headers" in written
    assert written.isascii()


def test_a_header_in_utf8_goes_back_encoded(head: Letterhead) -> None:
    raw = "Subject: één\r\n\r\nx\r\n".encode()
    message, written = reported(head, [refused()], raw=raw, subject="één")
    assert message.get_payload(2).get_content() == "Subject: één\r\n"  # type: ignore[union-attr]
    assert written.isascii()


def test_a_message_that_is_gone_is_still_reported(head: Letterhead) -> None:
    message, _ = reported(head, [refused()], raw=b"")
    assert status_groups(message)[1]["Status"] == "5.1.1"


def test_a_hostile_subject_adds_nothing(head: Letterhead) -> None:
    message, _ = reported(head, [refused()], subject="x\r\nBcc: iemand@elders.test\u202e\u2028" + "y" * 500)
    assert message["Bcc"] is None
    assert len(message["Subject"]) < 110
    assert "\u202e" not in message["Subject"]


# mail in every language (RFC 6533)


HEADER = "From: m.devries@school.example\r\nSubject: \u00e9\u00e9n\r\n".encode()


def test_the_header_of_an_international_message_goes_back_as_it_is(head: Letterhead) -> None:
    message, written = reported(head, [refused(JOSE)], options={"smtputf8": "1"}, raw=HEADER + b"\r\nx\r\n")
    assert message.get_payload(2).get_content_type() == "message/global-headers"  # type: ignore[union-attr]
    assert b"Content-Type: message/global-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + HEADER in written


def test_the_whole_of_an_international_message_too(head: Letterhead) -> None:
    raw = HEADER + b"\r\nTot morgen.\r\n"
    _, written = reported(head, [refused(JOSE)], options={"smtputf8": "1", "ret": "FULL"}, raw=raw)
    assert b"Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + raw in written


@pytest.mark.parametrize(
    "text", ["5.6.7 The mail server does not take SMTPUTF8", "5.6.3 The mail server does not take 8BITMIME"]
)
def test_where_the_server_takes_no_eight_bits_the_report_has_none(text: str, head: Letterhead) -> None:
    options = {"smtputf8": "1", "ret": "FULL"}
    message, written = reported(head, [refused(JOSE, 553, text)], options=options, raw=HEADER + b"\r\nx\r\n")
    assert written.isascii()
    machine, returned = re.findall(
        rb"Content-Type: (message/\S+)\r\nContent-Transfer-Encoding: base64\r\n\r\n([^-]+)", written
    )
    assert machine[0] == b"message/global-delivery-status"
    assert f"Final-Recipient: utf-8; {JOSE}\r\n".encode() in base64.b64decode(machine[1])
    assert returned[0] == b"message/global-headers"
    assert base64.b64decode(returned[1]) == HEADER
    words = message.get_payload(0).get_content()  # type: ignore[union-attr]
    assert ("kan dit adres niet aan" if "5.6.7" in text else "kan deze tekens niet aan") in words


def test_a_report_goes_to_the_written_form_of_a_domain(head: Letterhead) -> None:
    """Every mail server knows that one; only a letter before the @ needs one that knows letters."""
    for identity, to in (("juf@b\u00fccher.example", "juf@xn--bcher-kva.example"), (JOSE, JOSE)):
        one = draft(message_job(), [refused()], identity=identity, subject="")
        assert one is not None
        assert one.rcpt_to == (to,)
        assert f"To: <{to}>\r\n".encode() in report(
            head, message_job(rcpt_to=one.rcpt_to, params=one.params), RAW, at=NOON
        )


def test_a_header_that_is_no_utf8_goes_back_as_text(head: Letterhead) -> None:
    raw = b"Subject: \xff\xe9\r\n\r\nx\r\n"
    message, written = reported(head, [refused(JOSE)], options={"smtputf8": "1"}, raw=raw)
    assert message.get_payload(2).get_content_type() == "text/rfc822-headers"  # type: ignore[union-attr]
    assert written.decode()


# what is late


def test_a_delay_is_told_with_when_we_give_up(head: Letterhead) -> None:
    late = Result(ANNA, Status.WAITING, 451, "4.2.1 Mailbox busy")
    silent = Result(PIET, Status.WAITING, 0, "the mail server hung up")
    options = {"ret": "FULL", f"orcpt:{ANNA}": "rfc822;anna@oud.example", "envid": "x1"}
    message, written = reported(head, [late, silent], options=options, until=NOON + timedelta(days=5))
    assert message["Subject"] == "Nog niet bezorgd: Vraag"
    assert message["Auto-Submitted"] == "auto-replied"
    first, anna, piet = status_groups(message)
    assert first["Original-Envelope-Id"] == "x1"
    assert anna == {
        "Original-Recipient": "rfc822;anna@oud.example", "Final-Recipient": f"rfc822; {ANNA}", "Action": "delayed",
        "Status": "4.2.1", "Diagnostic-Code": "smtp; 451 4.2.1 Mailbox busy",
        "Will-Retry-Until": "Sun, 29 Nov 2026 12:00:00 +0000",
    }  # fmt: skip
    assert piet == {
        "Final-Recipient": f"rfc822; {PIET}", "Action": "delayed", "Status": "4.4.2",
        "Will-Retry-Until": "Sun, 29 Nov 2026 12:00:00 +0000",
    }  # fmt: skip
    assert message.get_payload(0).get_content().replace("\r\n", "\n") == (  # type: ignore[union-attr]
        "Uw bericht is nog onderweg naar:\n\n"
        "- anna.bakker@ouders.example: de mailserver neemt het nog niet aan (451 4.2.1 Mailbox busy)\n"
        "- piet.jansen@ouders.example\n\n"
        "U hoeft niets te doen: het wordt vijf dagen lang opnieuw geprobeerd. Lukt het niet, dan hoort u dat.\n\n"
        "(R000001)\n"
    )
    assert b"De tekst" not in written, "a delay never takes the message along (RFC 3461, 6.2)"
    english, _ = reported(replace(head, language="en"), [late], until=NOON)
    assert english["Subject"] == "Not delivered yet: Vraag"
    full, _ = reported(head, [Result(ANNA, Status.WAITING, 452, "4.2.2 Over quota")], until=NOON)
    assert "de mailbox is vol (452" in full.get_payload(0).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("notify", "wanted"),
    [(None, True), ("NEVER", False), ("FAILURE", False), ("SUCCESS,DELAY", True), ("failure,delay", True)],
)
def test_whoever_wants_to_hear_of_no_delay_hears_of_none(notify: str | None, wanted: bool) -> None:
    options = {} if notify is None else {f"notify:{ANNA}": notify}
    late = [Result(ANNA, Status.WAITING, 451, "4.2.1 Busy")]
    one = draft(message_job(options=options), late, identity=SENDER, subject="", until=NOON)
    assert (one is not None) is wanted
    for changes, identity in (({"mail_from": ""}, SENDER), ({"options": {"auto": "1"}}, SENDER), ({}, "")):
        assert draft(message_job(**changes), late, identity=identity, subject="", until=NOON) is None


def test_whose_turn_it_is_is_known_of_a_report() -> None:
    late = [Result(rcpt, Status.WAITING, 451, "4.2.1 Busy") for rcpt in (ANNA, PIET)]
    for until, about in ((NOON, True), (None, False)):
        one = draft(message_job(), late, identity=SENDER, subject="", until=until)
        assert one is not None
        dsn = message_job(kind=JobKind.DSN, params=one.params)
        assert (is_delay(dsn), told(dsn)) == (about, 2)


@pytest.mark.parametrize(
    ("notify", "wanted"),
    [
        (None, True),
        ("NEVER", False),
        ("never", False),
        ("SUCCESS", False),
        ("SUCCESS,FAILURE", True),
        ("failure,delay", True),
    ],
)
def test_whoever_wants_no_report_gets_none(notify: str | None, wanted: bool) -> None:
    options = {} if notify is None else {f"notify:{ANNA}": notify}
    assert wants_report(options, ANNA) is wanted
    assert (draft(message_job(options=options), [refused()], identity=SENDER, subject="") is not None) is wanted


def test_only_those_asked_for_are_named(head: Letterhead) -> None:
    message, written = reported(head, [refused(), refused(PIET)], options={f"notify:{ANNA}": "NEVER"}, raw=b"")
    assert [group["Final-Recipient"] for group in status_groups(message)[1:]] == [f"rfc822; {PIET}"]
    assert ANNA.encode() not in written


@pytest.mark.parametrize(
    ("changes", "identity"),
    [
        ({"mail_from": ""}, SENDER),
        ({"options": {"auto": "1"}}, SENDER),
        ({}, ""),
        ({"kind": JobKind.NOTICE}, SENDER),
        ({"kind": JobKind.DSN}, SENDER),
    ],
    ids=["the null path", "auto-submitted", "nobody known", "our notice", "our report"],
)
def test_no_report_goes_where_none_may(changes: dict[str, object], identity: str) -> None:
    assert draft(message_job(**changes), [refused()], identity=identity, subject="") is None
