"""Answers of a reader are data, whatever it sends."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.extraction.frames import HEAD, REASONS, Frames, Garbled, frame
from rules.case import Extract, Unread

pieces = st.one_of(
    st.none(),
    st.builds(Unread, st.text(max_size=50), st.sampled_from(sorted(REASONS))),
    st.builds(Extract, st.text(max_size=50), st.text(), st.booleans(), st.integers(0, 16_383)),
)


@given(st.lists(pieces, max_size=8), st.integers(1, 40))
def test_what_is_sent_arrives_however_it_is_cut(sent: list, size: int) -> None:
    data = b"".join(map(frame, sent))
    frames = Frames()
    assert [one for at in range(0, len(data), size) for one in frames.feed(data[at : at + size])] == sent


@given(st.binary(max_size=300))
def test_any_bytes_are_pieces_or_garbled(data: bytes) -> None:
    with contextlib.suppress(Garbled):
        assert all(one is None or one.where is not None for one in Frames().feed(data))


@pytest.mark.parametrize(
    "value",
    [
        "x", ["done", 1], ["part 2", "no reason"], ["part 2", 3, False, 0], [1, "x", False, 0], ["p", "x", 1, 0],
        ["p", "x", True, -1], ["p", "x", True, 1 << 30], {"a": 1}, None,
    ],
)  # fmt: skip
def test_what_has_other_types_is_garbled(value: object) -> None:
    body = json.dumps(value).encode()
    with pytest.raises(Garbled):
        list(Frames().feed(HEAD.pack(len(body)) + body))


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        list(Frames().feed(HEAD.pack(len(body)) + body))


def test_no_more_than_the_limit_is_kept() -> None:
    frames = Frames(left=100)
    assert list(frames.feed(HEAD.pack(1 << 31))) == []
    with pytest.raises(Garbled):
        list(frames.feed(b"x" * 97))


def test_a_place_is_shortened_and_single_surrogates_go() -> None:
    body = json.dumps(["x" * 9_999, "a\ud800b", False, 0]).encode()
    (piece,) = Frames().feed(HEAD.pack(len(body)) + body)
    assert len(piece.where) == 400
    assert piece.text == "a\ufffdb"
