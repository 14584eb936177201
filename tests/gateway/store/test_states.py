"""The state machine: what the table says and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import IllegalTransition
from gateway.store.disposition import Decision
from gateway.store.holds import RULES
from gateway.store.states import EVIDENCE, INITIAL, ON_ITS_WAY, SETTLED, TRANSITIONS, State, step

states = st.sampled_from(State)


def test_the_table_names_every_state():
    assert set(TRANSITIONS) == set(State)
    assert len(State) == 12


@given(states, states)
def test_a_step_outside_the_table_is_refused(before: State, after: State):
    if after is before or after in TRANSITIONS[before]:
        assert step(before, after) is after
    else:
        with pytest.raises(IllegalTransition) as caught:
            step(before, after)
        assert (caught.value.before, caught.value.after) == (before, after)


@given(st.lists(states, max_size=12))
def test_what_a_person_ended_stays_ended(path: list[State]):
    """Returned, withdrawn and expired mail is never sent, whatever is asked of it later."""
    for end in (State.RETURNED, State.WITHDRAWN, State.EXPIRED):
        now = end
        for after in path:
            try:
                now = step(now, after)
            except IllegalTransition:
                continue
        assert now is end


@given(st.sampled_from(sorted(INITIAL)), st.lists(states, max_size=20))
def test_held_mail_leaves_only_by_a_decision(start: State, path: list[State]):
    """On every path, what follows `held` is a decision's outcome, never plain delivery."""
    now = start
    for after in path:
        try:
            following = step(now, after)
        except IllegalTransition:
            continue
        if now is State.HELD and following is not State.HELD:
            assert following in {to for _, to in RULES.values()}
        now = following


def test_every_state_is_reached_and_the_groups_do_not_overlap():
    reached = set(INITIAL)
    while more := {after for before in reached for after in TRANSITIONS[before]} - reached:
        reached |= more
    assert reached == set(State)
    assert not EVIDENCE & SETTLED
    assert not ON_ITS_WAY & (EVIDENCE | SETTLED)


def test_every_decision_is_a_step_of_the_table():
    assert set(RULES) == set(Decision)
    for before, after in RULES.values():
        for state in before:
            assert step(state, after) is after
