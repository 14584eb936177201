"""The case's state machine: one table, every state from the first day.

Promises: a case changes its state only by `step`, and `step` allows only what the table says. Which states are ends
(nothing is sent from them any more) and which wait for a person is said here and nowhere else.
Fails: IllegalTransition.
"""

from __future__ import annotations

from enum import StrEnum

from gateway.errors import IllegalTransition


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"  # accepted, on its way through the outbox as it came
    PENDING = "pending"  # accepted, its judgement is not finished (slow extraction)
    WAITING = "waiting"  # judged, its outbox rows wait: undo, or the window for split copies
    HELD = "held"  # a person must decide
    RELEASED = "released"  # a person let it go, on its way
    FIXED = "fixed"  # repaired, by us or by the sender, on its way
    RETURNED = "returned"  # an approver sent it back
    WITHDRAWN = "withdrawn"  # the sender took it back
    BLOCKED = "blocked"  # refused, kept as evidence
    EXPIRED = "expired"  # nobody decided in time, back to the sender
    DELIVERED = "delivered"  # every recipient was taken by the mail server
    FAILED = "failed"  # settled, and at least one recipient was refused for good


# A split copy of a case that is already on its way or settled joins it; the copy's own verdict then decides.
_COPY_JOINS = frozenset({State.RECEIVED, State.WAITING, State.FIXED, State.HELD, State.BLOCKED})

TRANSITIONS: dict[State, frozenset[State]] = {
    State.RECEIVED: _COPY_JOINS | {State.DELIVERED, State.FAILED},
    State.PENDING: frozenset({State.RECEIVED, State.WAITING, State.FIXED, State.HELD, State.BLOCKED}),
    State.WAITING: _COPY_JOINS | {State.WITHDRAWN, State.DELIVERED, State.FAILED},
    State.HELD: frozenset({State.RELEASED, State.FIXED, State.RETURNED, State.WITHDRAWN, State.EXPIRED, State.BLOCKED}),
    State.RELEASED: _COPY_JOINS | {State.WITHDRAWN, State.DELIVERED, State.FAILED},
    State.FIXED: _COPY_JOINS | {State.WITHDRAWN, State.DELIVERED, State.FAILED},
    State.RETURNED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.BLOCKED: frozenset({State.HELD}),  # the privacy officer's unblock, while the evidence is kept
    State.EXPIRED: frozenset(),
    State.DELIVERED: _COPY_JOINS,
    State.FAILED: _COPY_JOINS,
}

# How a case may begin.
INITIAL = frozenset({State.RECEIVED, State.PENDING, State.WAITING, State.HELD, State.FIXED, State.BLOCKED})
# Outbox rows of a case in these states may be sent.
ON_ITS_WAY = frozenset({State.RECEIVED, State.WAITING, State.RELEASED, State.FIXED})
# Kept as evidence for a time, never archived (protocol.md, Actions).
EVIDENCE = frozenset({State.RETURNED, State.WITHDRAWN, State.BLOCKED, State.EXPIRED})
# Not sent, and its sender was told so. A block ends otherwise: the privacy officer may take it up again.
GIVEN_BACK = EVIDENCE - {State.BLOCKED}
SETTLED = frozenset({State.DELIVERED, State.FAILED})


def step(before: State, after: State) -> State:
    """Return `after` if the table allows it. Staying where one is is no step, and allowed."""
    if after is not before and after not in TRANSITIONS[before]:
        raise IllegalTransition(before, after)
    return after
