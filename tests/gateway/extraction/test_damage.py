"""Files of every format, cut and changed at random: texts or reasons, never an exception, never long."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.extraction.files import Budget, File
from gateway.extraction.frames import REASONS
from gateway.extraction.walk import walk
from rules.case import Extract, Unread
from tests.gateway.extraction.test_walk import PLACES

SAMPLES = {name: data for name, data, _ in PLACES}
ROUNDS = 25


def look(data: bytes, name: str = "") -> list[Extract | Unread]:
    pieces = list(walk(File("part 2", data, name), Budget()))
    assert all(isinstance(piece, Extract) or piece.why in REASONS for piece in pieces)
    assert all(piece.text.encode() for piece in pieces if isinstance(piece, Extract))
    return pieces


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_file_is_survived(name: str) -> None:
    data, dice = SAMPLES[name], random.Random(name)
    started = time.monotonic()
    for _ in range(ROUNDS):
        changed = bytearray(data)
        for _ in range(dice.choice((1, 3, 30))):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        look(bytes(changed))
        look(data[: dice.randrange(len(data))])
        at = dice.randrange(len(data))
        look(data[:at] + dice.randbytes(dice.randrange(64)) + data[at + dice.randrange(64) :])
    assert time.monotonic() - started < 20


@given(st.binary(max_size=400), st.sampled_from(["", "x.csv", "x.html", "x.eml", "x.ics"]))
def test_any_bytes_are_survived(data: bytes, name: str) -> None:
    look(data, name)


@given(
    st.sampled_from(
        [
            b"PK\x03\x04",
            b"%PDF-1.7\n",
            b"{\\rtf1",
            b"\x1f\x8b\x08",
            b"BZh9",
            b"\xfd7zXZ\0",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        ]
    ),
    st.binary(max_size=600),
)
def test_any_bytes_behind_a_magic_are_survived(magic: bytes, data: bytes) -> None:
    look(magic + data)
