"""The values a judgement speaks in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.verdict import APPROVERS, Action, Approver, Delivery, Finding, Verdict, refused, strictness

WIRE = Finding(None, "wire", Action.BLOCK)


def judged(action: Action, *, external: bool, rcpts: tuple[tuple[str, ...], ...] = ()) -> Verdict:
    deliveries = tuple(Delivery(one, ()) for one in rcpts)
    return replace(refused(WIRE), action=action, external=external, deliveries=deliveries)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("external", [True, False])
def test_what_goes_outside_unseen_is_archived_and_nothing_else(action: Action, external: bool) -> None:
    goes = action in {Action.PASS, Action.COACH, Action.FIX}
    assert judged(action, external=external).archived == (external and goes)


def test_the_envelope_is_that_of_all_deliveries_in_their_order() -> None:
    verdict = judged(Action.FIX, external=True, rcpts=(("a@x.test", "b@x.test"), ("c@x.test",)))
    assert verdict.envelope == ("a@x.test", "b@x.test", "c@x.test")
    assert refused(WIRE).envelope == ()


def test_a_judgement_is_stricter_by_its_action_and_a_hold_by_who_decides() -> None:
    """A hold for anybody is stricter than every repair, and one for the last approver milder than a block."""
    holds = [strictness(Action.HOLD, approver) for approver in (None, *sorted(APPROVERS.values()))]
    milder = [strictness(action, None) for action in (Action.PASS, Action.COACH, Action.FIX)]
    assert [*milder, *holds, strictness(Action.BLOCK, None)] == sorted(
        {*milder, *holds, strictness(Action.BLOCK, None)}
    )


def test_every_approver_is_known_by_the_word_of_the_policy() -> None:
    assert set(APPROVERS.values()) == set(Approver)
    assert all(APPROVERS[approver.label] is approver for approver in Approver)
