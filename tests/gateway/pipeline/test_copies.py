"""Split copies are one case: whatever the partition, the order and the delay of copies inside the window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gateway.archive.record import as_delivered, as_submitted, records
from gateway.pipeline.received import Answer, Outcome
from gateway.store.disposition import JobKind
from tests.support.counter import AYLIN, DAAN, JAN, KAREL, LEADER, SANNE, SELF, SUPPLIER, TRUUS, letter
from tests.support.stores import built
from tests.support.twins import WINDOW, Twins, readable

POOL = (AYLIN, SANNE, JAN, TRUUS, KAREL, SUPPLIER)
PLAIN = "Tot vrijdag."
_numbers = count(1)


@dataclass(frozen=True)
class Message:
    """What somebody wrote, and to whom. `to` and `cc` are visible; the rest is only in the envelopes."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    everybody: tuple[str, ...]
    body: str

    def raw(self, name: str, trace: str = "") -> bytes:
        lines = f"Cc: {', '.join(self.cc)}\n" if self.cc else ""
        written = letter(*self.to, body=self.body, lines=lines, message_id=f"<{name}@zilverberg.example>")
        return trace.encode() + written


@st.composite
def written(draw: st.DrawFn) -> Message:
    everybody = draw(st.lists(st.sampled_from(POOL), min_size=2, max_size=5, unique=True))
    some = st.lists(st.sampled_from([*everybody, DAAN]), min_size=1, max_size=4, unique=True)
    shown = draw(st.one_of(st.sampled_from([[KAREL], [KAREL, DAAN], [everybody[0]], [DAAN]]), some))
    split = draw(st.integers(1, len(shown)))
    body = draw(st.sampled_from([PLAIN, PLAIN, SELF, LEADER]))
    return Message(tuple(shown[:split]), tuple(shown[split:]), tuple(everybody), body)


def trace(number: int) -> str:
    """What each hop before us wrote: every copy has lines of its own, of another length."""
    return f"Received: from hop{number}.test ([192.0.2.{number}])\r\n\tby exchange.test; {'x' * number}\r\n"


@dataclass(frozen=True)
class Told:
    """What the world has seen of a message: all that must not depend on how it came."""

    answer: Answer
    state: str
    approver: str | None
    sent: tuple[tuple[str, bytes], ...]
    notices: tuple[tuple[str, str, str], ...]
    holds: tuple[tuple[str, str], ...]
    findings: tuple[str, ...]
    records: int
    archived: tuple[tuple[str, bytes], ...]


def told(twins: Twins, outcome: Outcome, name: str) -> Told:
    """Look at everything, once all is delivered."""
    case = twins.case(outcome.reference)
    found = twins.run(records(twins.store, outcome.reference))
    archived = []
    for record in found:
        for one in twins.run(as_delivered(twins.store, record)):
            archived += [(rcpt, anonymous(readable(one.raw), name)) for rcpt in one.rcpt_to]
        for copy in range(len(record.content.envelopes)):
            assert twins.run(as_submitted(twins.store, record, copy))
    notices = twins.sent_of(outcome.reference, JobKind.NOTICE)
    return Told(
        answer=outcome.answer,
        state=case.state.value,
        approver=case.approver,
        sent=tuple(
            sorted((one.rcpt, anonymous(one.raw, name)) for one in twins.sent_of(outcome.reference, JobKind.MESSAGE))
        ),
        notices=tuple(sorted((one.rcpt, one.params["kind"], one.params.get("findings", "")) for one in notices)),
        holds=tuple((one.approver, one.approver_person) for one in case.holds),
        findings=tuple(
            sorted(f"{one.clause} {one.rule} {one.action} {one.part} {one.params}" for one in case.findings)
        ),
        records=len(found),
        archived=tuple(sorted(archived)),
    )


def anonymous(raw: bytes, name: str) -> bytes:
    return raw.replace(name.encode(), b"NAME")


@cache
def whole(twins: Twins, message: Message) -> Told:
    """The same message in one transaction."""
    name = f"whole.{next(_numbers)}"
    (outcome,) = twins.hand_in((0, twins.received(message.raw(name), *message.everybody)))
    settle(twins)
    return told(twins, outcome, name)


def settle(twins: Twins) -> None:
    """The window closes, and everything that may go goes."""
    twins.clock.advance(seconds=WINDOW.total_seconds())
    for worker in (1, 0, 1):
        twins.deliver(worker)


class Copies(RuleBasedStateMachine):
    """One message comes in copies. Teardown compares with the same message in one piece."""

    twins: Twins

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: list[Outcome] = []
        self.copies: list[tuple[str, ...]] = []
        self.left = 0.0

    @initialize(message=written())
    def write(self, message: Message) -> None:
        self.message = message
        self.name = f"split.{next(_numbers)}"
        self.left = WINDOW.total_seconds()

    def raw(self) -> bytes:
        return self.message.raw(self.name, trace(len(self.copies) % 7))

    def hand_in(self, worker: int, *rcpt_to: str) -> None:
        outcomes = self.twins.hand_in((worker, self.twins.received(self.raw(), *rcpt_to)))
        self.outcomes += outcomes
        self.copies.append(rcpt_to)

    @rule(worker=st.integers(0, 1), data=st.data())
    def one_copy(self, worker: int, data: st.DataObject) -> None:
        self.hand_in(worker, *data.draw(recipients(self.message)))

    @rule(data=st.data())
    def two_at_the_same_moment(self, data: st.DataObject) -> None:
        both = [data.draw(recipients(self.message)) for _ in range(2)]
        workers = data.draw(st.sampled_from([(0, 1), (1, 0), (0, 0)]))
        self.outcomes += self.twins.hand_in(
            *((worker, self.twins.received(self.raw(), *one)) for worker, one in zip(workers, both, strict=True))
        )
        self.copies += both

    @precondition(lambda self: self.copies)
    @rule(worker=st.integers(0, 1), data=st.data())
    def a_retry(self, worker: int, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.copies) - 1))
        (again,) = self.twins.hand_in((worker, self.twins.received(self.raw(), *self.copies[number])))
        assert again.reference == self.outcomes[0].reference

    @rule(seconds=st.sampled_from([0.2, 1.0, 3.0]))
    def time_passes(self, seconds: float) -> None:
        if self.copies and self.left - seconds > 0.1:
            self.left -= seconds
            self.twins.clock.advance(seconds=seconds)

    @rule(worker=st.integers(0, 1))
    def somebody_looks_for_work(self, worker: int) -> None:
        before = len(self.twins.sent)
        self.twins.deliver(worker)
        assert self.twins.sent[before:] == [], "nothing goes before the window closes"

    @invariant()
    def it_is_one_case(self) -> None:
        assert len({one.reference for one in self.outcomes}) <= 1

    def teardown(self) -> None:
        if not hasattr(self, "message"):
            return
        served = {rcpt for one in self.copies for rcpt in one}
        rest = [rcpt for rcpt in self.message.everybody if rcpt not in served]
        if rest or not self.copies:
            self.hand_in(0, *(rest or self.message.everybody))
        self.it_is_one_case()
        settle(self.twins)
        expected = whole(self.twins, self.message)
        # Of copies of one moment nobody can say which was the last; the last one hears the verdict over all.
        last = next((one for one in self.outcomes if one.answer is Answer.HELD), self.outcomes[-1])
        assert told(self.twins, last, self.name) == expected
        heads = {raw.partition(b"\r\n\r\n")[0] for _, raw in expected.sent}
        assert len(heads) <= 1, "everybody sees the same lines"


def recipients(message: Message) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(message.everybody), min_size=1, max_size=4, unique=True).map(tuple)


@pytest.mark.parametrize(
    ("kind", "apart"),
    [("sqlite", False), ("sqlite", True), ("postgresql", True)],
    ids=["two-workers", "two-processes", "two-processes-on-postgresql"],
)
def test_any_partition_order_and_delay_gives_the_same(tmp_path: Path, kind: str, apart: bool) -> None:
    class Together(Copies):
        pass

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(max_examples=25, stateful_step_count=7, deadline=None, suppress_health_check=checks)
    with built(kind, tmp_path / "state") as house:
        Together.twins = Twins(house, apart)
        try:
            run_state_machine_as_test(Together, settings=how)
        finally:
            Together.twins.close()
