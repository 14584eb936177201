"""The reply table: docs say it, the code has it, both digits agree, and no reply tells of the inside."""

from __future__ import annotations

import re

import pytest

from gateway.pipeline.received import Answer, Outcome
from gateway.smtp import replies
from gateway.smtp.replies import TEXT_CHARACTERS_MAX, Reply, reply_to
from tests.support.lobby import REFERENCE

TABLE = {name: value for name, value in vars(replies).items() if isinstance(value, Reply)}
OUTCOMES = {
    answer.value: reply_to(Outcome(answer, REFERENCE, "C13", "A newsletter goes through Magister."))
    for answer in Answer
}
# interfaces, "SMTP replies": when, and what is said.
PROMISED = {
    "pass": (OUTCOMES["accepted"], 250, "2.0.0", f"Accepted, reference {REFERENCE}"),
    "hold": (OUTCOMES["held"], 250, "2.0.0", f"Held for review, reference {REFERENCE}"),
    "block": (OUTCOMES["blocked"], 550, "5.7.1", f"C13: A newsletter goes through Magister. Reference {REFERENCE}"),
    "sender, at MAIL": (replies.NOT_YOURS, 553, "5.7.1", None),
    "sender, at DATA": (OUTCOMES["not_yours"], 553, "5.7.1", None),
    "foreign peer": (replies.FOREIGN, 550, "5.7.1", None),
    "no AUTH": (replies.LOGIN_NEEDED, 530, "5.7.0", None),
    "wrong AUTH": (replies.LOGIN_FAILED, 535, "5.7.8", None),
    "throttled": (replies.THROTTLED, 454, "4.7.0", None),
    "too large": (replies.TOO_LARGE, 552, "5.3.4", None),
    "bare ends": (OUTCOMES["malformed"], 550, "5.6.0", None),
    "recipients": (replies.TOO_MANY_RECIPIENTS, 452, "4.5.3", None),
    "connections": (replies.TOO_MANY_CONNECTIONS, 421, "4.7.0", None),
    "errors": (replies.TOO_MANY_ERRORS, 421, "4.7.0", None),
    "drain": (replies.CLOSING, 421, "4.3.2", None),
    "disk": (OUTCOMES["disk_low"], 452, "4.3.1", None),
    "own fault": (OUTCOMES["try_later"], 451, "4.3.0", None),
}


@pytest.mark.parametrize("when", PROMISED)
def test_every_row_of_the_table_is_said_as_promised(when: str) -> None:
    reply, code, enhanced, text = PROMISED[when]
    assert (reply.code, reply.enhanced) == (code, enhanced)
    assert text is None or reply.text == text


@pytest.mark.parametrize("reply", [*TABLE.values(), *OUTCOMES.values()], ids=[*TABLE, *OUTCOMES])
def test_both_codes_of_a_reply_agree_and_its_words_are_plain(reply: Reply) -> None:
    assert re.fullmatch(r"[245]\.[0-7]\.\d{1,2}", reply.enhanced)  # RFC 3463
    shown = {2: "2", 4: "4", 5: "5"}[reply.code // 100]
    assert reply.enhanced[0] == shown
    assert 200 <= reply.code <= 559
    assert str(reply) == f"{reply.code} {reply.enhanced} {reply.text}"
    assert str(reply).isascii()
    assert str(reply).isprintable()
    assert reply.refused == (reply.code >= 400)
    assert not re.search(r"@|/|error:|exception|sqlite|database", reply.text.lower())


def test_no_reply_of_the_table_is_forgotten_by_the_commands() -> None:
    """A reply that nothing says is a promise nobody keeps."""
    from inspect import getsource

    from gateway.smtp import dialogue, door, server

    said = "".join(map(getsource, (dialogue, door, server, replies.reply_to))) + str(
        sorted(map(id, replies._FIXED.values()))
    )
    fixed = set(replies._FIXED.values())
    assert [name for name, reply in TABLE.items() if f"replies.{name}" not in said and reply not in fixed] == []


@pytest.mark.parametrize("answer", list(Answer))
def test_whatever_became_of_a_message_has_a_reply(answer: Answer) -> None:
    assert isinstance(reply_to(Outcome(answer, REFERENCE)), Reply)


def test_a_block_without_a_clause_is_one_sentence_all_the_same() -> None:
    assert (
        str(reply_to(Outcome(Answer.BLOCKED, REFERENCE)))
        == f"550 5.7.1 This message was stopped. Reference {REFERENCE}"
    )


def test_a_long_sentence_leaves_room_for_the_reference() -> None:
    """RFC 5321 §4.5.3.1.5: 512 octets, end of line included."""
    said = str(reply_to(Outcome(Answer.BLOCKED, REFERENCE, "C13", "x" * 2000)))
    assert len(said) + 2 <= 512
    assert said.endswith(f" Reference {REFERENCE}")
    assert len(said) > TEXT_CHARACTERS_MAX
