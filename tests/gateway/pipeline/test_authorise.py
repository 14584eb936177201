"""Whose name may stand where: tricks with From, and grants that begin and end on the school's days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gateway.pipeline.authorise import may_use
from gateway.pipeline.received import Answer
from rules.people import Roster, School
from tests.support.counter import AYLIN, DAAN, KAREL, OFFICE, Counter

DELEGATE = "k.deruiter@zilverberg.example"  # may write for the administration from 24 August 2026 on


@pytest.mark.parametrize(
    ("sender", "mine"),
    [
        (f'"{KAREL}" <{DAAN}>', True),  # a display name is no author; the judge looks at it
        (f"{DAAN} ({KAREL})", True),
        (f"{KAREL} ({DAAN})", False),
        (f'"{DAAN}" <{KAREL}>', False),
        (f'"Karel {KAREL}"', False),  # only a sloppy reader sees an address here, and shows it
        (f"=?utf-8?q?Daan?= <{KAREL}>", False),
        (f"Team: {KAREL};", False),
        (f"<@relay.example:{KAREL}>", False),
        (f"{DAAN.replace('@', '+x@')}", True),
        (f"{KAREL.replace('@', '+x@')}", False),
        (f"{DAAN.upper()}", True),
    ],
)
async def test_every_name_a_reader_takes_for_the_author_is_ones_own(desk: Counter, sender: str, mine: bool) -> None:
    outcome = await desk.hand_in(AYLIN, sender=sender)
    assert (outcome.answer is not Answer.NOT_YOURS) == mine


@pytest.mark.parametrize(
    ("at", "granted"),
    [(datetime(2026, 8, 23, 21, 59, tzinfo=UTC), False), (datetime(2026, 8, 23, 22, 1, tzinfo=UTC), True)],
    ids=["still-sunday", "monday-here"],
)
async def test_a_grant_begins_at_the_schools_own_midnight(desk: Counter, at: datetime, granted: bool) -> None:
    """Two hours before midnight in London."""
    desk.house.clock.at = at
    assert desk.pipeline.may_send_as(DELEGATE, OFFICE) == granted
    outcome = await desk.hand_in(AYLIN, login=DELEGATE, sender=OFFICE)
    assert (outcome.answer is not Answer.NOT_YOURS) == granted


def test_a_login_that_is_no_address_may_use_none() -> None:
    roster = Roster.build(School(name="x", domains=("school.example",)))
    today = date(2026, 11, 16)
    assert may_use(roster, "jan", "", today)
    assert not may_use(roster, "jan", "no address", today)
    assert not may_use(roster, "jan", "jan@school.example", today)
