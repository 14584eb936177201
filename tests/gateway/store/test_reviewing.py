"""Lists, figures, accounts and switches, on both databases: what the pages for reviewers ask of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.store.accounts import (
    AccountExists,
    ByAddress,
    Change,
    Enter,
    Failed,
    Leave,
    OfSession,
    Open,
    Prove,
    Seen,
    everybody,
)
from gateway.store.disposition import Decision
from gateway.store.figures import Backwards, Recent, going, waiting
from gateway.store.queue import COUNTED_MAX, PAGE, Queue, Wanted
from gateway.store.store import Store
from gateway.store.switching import Ask, Switch, Withdraw, requests
from tests.support.stores import NOON, TEACHER, House, disposition, held

LEADER = "t.leider@school.example"
LATER = NOON + timedelta(hours=1)


async def test_holds_are_listed_by_desk_clause_reference_and_decision(store: Store, house: House) -> None:
    references = []
    for number in range(3):
        d = held("team_leader", number=number, reference=f"ABC{number}")
        await store.commit(d)
        references.append(d.reference)
        house.clock.advance(minutes=1)
    everything = await store.ask(Queue(Wanted()))
    assert [row.reference for row in everything.rows] == references and everything.total == 3
    assert everything.rows[0].subject and everything.rows[0].identity == TEACHER
    person = everything.rows[0].approver_person
    assert (await store.ask(Queue(Wanted(desks=frozenset({person}))))).total == 3
    assert (await store.ask(Queue(Wanted(desks=frozenset({"x@school.example"}))))).total == 0
    assert (await store.ask(Queue(Wanted(desks=frozenset({"x@y.example"}), offices=frozenset({"admin"}))))).total == 0
    assert (await store.ask(Queue(Wanted(reference="ABC1")))).total == 1
    assert (await store.ask(Queue(Wanted(reference="ABC")))).total == 3
    assert (await store.ask(Queue(Wanted(reference="AB%")))).total == 0
    assert (await store.ask(Queue(Wanted(approver="editors")))).total == 0
    spoken = everything.clauses[references[0]]
    assert spoken and (await store.ask(Queue(Wanted(clause=spoken[0])))).total == 3
    assert (await store.ask(Queue(Wanted(clause="C99")))).total == 0
    newest = await store.ask(Queue(Wanted(newest_first=True)))
    assert [row.reference for row in newest.rows] == references[::-1]
    assert (await store.ask(Queue(Wanted(page=2)))).rows == () and PAGE < COUNTED_MAX
    await store.decide(references[1], Decision.RETURN, by=LEADER, reason="nee", now=LATER)
    assert (await store.ask(Queue(Wanted()))).total == 2
    (done,) = (await store.ask(Queue(Wanted(decided=True)))).rows
    assert (done.reference, done.decision, done.decided_by, done.reason) == (references[1], "return", LEADER, "nee")


async def test_figures_are_of_days_by_the_school_s_clocks(store: Store, house: House) -> None:
    await store.commit(disposition(jobs=()))
    await store.commit(held("team_leader", number=9, reference="HELD1"))
    house.clock.advance(minutes=60 * 11 + 30)  # half past midnight in Amsterdam: the next day there
    await store.commit(held("team_leader", number=10, reference="HELD2"))
    zone = ZoneInfo("Europe/Amsterdam")
    found = await store.ask(Recent(house.clock.now(), 3, zone))
    days = {day.isoformat(): sum(counts.values()) for day, counts in found.days.items()}
    assert days == {"2026-11-23": 0, "2026-11-24": 2, "2026-11-25": 1}
    assert found.waiting == {"team_leader": 2} == await store.ask(waiting)
    assert found.decided == 0 and found.middle is None
    await store.decide("HELD1", Decision.RETURN, by=LEADER, reason="", now=house.clock.now())
    found = await store.ask(Recent(house.clock.now(), 3, zone))
    assert found.decided == 1 and found.middle == timedelta(minutes=60 * 11 + 30)
    assert sum(found.clauses.values()) >= 2
    assert (await store.ask(going)).count == 0
    d = disposition()
    await store.commit(d)
    way = await store.ask(going)
    assert way.count == 1 and way.oldest == house.clock.now()


async def test_the_audit_is_read_backwards(store: Store) -> None:
    await store.commit(held("team_leader", reference="ONE"))
    await store.decide("ONE", Decision.RETURN, by=LEADER, reason="x", now=NOON)
    rows = await store.ask(Backwards(0, 10))
    assert [row.number for row in rows] == sorted((row.number for row in rows), reverse=True)
    assert [row.act for row in await store.ask(Backwards(0, 10, "case_return"))] == ["case_return"]
    assert await store.ask(Backwards(rows[-1].number, 10)) == ()
    assert all(row.reference == "ONE" for row in await store.ask(Backwards(0, 10, "", "ONE")))


async def test_an_account_and_its_sessions(store: Store) -> None:
    await store.act(Open(LEADER, frozenset({"approver", "admin"}), "hash", "root", NOON))
    with pytest.raises(AccountExists):
        await store.act(Open(LEADER, frozenset({"approver"}), "hash", "root", NOON))
    one = await store.ask(ByAddress(LEADER))
    assert one is not None and (await store.ask(everybody)) == (one,)
    await store.act(Enter(b"first", one, False, NOON, LATER))
    session = await store.ask(OfSession(b"first", NOON))
    assert session is not None and not session.proven
    assert await store.ask(OfSession(b"first", LATER)) is None
    await store.act(
        Change(one.number, lambda a: replace(a, second_factor="S", spare_codes=("a", "b")), "set", LEADER, NOON)
    )
    assert not await store.act(Prove(session, b"next", 0, "z", NOON))
    assert await store.act(Prove(session, b"second", 0, "a", NOON))
    assert not await store.act(Prove(session, b"third", 0, "a", NOON))
    assert await store.ask(OfSession(b"first", NOON)) is None
    await store.act(Seen(b"second", NOON, LATER + timedelta(hours=1)))
    again = await store.ask(OfSession(b"second", LATER))
    assert again is not None and again.proven
    assert [await store.act(Failed(one.number, 2, LATER, NOON)) for _ in range(2)] == [False, True]
    shut = await store.ask(ByAddress(LEADER))
    assert shut is not None and shut.locked_until == LATER
    await store.act(Leave(again, LATER))
    assert await store.ask(OfSession(b"second", LATER)) is None
    await store.act(Enter(b"fourth", one, True, NOON, LATER))
    await store.act(Change(one.number, lambda a: replace(a, active=False), "off", "root", NOON, ends=True))
    assert await store.ask(OfSession(b"fourth", NOON)) is None


async def test_a_clause_is_switched_on_what_was_looked_at(store: Store) -> None:
    base = await store.put_policy("een", "x")
    await store.act(Ask("C22", LEADER, "reden", NOON))
    await store.act(Ask("C5", TEACHER, "reden", NOON))
    assert [one.clause for one in await store.ask(requests)] == ["C5", "C22"]
    switch = Switch(base.sha256, "twee", "C22", "off", TEACHER, "reden", NOON, asked_by="iemand@x.example")
    assert not await store.act(switch)
    assert await store.act(replace(switch, asked_by=LEADER))
    assert not await store.act(Switch(base.sha256, "drie", "C5", "off", LEADER, "reden", NOON))
    active = await store.active_policy()
    assert active is not None and active.text == "twee"
    await store.act(Withdraw("C5", TEACHER, NOON))
    assert await store.ask(requests) == ()
