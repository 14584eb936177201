"""Packed messages under fire: streams of pieces, and good ones damaged. Seconds here, long in `make soak`."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.message import parse, unread
from rules.message.tnef import read_tnef
from tests.support.hiding import HELLO, compose, mixed, packed
from tests.support.hostile import holds
from tests.support.hostile_tnef import damaged, streams

SOAK = bool(os.environ.get("POSTWACHT_SOAK"))
LONG = settings(max_examples=50_000 if SOAK else 60, deadline=None, suppress_health_check=list(HealthCheck))


@LONG
@given(st.one_of(streams, damaged()))
def test_a_packed_message_in_any_state_is_read_or_named(data: bytes) -> None:
    raw = compose("s@school.example", ["x@y.example"], mixed(HELLO, packed(data)))
    holds(raw)
    named = {why for _, why in unread(parse(raw))}
    assert "tnef" in named or not read_tnef(data).damage
