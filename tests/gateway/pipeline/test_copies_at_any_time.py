"""Copies at any time: before, between and after deliveries that succeed, wait or half succeed, and releases.

Whatever happened before, from the moment a copy made the verdict stricter nothing goes out by the old one.
"""

from __future__ import annotations

from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gateway.archive.record import as_delivered, records
from gateway.store.disposition import Decision, Job, JobKind, Result
from gateway.store.states import State
from tests.gateway.pipeline.test_late_copies import OWN, SHOWN, later, to_line
from tests.support.counter import AYLIN, EVA, JAN, KAREL, LEADER, SANNE, letter
from tests.support.twins import Sent, Twins, readable, taken

OUTSIDERS = (AYLIN, SANNE, JAN)
EVERYBODY = (KAREL, *OUTSIDERS)
_numbers = count(1)


def half(job: Job) -> list[Result]:
    return [*taken(job)[:1], *later(job)[1:]]


class AtAnyTime(RuleBasedStateMachine):
    """One message to colleagues in sight and outsiders out of sight."""

    twins: Twins

    def __init__(self) -> None:
        super().__init__()
        self.reference = ""
        self.known: set[str] = set()
        self.released_for: set[str] = set()

    @initialize(held=st.sampled_from([False, False, True]))
    def write(self, held: bool) -> None:
        self.held = held
        body = LEADER if held else "Tot vrijdag."
        self.raw = letter(KAREL, body=body, message_id=f"<any.{next(_numbers)}@zilverberg.example>")

    @rule(worker=st.integers(0, 1), rcpt_to=st.lists(st.sampled_from(EVERYBODY), min_size=1, max_size=2, unique=True))
    def a_copy(self, worker: int, rcpt_to: list[str]) -> None:
        (outcome,) = self.twins.hand_in((worker, self.twins.received(self.raw, *rcpt_to)))
        assert self.reference in {"", outcome.reference}
        self.reference = outcome.reference
        self.known |= set(rcpt_to)

    @rule(seconds=st.sampled_from([1, 10, 300]))
    def time_passes(self, seconds: int) -> None:
        self.twins.clock.advance(seconds=seconds)

    @rule(worker=st.integers(0, 1), results=st.sampled_from([taken, later, half]))
    def somebody_sends(self, worker: int, results) -> None:
        if not self.reference:
            return
        before = len(self.mine())
        state = self.twins.case(self.reference).state
        self.twins.deliver(worker, results)
        several = len(self.known & set(OUTSIDERS)) > 1
        for one in self.mine()[before:]:
            assert state is not State.HELD, "what waits for a person goes to nobody"
            assert to_line(one) == (OWN if several else SHOWN)

    @rule()
    def the_officer_lets_it_go(self) -> None:
        if self.reference and self.twins.case(self.reference).state is State.HELD:
            until = self.twins.clock.now()
            act = self.twins.decider.by_person(self.reference, Decision.RELEASE, EVA, "Goed.", until=until)
            self.twins.run(act)

    def mine(self) -> list[Sent]:
        return self.twins.sent_of(self.reference, JobKind.MESSAGE)

    @invariant()
    def nobody_has_it_twice(self) -> None:
        had = [one.rcpt for one in self.mine()]
        assert len(had) == len(set(had))

    @invariant()
    def one_hold_at_most_is_open(self) -> None:
        if self.reference:
            case = self.twins.case(self.reference)
            open_holds = [hold for hold in case.holds if hold.decision is None]
            assert len(open_holds) == (case.state is State.HELD)

    def teardown(self) -> None:
        if not self.reference:
            return
        self.twins.clock.advance(seconds=300)
        for worker in (0, 1):
            self.somebody_sends(worker, taken)
        self.the_officer_lets_it_go()
        for worker in (0, 1):
            self.somebody_sends(worker, taken)
        assert {one.rcpt for one in self.mine()} == self.known
        case = self.twins.case(self.reference)
        assert case.state is State.DELIVERED
        archived = set()
        for record in self.twins.run(records(self.twins.store, self.reference)):
            for one in self.twins.run(as_delivered(self.twins.store, record)):
                archived |= {(rcpt, readable(one.raw)) for rcpt in one.rcpt_to}
        for one in self.mine():
            assert one.rcpt == KAREL or (one.rcpt, one.raw) in archived, "as it was delivered"
        kinds = [one.params["kind"] for one in self.twins.sent_of(self.reference, JobKind.NOTICE)]
        assert kinds.count("fix") <= 1
        assert kinds.count("hold") <= 1 + kinds.count("release")


def test_from_the_moment_a_copy_is_stricter_nothing_goes_by_the_old_verdict(twins: Twins) -> None:
    class Here(AtAnyTime):
        pass

    Here.twins = twins
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(max_examples=80, stateful_step_count=10, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Here, settings=how)
