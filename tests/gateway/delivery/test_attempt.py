"""One attempt: what is made of a job, and when it is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.delivery.attempt import BACKOFF, GIVE_UP, LATER, Office, given_up, late, next_attempt, opened
from gateway.store.disposition import Job, JobKind, Result, Status
from tests.support.stores import NOON, PARENTS, RAW, TEACHER, deferred, delivered, refused

ANNA, PIET = PARENTS


def job(**changes: object) -> Job:
    fields = {
        "id": 1, "reference": "R000001", "kind": JobKind.MESSAGE, "mail_from": TEACHER, "rcpt_to": (ANNA,), "edits": b"",
        "params": {}, "attempts": 0, "created_at": NOON, "not_before": None, "message_name": "m",
        "options": {"peer": "192.0.2.7", "helo": "klas.test"},
    }  # fmt: skip
    return Job(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_waits_grow_to_an_hour_and_end_after_five_days() -> None:
    waits = [next_attempt(job(attempts=attempts), NOON) for attempts in range(8)]
    assert waits == [NOON + wait for wait in (*BACKOFF, LATER, LATER, LATER)]
    assert next_attempt(job(attempts=200), NOON + GIVE_UP - timedelta(seconds=1)) is not None
    assert next_attempt(job(), NOON + GIVE_UP) is None


def test_what_was_released_or_waited_for_undo_has_its_time_from_then_on() -> None:
    released = job(created_at=NOON - timedelta(days=9), not_before=NOON)
    assert opened(released) == NOON
    assert next_attempt(released, NOON + GIVE_UP - timedelta(seconds=1)) is not None
    assert next_attempt(released, NOON + GIVE_UP) is None
    assert not late(released, NOON + timedelta(hours=3), timedelta(hours=4))
    assert opened(job(not_before=NOON - timedelta(days=1))) == NOON


def test_it_is_late_once_after_the_time_that_was_set() -> None:
    hours = timedelta(hours=4)
    assert not late(job(), NOON + hours - timedelta(seconds=1), hours)
    assert late(job(), NOON + hours, hours)
    assert not late(job(told_late=True), NOON + hours, hours)
    assert not late(job(), NOON + timedelta(days=4), timedelta())


def test_giving_up_turns_what_waits_and_nothing_else() -> None:
    unheard = Result("c@ouders.example", Status.WAITING)
    given = given_up([*delivered(ANNA), *deferred(PIET), *refused("b@ouders.example"), unheard])
    assert given[0] == delivered(ANNA)[0]
    assert given[1] == Result(PIET, Status.FAILED, 451, "4.4.7 Delivery time expired. 4.3.0 later")
    assert given[2] == refused("b@ouders.example")[0]
    assert given[3] == Result("c@ouders.example", Status.FAILED, 451, "4.4.7 Delivery time expired.")


@pytest.mark.parametrize(
    ("changes", "raw", "utf8", "eight_bit"),
    [
        ({}, RAW, False, False),
        ({"rcpt_to": ("jos\u00e9@ouders.example",)}, RAW, True, False),
        ({"mail_from": "jos\u00e9@school.example"}, RAW, True, False),
        ({}, "Subject: \u00e9\u00e9n\r\n\r\nx\r\n".encode(), False, True),
        (
            {"options": {"peer": "192.0.2.7", "smtputf8": "1"}},
            "Subject: \u00e9\u00e9n\r\n\r\nx\r\n".encode(),
            True,
            True,
        ),
        ({"options": {"peer": "192.0.2.7", "smtputf8": "1"}}, RAW, False, False),
        ({}, RAW + "\u00e9\u00e9n\r\n".encode(), False, True),
    ],
)
def test_a_mail_needs_what_its_bytes_and_addresses_need(
    changes: dict[str, object], raw: bytes, utf8: bool, eight_bit: bool, office: Office
) -> None:
    mail = office.mail(job(**changes), raw, NOON)
    assert (mail.utf8, mail.eight_bit) == (utf8, eight_bit)
    assert mail.size == sum(map(len, mail.buffers))


def test_our_own_mails_carry_the_loop_guard_and_no_trace_of_the_message(office: Office) -> None:
    params = {"kind": "withdraw", "subject": "Vraag"}
    options = {"ret": "HDRS", "envid": "x", "peer": "192.0.2.7"}
    notice = job(kind=JobKind.NOTICE, mail_from="", rcpt_to=(TEACHER,), params=params, options=options)
    mail = office.mail(notice, b"", NOON)
    written = b"".join(mail.buffers)
    assert written.startswith(b"X-Postwacht-Loop: 1 ")
    assert b"\r\nReceived:" not in written
    assert mail.dsn == {}
    assert office.mail(notice, b"", NOON).buffers == mail.buffers, "a second attempt is the same mail"


def test_a_message_without_a_message_id_gets_a_guard_too(office: Office) -> None:
    with_id = RAW.replace(b"\r\n\r\n", b"\r\nMessage-ID:\r\n <1@klas.test>\r\n\r\n")
    guards = {
        b"".join(office.mail(job(), raw, NOON).buffers).split(b"X-Postwacht-Loop: ")[1][:26] for raw in (RAW, with_id)
    }
    assert len(guards) == 2
