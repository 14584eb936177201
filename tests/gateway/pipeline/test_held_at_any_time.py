"""A held message, whatever anybody does and whenever: no path leads from held to gone without its sender being told.

Approvers, deputies, strangers, the sender by link, the office on its rounds, holidays, undo, mail servers that say no:
exactly one decision counts, nothing goes out before it, nobody has the message twice, and the end is told.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

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

from gateway import links
from gateway.errors import AlreadyDecided, LinkRefused
from gateway.pipeline.asking import Asker
from gateway.pipeline.release import Decider, NotTheApprover
from gateway.store.disposition import Decision, Job, JobKind, JobStatus, Result
from gateway.store.states import EVIDENCE, State
from tests.gateway.pipeline.test_late_copies import later
from tests.support.counter import AYLIN, DAAN, EVA, JASPER, JOOST, KAREL, LEADER, LINK_KEY, SELF, SHIPPED, letter
from tests.support.stores import built, refused
from tests.support.twins import Twins, taken

DEPUTY = "n.ouazzani@zilverberg.example"
MAY = frozenset({KAREL, DEPUTY, EVA, JOOST})
PEOPLE = (KAREL, DEPUTY, EVA, JOOST, JASPER, DAAN, "vreemd@elders.example")
TOLD = {
    State.RETURNED: "return", State.WITHDRAWN: "withdraw", State.EXPIRED: "expire",
}  # fmt: skip
UNDO = SHIPPED + "\n[undo]\ndefault = 60\n"
_numbers = count(1)


def no(job: Job) -> list[Result]:
    return refused(*job.rcpt_to)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """Two workers of a listener that waits for no copies; what is released may be taken back for a minute."""
    with built("sqlite", tmp_path_factory.mktemp("held") / "state") as house:
        found = Twins(house, window=timedelta(0))
        found.run(found.store.put_policy(UNDO, "test"))
        for worker in found.workers:
            found.run(worker.rulings.refresh())
        yield found
        found.close()


class HeldAtAnyTime(RuleBasedStateMachine):
    """One message that waits: for its sender, or for the team leader."""

    twins: Twins

    @initialize(own=st.booleans())
    def write(self, own: bool) -> None:
        twins = self.twins
        raw = letter(AYLIN, body=SELF if own else LEADER, message_id=f"<held.{next(_numbers)}@zilverberg.example>")
        (outcome,) = twins.hand_in((0, twins.received(raw, AYLIN)))
        self.own, self.reference = own, outcome.reference
        self.decider = Decider(twins.store, twins.workers[0].rulings, twins.clock, link_key=LINK_KEY)
        self.decisions: list[State] = []
        assert self.state is State.HELD

    @property
    def state(self) -> State:
        return self.twins.case(self.reference).state

    def attempt(self, act: Coroutine[Any, Any, Any]) -> bool:
        try:
            decided = self.twins.run(act)
        except (AlreadyDecided, LinkRefused, NotTheApprover):
            return False
        self.decisions.append(decided.state)
        return True

    @rule(hours=st.sampled_from([0.01, 1, 5, 25, 80, 500]))
    def time_passes(self, hours: float) -> None:
        self.twins.clock.advance(hours=hours)

    @rule()
    def the_office_asks(self) -> None:
        self.twins.run(Asker(self.twins.store, self.twins.workers[0].rulings, self.twins.clock).round())

    @rule()
    def the_office_sends_back(self) -> None:
        before = self.twins.case(self.reference)
        ended = self.reference in self.twins.run(self.decider.expire())
        if ended:
            assert min(hold.expires_at for hold in before.holds) <= self.twins.clock.now()
            self.decisions.append(State.EXPIRED)

    @rule(by=st.sampled_from(PEOPLE), decision=st.sampled_from([Decision.RELEASE, Decision.RETURN]))
    def somebody_decides(self, by: str, decision: Decision) -> None:
        until = self.twins.clock.now() + timedelta(days=1)
        done = self.attempt(self.decider.by_person(self.reference, decision, by, "Zo besloten.", until=until))
        assert not done or by in ({EVA, JOOST} if self.own else MAY), "nobody decides about what is not theirs"

    @rule(decision=st.sampled_from([Decision.CONFIRM, Decision.WITHDRAW]), newest=st.booleans())
    def the_sender_s_link_is_used(self, decision: Decision, newest: bool) -> None:
        tokens = [job.params["token"] for job in self.twins.case(self.reference).jobs if job.params.get("token")]
        token = tokens[-1 if newest else 0]
        link = links.verify(LINK_KEY, token)
        if link is None or link.expired(self.twins.clock.now()):
            return  # the page answers before the store is asked
        done = self.attempt(self.decider.by_link(links.digest(token), decision, "Het moet zo, met reden."))
        assert not done or decision is Decision.WITHDRAW or self.own

    @rule(worker=st.integers(0, 1), results=st.sampled_from([taken, later, no]))
    def somebody_sends(self, worker: int, results: Callable[[Job], list[Result]]) -> None:
        self.twins.deliver(worker, results)

    @precondition(lambda self: not self.decisions)
    @invariant()
    def nothing_goes_before_a_decision(self) -> None:
        assert self.state is State.HELD
        assert self.went() == []

    @invariant()
    def one_decision_counts_and_a_taken_back_message_never_went(self) -> None:
        ends = [one for one in self.decisions if one in EVIDENCE]
        assert len(ends) <= 1
        assert len(self.decisions) <= 2  # a release, and its undo
        assert len(self.went()) <= 1, "nobody has it twice"
        if ends:
            assert self.went() == []
            assert self.state is ends[0]

    @invariant()
    def the_end_is_told(self) -> None:
        case = self.twins.case(self.reference)
        if case.state is State.HELD:
            return
        kinds = [job.params.get("kind") for job in case.jobs if job.kind is JobKind.NOTICE]
        if case.state in EVIDENCE:
            assert TOLD[case.state] in kinds
        elif case.state is not State.FAILED:
            assert {"release", "confirm"} & set(kinds)
        told = [
            job
            for job in case.jobs
            if job.kind in {JobKind.NOTICE, JobKind.DSN} and job.status is not JobStatus.CANCELLED
        ]
        assert all(one.rcpt == DAAN for job in told for one in job.recipients)

    def went(self) -> list[Any]:
        return self.twins.sent_of(self.reference, JobKind.MESSAGE)

    def teardown(self) -> None:
        """Left alone it ends, and its sender knows how."""
        self.twins.clock.advance(hours=2000)
        with suppress(AlreadyDecided):
            self.twins.run(self.decider.expire())
        for worker in (0, 1):
            self.twins.deliver(worker, taken)
        state = self.state
        assert state in {*EVIDENCE, State.DELIVERED, State.FAILED}
        assert state is not State.FAILED or [
            job for job in self.twins.case(self.reference).jobs if job.kind is JobKind.DSN
        ], "a refusal is told too"


def test_no_path_leads_from_held_to_gone_without_the_sender_being_told(alone: Twins, tmp_path: Path) -> None:
    class Here(HeldAtAnyTime):
        pass

    assert tmp_path.is_dir()
    Here.twins = alone
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(max_examples=100, stateful_step_count=12, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Here, settings=how)
