"""An outbox row's sealed columns: what was written is what is read, in that row and in no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto import Sealer, new_key
from gateway.errors import Damaged
from gateway.store.disposition import Status
from gateway.store.jobs import JobBody, is_told, open_job, progress_of, seal_job, seal_progress, untried

SEALER = Sealer(new_key())
# Hostile mail brings lone surrogates along.
words = st.text(st.characters(), max_size=20)
maps = st.dictionaries(words, words, max_size=3)
bodies = st.builds(JobBody, words, st.lists(words, max_size=4).map(tuple), st.binary(max_size=40), maps, maps)


@given(bodies, st.integers(1, 10**9))
def test_a_body_is_read_as_it_was_written(body: JobBody, number: int) -> None:
    assert open_job(SEALER, number, seal_job(SEALER, number, body)) == body


@given(bodies)
def test_before_the_first_attempt_everybody_waits_and_nobody_was_told(body: JobBody) -> None:
    progress = progress_of(SEALER, 7, seal_job(SEALER, 7, body), None)
    assert progress == [untried(rcpt) for rcpt in body.rcpt_to]
    assert all(entry[1] == Status.WAITING and not is_told(entry) for entry in progress)


def test_how_far_each_recipient_is_is_read_as_it_was_written() -> None:
    noted = [["a@x.test", Status.DELIVERED, 0, 250, "ok"], ["b@x.test", Status.WAITING, 3, 451, "later", True]]
    found = progress_of(SEALER, 7, b"", seal_progress(SEALER, 7, noted))
    assert found == noted
    assert [is_told(entry) for entry in found] == [False, True]


def test_a_column_opens_in_its_own_row_only() -> None:
    body = JobBody("", ("a@x.test",), b"", {}, {})
    with pytest.raises(Damaged):
        open_job(SEALER, 8, seal_job(SEALER, 7, body))
    with pytest.raises(Damaged):
        progress_of(SEALER, 8, b"", seal_progress(SEALER, 7, [untried("a@x.test")]))
    with pytest.raises(Damaged):
        progress_of(SEALER, 7, b"", seal_job(SEALER, 7, body))
