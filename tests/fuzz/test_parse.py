"""The parser under fire: any bytes, and messages made to be slow. Seconds here, long in `make soak`."""

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.message import parse
from tests.corpus.test_corpus import HERE as CORPUS
from tests.support.hostile import CHUNKS, holds, look_at_everything, messages
from tests.support.swelling import FAMILIES

SOAK = bool(os.environ.get("POSTWACHT_SOAK"))
EXAMPLES = 50_000 if SOAK else 60
# The largest message a client may send is 25 MB; a fifth of it leaves the machine its breath.
SIZE_BYTES = 5_000_000 if SOAK else 60_000
# Per byte, on the slowest machine we know, with tracing on.
SECONDS_PER_MEGABYTE_MAX = 60.0
SEEDS = [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]
LONG = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@LONG
@given(messages)
def test_pieces_of_mail_in_any_order_are_read(raw: bytes) -> None:
    holds(raw)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A message of the corpus with a few places cut, doubled, overwritten or filled."""
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 60)))
        put = draw(st.one_of(st.just(b""), st.just(raw[start:end] * 2), st.sampled_from(CHUNKS), st.binary(max_size=4)))
        raw = raw[:start] + put + raw[end:]
    return raw


@LONG
@given(mutations())
def test_a_damaged_message_of_the_corpus_is_read(raw: bytes) -> None:
    holds(raw)


@pytest.mark.parametrize("family", sorted(FAMILIES) if SOAK else ["addresses", "parts", "elements nested"])
def test_a_large_hostile_message_is_read_in_time(family: str) -> None:
    raw = FAMILIES[family](SIZE_BYTES)
    start = time.process_time()
    look_at_everything(parse(raw))
    assert time.process_time() - start < SECONDS_PER_MEGABYTE_MAX * len(raw) / 1e6
