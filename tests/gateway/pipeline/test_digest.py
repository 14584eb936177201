"""The content digest and the reference."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pipeline.digest import content_digest
from gateway.pipeline.reference import ALPHABET, LENGTH, new_reference
from rules.message import parse

KEY = b"k" * 32
HEAD = b"From: m@school.example\r\nTo: a@ouders.example\r\nCc: b@ouders.example\r\nSubject: Uitje\r\nDate: Tue, 24 Nov 2026 13:00:00 +0100\r\n"
BODY = b"\r\nTot vrijdag.\r\n"


def digest(raw: bytes, key: bytes = KEY) -> bytes:
    return content_digest(key, parse(raw))


def test_what_a_server_adds_and_how_lines_are_folded_makes_no_other_message() -> None:
    same = digest(HEAD + BODY)
    assert digest(b"Received: from x by y\r\n" + HEAD + b"X-Originating: 1\r\n" + BODY) == same
    assert digest(HEAD.replace(b"Subject: Uitje", b"subject: Uitje") + BODY) == same
    folded = HEAD.replace(b"24 Nov", b"24\r\n Nov")
    assert digest(folded + BODY) == same
    assert len(same) == 32


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From: m@", b"From: n@"),
        (b"To: a@", b"To: c@"),
        (b"Cc: b@", b"Cc: c@"),
        (b"Uitje", b"uitje"),
        (b"13:00:00", b"13:00:01"),
        (b"To: a@ouders.example\r\nCc: b@ouders.example", b"To: a@ouders.example, b@ouders.example"),
        (b"Subject: Uitje\r\n", b""),
        (b"Subject: Uitje\r\n", b"Subject: Uitje\r\nSubject: Uitje\r\n"),
        (b"Subject", b"Sender: x@school.example\r\nSubject"),
        (b"vrijdag", b"Vrijdag"),
        (b"vrijdag.\r\n", b"vrijdag.\r\n\r\n"),
    ],
)
def test_another_name_word_or_byte_of_the_body_does(old: bytes, new: bytes) -> None:
    raw = HEAD + BODY
    assert old in raw
    assert digest(raw.replace(old, new, 1)) != digest(raw)


def test_without_the_key_nobody_guesses_what_was_sent() -> None:
    assert digest(HEAD + BODY) != digest(HEAD + BODY, b"j" * 32)


@given(st.binary(max_size=200))
def test_any_bytes_have_a_digest(raw: bytes) -> None:
    assert len(digest(raw)) == 32
    assert digest(raw) == digest(raw)


def test_a_reference_can_be_read_over_the_phone_and_is_not_guessed() -> None:
    many = [new_reference() for _ in range(2000)]
    assert len(set(many)) == 2000
    assert all(len(one) == LENGTH and set(one) <= set(ALPHABET) for one in many)
    assert set("ILOU").isdisjoint(ALPHABET)
    counts = Counter("".join(many))
    assert len(counts) == 32
    assert max(counts.values()) < 2 * min(counts.values())
