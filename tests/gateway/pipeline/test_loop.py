"""What has been here before: our own guard, and no one else's; held, told, and not taken for a retry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.wire import loop_guard, message_id_of
from gateway.pipeline.loop import looped
from gateway.pipeline.received import Answer
from rules.message import parse
from tests.support.counter import AYLIN, DAAN, JASPER, Counter, letter, messages, notices
from tests.support.hostile import messages as hostile
from tests.support.stores import NOON

KEY = b"loop" * 8
ID = "<uitje.1@zilverberg.example>"
GUARD = loop_guard(KEY, ID, NOON)


def looks(head: bytes, key: bytes = KEY, at: datetime = NOON) -> bool:
    return looped(key, parse(head + letter(AYLIN)), at)


def test_our_own_guard_is_known_for_as_long_as_a_server_may_keep_a_message() -> None:
    assert looks(GUARD)
    assert looks(GUARD, at=NOON + timedelta(days=7))
    assert looks(GUARD, at=NOON - timedelta(days=1)), "clocks differ"
    assert not looks(GUARD, at=NOON + timedelta(days=8))


@pytest.mark.parametrize(
    "head",
    [
        b"",
        loop_guard(b"another" * 5, ID, NOON),
        loop_guard(KEY, "<other@zilverberg.example>", NOON),
        GUARD.replace(b": 1 ", b": 2 "),
        GUARD.replace(b": 1 ", b": "),
        GUARD.replace(b": 1 ", b": 1"),
        GUARD.swapcase(),
        GUARD.replace(b": 1 ", b": 1 Kwikstaart-op-het-erf "),
        b"X-Postwacht-Loop: 1\r\n",
        b"X-Postwacht-Loop: 1 \xff\xfe\r\n",
        b"X-Postwacht-Loop:\r\n",
        b"X-Postwacht-Loops" + GUARD[16:],
        b"X-Other: x\r\n " + GUARD,
        b"X-Postwacht-Loop: 1 aaaa\r\n" * 40 + GUARD,  # so many are nobody's who means well
    ],
)
def test_nothing_else_is_one(head: bytes) -> None:
    assert not looks(head)


@pytest.mark.parametrize(
    "head",
    [
        GUARD.upper().replace(GUARD[20:].upper(), GUARD[20:]),
        GUARD.replace(b": 1 ", b":\r\n 1\r\n\t").replace(b"\r\n\t", b" "),
        GUARD.replace(b": 1 ", b":    1   "),
        loop_guard(KEY, ID, NOON, "Kwikstaart-op-het-erf"),
        b"X-Postwacht-Loop: 1 aaaa\r\n" + GUARD,
        b"Received: from a by b; Mon, 16 Nov 2026 09:00:00 +0100\r\n" + GUARD,
    ],
)
def test_servers_may_fold_and_space_it_and_put_lines_before_it(head: bytes) -> None:
    assert looks(head)


def test_a_message_that_left_without_an_identifier_is_known_with_the_one_it_was_given() -> None:
    anonymous = loop_guard(KEY, message_id_of(letter(AYLIN, message_id="")), NOON)
    assert looped(KEY, parse(anonymous + letter(AYLIN, message_id="<given@mailserver.example>")), NOON)


@given(hostile, st.binary(max_size=60))
def test_any_bytes_are_a_loop_or_none(raw: bytes, value: bytes) -> None:
    assert not looped(KEY, parse(raw), NOON)
    looped(KEY, parse(b"X-Postwacht-Loop: 1 " + value + b"\r\n" + raw), NOON)


@given(hostile)
def test_what_we_send_is_known_when_it_comes_back(raw: bytes) -> None:
    """Whatever the message is: the identifier is read the same way both times."""
    guarded = loop_guard(KEY, message_id_of(raw), NOON) + raw
    if message_id_of(guarded) == message_id_of(raw):  # a line without an end before it may eat the guard
        assert looped(KEY, parse(guarded), NOON)


async def guarded(desk: Counter, *to: str, **parts: str) -> bytes:
    return loop_guard(KEY, ID, desk.house.clock.now()) + letter(*to, **parts)


@pytest.fixture
async def looping(desk: Counter) -> Counter:
    desk.rulings.loop_key = KEY
    await desk.rulings.load()
    return desk


@pytest.mark.parametrize("to", [AYLIN, JASPER], ids=["outside", "inside"])
async def test_what_comes_back_is_held_for_the_administrator_and_its_sender_told(looping: Counter, to: str) -> None:
    first = await looping.hand_in(to)
    assert first.answer is Answer.ACCEPTED
    again = await looping.hand_in(to, raw=await guarded(looping, to))
    assert again.answer is Answer.HELD
    assert again.reference != first.reference, "it is no retry: that would lose it"
    case = await looping.case_of(again)
    assert [(row.rule, row.action, row.approver) for row in case.findings if row.rule == "loop"] == [
        ("loop", 3, "admin")
    ]
    assert [job.status for job in messages(case)] == ["parked"]
    assert [one.rcpt for notice in notices(case) for one in notice.recipients] == [DAAN]


async def test_our_own_mail_that_comes_back_is_held_and_makes_no_more_mail(looping: Counter) -> None:
    outcome = await looping.hand_in(JASPER, raw=await guarded(looping, JASPER, lines="Auto-Submitted: auto-replied\n"))
    assert outcome.answer is Answer.HELD
    assert not notices(await looping.case_of(outcome))


async def test_what_goes_round_without_a_guard_is_counted(desk: Counter) -> None:
    hop = "Received: from a.example by b.example; Tue, 24 Nov 2026 13:00:00 +0100\n"
    assert (await desk.hand_in(AYLIN, lines=hop * 100)).answer is Answer.ACCEPTED
    assert (await desk.hand_in(AYLIN, lines=hop * 101, message_id="<2@x.example>")).answer is Answer.HELD


async def test_the_guard_of_a_message_we_really_sent_is_known(looping: Counter) -> None:
    """Over the way out: composed as the outbox does, and handed in again."""
    outcome = await looping.hand_in(AYLIN)
    ((job, raw),) = [one for one in looping.offered() if one[0].reference == outcome.reference]
    assert raw is not None
    mail = looping.outbox.office.mail(
        job, raw, datetime.now(UTC).replace(year=NOON.year, month=NOON.month, day=NOON.day)
    )
    again = await looping.hand_in(AYLIN, raw=b"".join(mail.buffers))
    assert again.answer is Answer.HELD
