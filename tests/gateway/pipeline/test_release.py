"""Decisions about held messages: who may, what goes out, who hears of it, and what a hostile insider tries."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway import links
from gateway.errors import AlreadyDecided, CaseChanged, LinkRefused, UnknownReference
from gateway.pipeline.mending import Mends, NothingMended
from gateway.pipeline.received import Outcome
from gateway.pipeline.release import NotTheApprover
from gateway.store.disposition import Decision
from gateway.store.states import State
from gateway.web.desk import Desk
from tests.support.counter import (
    AYLIN,
    BLOCKING,
    DAAN,
    EVA,
    HENDRIKA,
    JAN,
    JASPER,
    JOOST,
    KAREL,
    LEADER,
    LINK_KEY,
    SANNE,
    SELF,
    SUPPLIER,
    Counter,
    counter,
    letter,
    messages,
    notices,
)
from tests.support.sink import Sink

REASON = "Met de ouders besproken."
DECISIONS = (Decision.RELEASE, Decision.RETURN)


async def decide(desk: Counter, outcome: Outcome, decision: Decision, by: str, reason: str = REASON) -> str:
    until = desk.house.clock.now()
    return (await desk.decider.by_person(outcome.reference, decision, by, reason, until=until)).state.value


async def refused(desk: Counter, outcome: Outcome, decision: Decision, by: str) -> str:
    """What somebody who may not decide is told. Nothing happened."""
    before = await desk.case_of(outcome)
    with pytest.raises(NotTheApprover) as caught:
        await decide(desk, outcome, decision, by)
    after = await desk.case_of(outcome)
    assert (after.state, after.jobs, after.holds) == (before.state, before.jobs, before.holds)
    return str(caught.value)


async def blocked(desk: Counter, **parts: str) -> Outcome:
    await desk.store.put_policy(BLOCKING, "test")
    await desk.rulings.refresh()
    return await desk.hand_in(AYLIN, body=SELF, **parts)


# the sender's link


async def test_the_sender_confirms_and_exactly_what_was_parked_goes_out_once(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, SANNE, body=SELF)
    before = messages(await desk.case_of(outcome))
    desk.offered()
    digest = await desk.digest_of(outcome)
    await desk.decider.by_link(digest, Decision.CONFIRM, REASON)
    case = await desk.case_of(outcome)
    assert (case.state.value, len(case.archive_numbers)) == ("released", 1)
    kinds = [(job.kind.value, job.rcpt_to) for job, _ in desk.offered()]
    assert kinds == [("message", (AYLIN, SANNE))], "the notice about it is sent by whoever is next"
    assert [(job.id, job.edits) for job in messages(case)] == [(job.id, job.edits) for job in before]
    assert f"To: {DAAN}".encode() in before[0].edits, "a fix that applies is applied at release too"
    assert notices(case)[-1].params["kind"] == "confirm"
    (line,) = [row for row in await desk.store.audit_rows(outcome.reference) if row.act == "case_confirm"]
    assert (line.actor, line.detail["reason"]) == (DAAN, REASON)
    for again in (Decision.CONFIRM, Decision.WITHDRAW):
        with pytest.raises((AlreadyDecided, LinkRefused)):
            await desk.decider.by_link(digest, again, REASON)
    assert desk.offered() == []


async def test_the_sender_withdraws_and_nothing_goes_out(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    desk.offered()
    await desk.decider.by_link(await desk.digest_of(outcome), Decision.WITHDRAW, "")
    case = await desk.case_of(outcome)
    assert (case.state.value, case.archive_numbers) == ("withdrawn", ())
    assert [job.status for job in messages(case)] == ["cancelled"]
    assert notices(case)[-1].params["kind"] == "withdraw"
    for decision in DECISIONS:
        with pytest.raises(AlreadyDecided):
            await decide(desk, outcome, decision, KAREL)


@pytest.mark.parametrize("decision", [one for one in Decision if one is not Decision.WITHDRAW])
async def test_the_link_of_somebody_elses_hold_only_withdraws(desk: Counter, decision: Decision) -> None:
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    with pytest.raises((LinkRefused, AlreadyDecided)):
        await desk.decider.by_link(await desk.digest_of(outcome), decision, REASON)
    assert (await desk.case_of(outcome)).state.value == "held"


async def test_a_copy_that_makes_the_hold_stricter_takes_the_senders_own_say_away(desk: Counter) -> None:
    """The link of the first copy still says "confirm"; the case is somebody else's by now."""
    raw = letter(AYLIN, body=SELF)
    first = await desk.hand_in(raw=raw, rcpt_to=(AYLIN,))
    digest = await desk.digest_of(first)
    second = await desk.hand_in(raw=raw, rcpt_to=(AYLIN, SUPPLIER))
    assert second.reference == first.reference
    assert [hold.approver for hold in (await desk.case_of(first)).holds] == ["team_leader"]
    with pytest.raises(LinkRefused):
        await desk.decider.by_link(digest, Decision.CONFIRM, REASON)
    assert (await desk.case_of(first)).state.value == "held"


async def test_a_link_works_through_the_page_that_knows_the_key_and_no_other(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, body=SELF)
    token = await desk.token_of(outcome)
    page = Desk(desk.decider, desk.store, LINK_KEY, desk.house.clock)
    other = Desk(desk.decider, desk.store, b"x" * 32, desk.house.clock)
    assert await other.confirm(token, REASON) is None
    assert links.verify(LINK_KEY, token) is not None
    done = await page.confirm(token, REASON)
    assert done is not None
    assert not done.repeated


async def test_of_two_who_decide_at_once_one_wins(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    digest = await desk.digest_of(outcome)
    results = await asyncio.gather(
        desk.decider.by_link(digest, Decision.WITHDRAW, ""),
        decide(desk, outcome, Decision.RELEASE, KAREL),
        decide(desk, outcome, Decision.RETURN, EVA),
        return_exceptions=True,
    )
    assert sum(isinstance(one, AlreadyDecided) for one in results) == 2


# an approver


@pytest.mark.parametrize(
    "by",
    [KAREL, KAREL.upper(), "kdi@zilverberg.example", JOOST, EVA],
    ids=["leader", "capitals", "alias", "admin", "officer"],
)
@pytest.mark.parametrize(("decision", "state"), [(Decision.RELEASE, "released"), (Decision.RETURN, "returned")])
async def test_the_approver_and_the_offices_decide(desk: Counter, by: str, decision: Decision, state: str) -> None:
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    desk.offered()
    assert await decide(desk, outcome, decision, by) == state
    case = await desk.case_of(outcome)
    sent = [job for job, _ in desk.offered() if job.kind.value == "message"]
    assert len(sent) == len(case.archive_numbers) == (decision is Decision.RELEASE)
    told = notices(case)[-1]
    assert (told.params["kind"], told.params["reason"]) == (decision.value, REASON)
    assert [recipient.rcpt for recipient in told.recipients] == [DAAN]


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (DAAN, "own message"),
        ("dho@zilverberg.example", "own message"),
        ("Daan <D.tHooft@Zilverberg.Example>", "own message"),
        (JASPER, "somebody else"),
        (HENDRIKA, "somebody else"),
        (AYLIN, "member of staff"),
        ("daanenlies@ziggo.example", "member of staff"),
        ("411081@leerling.zilverberg.example", "member of staff"),
        ("", "member of staff"),
        ("administratie@zilverberg.example", "somebody else"),
    ],
)
@pytest.mark.parametrize("decision", DECISIONS)
async def test_nobody_else_decides(desk: Counter, by: str, said: str, decision: Decision) -> None:
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    assert said in await refused(desk, outcome, decision, by)


@pytest.mark.parametrize("decision", [Decision.CONFIRM, Decision.WITHDRAW, Decision.EXPIRE, Decision.FIX])
async def test_an_approver_does_not_act_in_the_senders_or_the_clocks_name(desk: Counter, decision: Decision) -> None:
    """The audit would say that the sender confirmed."""
    outcome = await desk.hand_in(AYLIN, body=SELF)
    assert "not an approver's" in await refused(desk, outcome, decision, JOOST)


async def test_an_administrator_does_not_decide_about_an_own_message(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, login=JOOST, sender=JOOST, body=SELF)
    assert "own message" in await refused(desk, outcome, Decision.RELEASE, JOOST)
    assert "own message" in await refused(desk, outcome, Decision.RELEASE, "beheerder@zilverberg.example")
    assert await decide(desk, outcome, Decision.RELEASE, EVA) == "released"


async def test_of_two_who_would_hold_it_the_stricter_decides_alone(desk: Counter) -> None:
    """Two copies of one message: one waits for the team leader, one for the privacy officer. The leader can't let both go."""
    rows = ", ".join(f"<a href='mailto:ouder{number}@gmail.example'>x</a>" for number in range(3))
    raw = letter(AYLIN, body=rows + LEADER)
    first = await desk.hand_in(raw=raw, rcpt_to=(AYLIN,))
    assert [hold.approver for hold in (await desk.case_of(first)).holds] == ["team_leader"]
    strict = desk.rulings.current.policy
    await desk.store.put_policy(
        (await desk.store.active_policy()).text.replace('"2" = "team_leader" }', '"2" = "privacy_officer" }'),
        "test",  # type: ignore[union-attr]
    )
    assert await desk.rulings.refresh()
    assert desk.rulings.current.policy != strict
    second = await desk.hand_in(raw=raw, rcpt_to=(AYLIN, SANNE))
    assert second.reference == first.reference
    holds = (await desk.case_of(first)).holds
    assert [(hold.approver, hold.approver_person) for hold in holds] == [("privacy_officer", EVA)]
    assert "somebody else" in await refused(desk, first, Decision.RELEASE, KAREL)
    assert await decide(desk, first, Decision.RELEASE, EVA) == "released"


async def test_an_office_may_be_held_from_outside_the_school(tmp_path: Path, school: Path) -> None:
    """Many schools share a privacy officer who works elsewhere."""
    from dataclasses import replace

    officer = "fg@privacybureau.example"
    with counter(tmp_path) as desk:
        desk.rulings.school = replace(desk.rulings.school, privacy_officer=officer)
        await desk.rulings.load()
        outcome = await desk.hand_in(AYLIN, body=LEADER)
        assert await decide(desk, outcome, Decision.RETURN, officer) == "returned"


async def test_whoever_comes_late_hears_what_was_decided(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    await decide(desk, outcome, Decision.RETURN, KAREL)
    with pytest.raises(AlreadyDecided):
        await decide(desk, outcome, Decision.RELEASE, KAREL)
    assert "somebody else" in await refused(desk, outcome, Decision.RELEASE, JASPER)


async def test_a_reference_nobody_knows(desk: Counter) -> None:
    with pytest.raises(UnknownReference):
        await decide(desk, Outcome(None, "ZZZZZZZZZZZZ"), Decision.RELEASE, KAREL)  # type: ignore[arg-type]


# a block


async def test_the_privacy_officer_turns_a_block_into_a_hold_and_lets_it_go(desk: Counter) -> None:
    outcome = await blocked(desk)
    for by in (JOOST, KAREL, JASPER):
        assert "privacy officer" in await refused(desk, outcome, Decision.UNBLOCK, by)
    assert "own message" in await refused(desk, outcome, Decision.UNBLOCK, DAAN)
    assert await decide(desk, outcome, Decision.UNBLOCK, EVA) == "held"
    case = await desk.case_of(outcome)
    assert [(hold.approver, hold.approver_person) for hold in case.holds] == [("privacy_officer", EVA)]
    assert [job.status for job in messages(case)] == ["parked"]
    assert notices(case)[-1].params["kind"] == "unblock"
    assert await decide(desk, outcome, Decision.RELEASE, EVA) == "released"
    assert len([job for job, _ in desk.offered() if job.kind.value == "message"]) == 1


async def test_a_block_of_the_privacy_officer_is_for_the_next(desk: Counter) -> None:
    """Eva has no team leader; the rector manages her."""
    outcome = await blocked(desk, login=EVA, sender=EVA)
    assert "own message" in await refused(desk, outcome, Decision.UNBLOCK, EVA)
    assert "privacy officer" in await refused(desk, outcome, Decision.UNBLOCK, JOOST)
    assert await decide(desk, outcome, Decision.UNBLOCK, HENDRIKA) == "held"
    (hold,) = (await desk.case_of(outcome)).holds
    assert hold.approver_person == HENDRIKA
    assert "own message" in await refused(desk, outcome, Decision.RELEASE, EVA)
    assert await decide(desk, outcome, Decision.RELEASE, HENDRIKA) == "released"


async def test_a_block_is_not_released_and_what_no_client_may_send_is_never_unblocked(desk: Counter) -> None:
    outcome = await blocked(desk)
    with pytest.raises(AlreadyDecided):
        await decide(desk, outcome, Decision.RELEASE, EVA)
    wire = await desk.pipeline.refuse(desk.received(raw=b"From: x\n\nx"))
    assert "no client may send" in await refused(desk, wire, Decision.UNBLOCK, EVA)


async def test_a_held_message_can_be_blocked(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    assert await decide(desk, outcome, Decision.BLOCK, KAREL) == "blocked"
    case = await desk.case_of(outcome)
    assert (case.archive_numbers, [job.status for job in messages(case)]) == ((), ["cancelled"])
    assert notices(case)[-1].params["kind"] == "block"


# the clock


async def test_what_nobody_decided_about_goes_back_in_time_and_not_before(desk: Counter) -> None:
    """Held on Tuesday at noon, in the middle of a school week."""
    first = await desk.hand_in(AYLIN, body=LEADER)
    desk.house.clock.advance(hours=23, minutes=59)
    assert await desk.decider.expire() == ()
    second = await desk.hand_in(AYLIN, body=SELF, message_id="<2@zilverberg.example>")
    desk.house.clock.advance(minutes=1)
    assert await desk.decider.expire() == (first.reference,)
    assert await desk.decider.expire() == ()
    case = await desk.case_of(first)
    assert (case.state.value, [job.status for job in messages(case)], case.archive_numbers) == (
        "expired",
        ["cancelled"],
        (),
    )
    assert notices(case)[-1].params["kind"] == "expire"
    assert (await desk.case_of(second)).state.value == "held"
    with pytest.raises((AlreadyDecided, LinkRefused)):
        await desk.decider.by_link(await desk.digest_of(first), Decision.WITHDRAW, "")


async def test_over_the_christmas_holidays_the_clock_of_a_hold_stands_still(desk: Counter) -> None:
    """Friday 18 December, three in the afternoon here: back on Monday 4 January at three."""
    desk.house.clock.advance(days=24, hours=2)
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    (hold,) = (await desk.case_of(outcome)).holds
    assert hold.expires_at.isoformat() == "2027-01-04T14:00:00+00:00"
    desk.house.clock.advance(days=16, hours=23)
    assert await desk.decider.expire() == ()
    desk.house.clock.advance(hours=1)
    assert await desk.decider.expire() == (outcome.reference,)


async def test_a_process_without_an_outbox_leaves_what_it_opened_to_the_others(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    desk.offered()
    desk.decider.offer = None
    assert await decide(desk, outcome, Decision.RELEASE, KAREL) == "released"
    assert desk.offered() == []
    due = await desk.store.lease("worker-2", 10, desk.house.clock.now())
    assert [job.rcpt_to for job in due if job.kind.value == "message"] == [(AYLIN,)]


# and out of the building


async def test_a_release_reaches_the_mail_server_exactly_once(tmp_path: Path, school: Path) -> None:
    sink = Sink.start()
    try:
        with counter(tmp_path, smarthost_port=sink.port) as desk:
            await desk.rulings.load()
            raw = letter(AYLIN, SANNE, body=SELF, lines="X-Mark: vrij\n")
            outcome = await desk.hand_in(raw=raw, rcpt_to=(AYLIN, SANNE, JAN))
            running = asyncio.ensure_future(desk.outbox.run())
            try:
                await desk.decider.by_link(await desk.digest_of(outcome), Decision.CONFIRM, REASON)
                async with asyncio.timeout(10):
                    while (await desk.case_of(outcome)).state.value != "delivered":
                        await asyncio.sleep(0.01)
            finally:
                await desk.outbox.drain()
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
        assert sink.taken == {("vrij", AYLIN): 1, ("vrij", SANNE): 1, ("vrij", JAN): 1}
        (went,) = sink.messages["vrij"]
        assert went.endswith(raw.partition(b"\r\n\r\n")[2])
        assert f"\r\nTo: {DAAN}\r\n".encode() in went
    finally:
        sink.stop()


async def test_a_copy_that_joins_between_looking_and_deciding_is_not_let_go_unseen(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its receiver, and perhaps its approver, is another: the decision is of what was looked at."""
    raw = letter(AYLIN, body=LEADER)
    first = await desk.hand_in(raw=raw, rcpt_to=(AYLIN,))
    seen = await desk.store.case(first.reference)
    through = desk.store.decide

    async def late(*given: object, **named: object) -> object:
        if len((await desk.store.case(first.reference)).envelopes) == 1:
            joined = await desk.hand_in(raw=raw, rcpt_to=(SANNE,))
            assert joined.reference == first.reference
        return await through(*given, **named)

    monkeypatch.setattr(desk.store, "decide", late)
    for act in (
        desk.decider.by_person(first.reference, Decision.RELEASE, KAREL, "", until=desk.house.clock.now()),
        desk.decider.mend(first.reference, KAREL, "", Mends(hide=True)),
    ):
        try:
            await act
        except CaseChanged:
            continue
        except NothingMended:  # by now it is in two copies
            continue
        pytest.fail("it was let go")
    assert len(seen.envelopes) == 1
    assert (await desk.store.case(first.reference)).state is State.HELD
    assert await decide(desk, first, Decision.RELEASE, KAREL) == "released"
