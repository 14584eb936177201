"""The end of every hold, and the sender's second thoughts."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gateway.archive.record import as_delivered, as_submitted, records
from gateway.errors import AlreadyDecided, LinkRefused, UnknownReference
from gateway.store import links
from gateway.store.disposition import AuditDraft, Decision, EnvelopeRow, HoldDraft, JobKind, LinkDraft, unpack_edits
from gateway.store.keys import REMEMBER_SECONDS
from gateway.store.states import State
from gateway.store.store import Store
from gateway.store.views import CaseView
from tests.support.databases import change
from tests.support.stores import (
    EDITS,
    NOON,
    PARENTS,
    RAW,
    SUBJECT,
    TEACHER,
    House,
    all_of,
    blocked,
    delivered,
    disposition,
    held,
    message,
    notice,
    together,
)

LEADER = "t.leider@school.example"
TOKEN = bytes(range(32))


def link(*acts: str, hours: float = 24) -> LinkDraft:
    return LinkDraft(TOKEN, acts, NOON + timedelta(hours=hours))


async def used(store: Store, token: bytes, act: str, now: datetime) -> str:
    return await store.act(lambda connection, _pen: links.use(connection, token, act, now))


async def test_a_release_opens_what_was_parked_and_archives_it(store: Store):
    d = held("team_leader", LEADER)
    await store.commit(d)
    assert await records(store) == ()
    assert [job.kind for job in await store.lease("worker-1", 10, NOON)] == [JobKind.NOTICE]
    decided = await store.decide(d.reference, Decision.RELEASE, by=LEADER, reason="mag", now=NOON, jobs=(notice(),))
    assert (decided.reference, decided.state, decided.jobs) == (d.reference, State.RELEASED, ())
    jobs = {job.kind: job for job in await store.lease("worker-1", 10, NOON)}
    assert set(jobs) == {JobKind.MESSAGE, JobKind.NOTICE}
    assert (jobs[JobKind.MESSAGE].rcpt_to, jobs[JobKind.MESSAGE].edits) == (PARENTS, EDITS)
    (record,) = await records(store, d.reference)
    assert record.content.decree.by == LEADER
    assert record.content.decree.reason == "mag"
    assert record.content.decree.state == "released"
    assert record.content.envelopes == (d.envelope,)
    assert [(one.mail_from, one.rcpt_to, one.edits) for one in record.content.sendings] == [
        (TEACHER, PARENTS, unpack_edits(EDITS))
    ]
    (line,) = await store.audit_rows(d.reference)
    assert (line.actor, line.act, line.detail) == (LEADER, "case_release", {"reason": "mag"})
    await store.settle(jobs[JobKind.MESSAGE].id, delivered(*PARENTS))
    assert (await store.case(d.reference)).state is State.DELIVERED


async def test_a_release_may_be_sent_at_once_by_who_decided(store: Store):
    d = held()
    await store.commit(d)
    decided = await store.decide(
        d.reference, Decision.CONFIRM, by=TEACHER, reason="", now=NOON, leased=True, jobs=(notice(leased=True),)
    )
    assert [job.kind for job in decided.jobs] == [JobKind.MESSAGE, JobKind.NOTICE]
    assert decided.jobs[0].options == {"ret": "HDRS"}
    assert [job.kind for job in await store.lease("worker-2", 10, NOON)] == [JobKind.NOTICE]


async def test_a_release_with_undo_waits_and_can_be_taken_back(store: Store):
    d = held()
    await store.commit(d)
    later = NOON + timedelta(minutes=1)
    decided = await store.decide(
        d.reference, Decision.RELEASE, by=LEADER, reason="", now=NOON, not_before=later, leased=True
    )
    assert decided.jobs == ()
    await store.decide(d.reference, Decision.WITHDRAW, by=TEACHER, reason="oeps", now=NOON)
    case = await store.case(d.reference)
    assert case.state is State.WITHDRAWN
    assert [job.status for job in case.jobs if job.kind is JobKind.MESSAGE] == ["cancelled"]
    (record,) = await records(store, d.reference)
    assert record.content is None


async def test_the_senders_own_repair_replaces_what_was_parked(store: Store):
    d = held()
    await store.commit(d)
    repaired = message((PARENTS[0],), edits=b"", leased=True)
    decided = await store.decide(d.reference, Decision.FIX, by=TEACHER, reason="", now=NOON, jobs=(repaired,))
    (job,) = decided.jobs
    assert (job.rcpt_to, job.edits, job.options) == (PARENTS[:1], b"", {"ret": "HDRS"})
    assert decided.state is State.FIXED
    (record,) = await records(store, d.reference)
    assert [one.rcpt_to for one in record.content.sendings] == [PARENTS[:1]]


async def test_internal_mail_is_released_without_an_archive_record(store: Store):
    d = held(external=False)
    await store.commit(d)
    await store.decide(d.reference, Decision.RELEASE, by=LEADER, reason="", now=NOON)
    assert await records(store) == ()


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Decision.RETURN, State.RETURNED),
        (Decision.WITHDRAW, State.WITHDRAWN),
        (Decision.EXPIRE, State.EXPIRED),
        (Decision.BLOCK, State.BLOCKED),
    ],
)
async def test_what_is_not_released_is_never_sent_nor_archived(store: Store, decision: Decision, state: State):
    d = held()
    await store.commit(d)
    decided = await store.decide(d.reference, decision, by=LEADER, reason="nee", now=NOON, jobs=(notice(),))
    assert decided.state is state
    kinds = [job.kind for job in await store.lease("worker-1", 10, NOON + timedelta(days=2))]
    assert kinds == [JobKind.NOTICE, JobKind.NOTICE]
    assert await records(store) == ()
    case = await store.case(d.reference)
    (hold,) = case.holds
    assert (hold.decision, hold.decided_by, hold.reason, hold.decided_at) == (decision, LEADER, "nee", NOON)
    assert case.closed_at == NOON


async def test_of_two_deciders_exactly_one_wins(store: Store, house: House):
    d = held()
    await store.commit(d)
    with house.opened("office") as office:
        outcomes = await all_of(
            store.decide(d.reference, Decision.RELEASE, by=LEADER, reason="", now=NOON),
            office.decide(d.reference, Decision.RETURN, by=LEADER, reason="", now=NOON),
            store.decide(d.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON),
        )
    lost = [one for one in outcomes if isinstance(one, AlreadyDecided)]
    (won,) = [one for one in outcomes if not isinstance(one, Exception)]
    assert len(lost) == 2
    assert {one.state for one in lost} == {won.state.value}


async def test_a_block_may_become_a_hold_and_then_be_released(store: Store):
    d = blocked()
    await store.commit(d)
    hold = HoldDraft("privacy_officer", "fg@school.example", NOON + timedelta(days=1), (message(leased=False),))
    await store.decide(d.reference, Decision.UNBLOCK, by="fg@school.example", reason="", now=NOON, hold=hold)
    (view,) = await store.list_holds(approver="privacy_officer")
    assert view.reference == d.reference
    decided = await store.decide(
        d.reference, Decision.RELEASE, by="fg@school.example", reason="", now=NOON, leased=True
    )
    assert decided.jobs[0].rcpt_to == PARENTS


async def test_only_own_holds_are_confirmed(store: Store):
    d = held("team_leader", LEADER)
    await store.commit(d)
    with pytest.raises(LinkRefused):
        await store.decide(d.reference, Decision.CONFIRM, by=TEACHER, reason="", now=NOON)
    assert (await store.case(d.reference)).state is State.HELD


async def test_a_message_with_the_mail_server_is_not_taken_back(store: Store):
    d = disposition()
    (job,) = (await store.commit(d)).jobs
    with pytest.raises(AlreadyDecided):
        await store.decide(d.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON)
    await store.settle(job.id, delivered(PARENTS[0]))
    with pytest.raises(AlreadyDecided):
        await store.decide(d.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON + timedelta(hours=1))


async def test_undo_ends_with_its_moment_not_with_the_first_attempt(store: Store):
    d = disposition(jobs=(message(not_before=NOON + timedelta(minutes=1)),))
    await store.commit(d)
    with pytest.raises(AlreadyDecided):
        await store.decide(d.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON + timedelta(minutes=1))
    decided = await store.decide(d.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON)
    assert decided.state is State.WITHDRAWN


async def test_a_decision_about_nothing_is_refused(store: Store):
    with pytest.raises(UnknownReference):
        await store.decide("R-none", Decision.RELEASE, by=LEADER, reason="", now=NOON)


async def test_holds_are_listed_by_role_and_desk_the_most_urgent_first(store: Store):
    late, soon = held("team_leader", LEADER, hours=30), held("self", TEACHER, hours=2)
    nobody = held("admin", None, hours=9)
    for d in (late, soon, nobody):
        await store.commit(d)
    every = await store.list_holds()
    assert [one.reference for one in every] == [soon.reference, nobody.reference, late.reference]
    assert [one.reference for one in await store.list_holds(approver="team_leader")] == [late.reference]
    (mine,) = await store.list_holds(person=LEADER)
    assert (mine.approver_person, mine.identity, mine.subject) == (LEADER, TEACHER, SUBJECT)
    assert (mine.created_at, mine.expires_at) == (NOON, NOON + timedelta(hours=30))
    assert every[1].approver_person == ""


async def test_overdue_holds_go_back_each_with_its_notice(store: Store):
    soon, late = held(hours=2), held(hours=30)
    for d in (soon, late):
        await store.commit(d)
    asked: list[str] = []

    def tell(case: CaseView) -> tuple:
        asked.append(case.reference)
        return (notice(params={"template": "expired"}),)

    after = NOON + timedelta(hours=3)
    assert await store.expire_holds(after, tell) == (soon.reference,)
    assert asked == [soon.reference]
    case = await store.case(soon.reference)
    assert (case.state, case.holds[0].decided_by) == (State.EXPIRED, "system")
    assert case.jobs[-1].params == {"template": "expired"}
    assert await store.expire_holds(after, tell) == ()


async def test_a_hold_decided_while_others_expire_is_left_alone(store: Store):
    first, second = held(hours=1), held(hours=2)
    for d in (first, second):
        await store.commit(d)
    approver: list[asyncio.Task] = []

    def tell(case: CaseView) -> tuple:
        if case.reference == first.reference:
            release = store.decide(second.reference, Decision.RELEASE, by=LEADER, reason="", now=NOON)
            approver.append(asyncio.create_task(release))
        return (notice(),)

    assert await store.expire_holds(NOON + timedelta(hours=3), tell) == (first.reference,)
    assert (await approver[0]).state is State.RELEASED


async def test_a_link_does_one_act_once(store: Store):
    d = held(links=(link("confirm", "withdraw"),))
    await store.commit(d)
    view = await store.peek_link(TOKEN)
    assert (view.reference, view.acts, view.used) == (d.reference, ("confirm", "withdraw"), False)
    assert view.expires_at == NOON + timedelta(days=1)
    await store.decide(d.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON, link=TOKEN)
    assert (await store.peek_link(TOKEN)).used
    with pytest.raises(LinkRefused) as caught:
        await used(store, TOKEN, "withdraw", NOON)
    assert caught.value.reason == "used"


async def test_a_link_is_refused_when_unknown_expired_or_for_something_else(store: Store):
    d = held(links=(link("withdraw"),))
    await store.commit(d)
    for token, act, hours, reason in (
        (bytes(32), "withdraw", 0, "unknown"),
        (TOKEN, "confirm", 0, "act"),
        (TOKEN, "withdraw", 24, "expired"),
    ):
        with pytest.raises(LinkRefused) as caught:
            await used(store, token, act, NOON + timedelta(hours=hours))
        assert caught.value.reason == reason
    assert await used(store, TOKEN, "withdraw", NOON) == d.reference


async def test_a_link_of_another_case_decides_nothing(store: Store):
    mine, other = held(links=(link("confirm"),)), held()
    await store.commit(mine)
    await store.commit(other)
    with pytest.raises(LinkRefused):
        await store.decide(other.reference, Decision.CONFIRM, by=TEACHER, reason="", now=NOON, link=TOKEN)
    assert not (await store.peek_link(TOKEN)).used


async def test_a_refused_link_leaves_the_hold_undecided(store: Store):
    d = held(links=(link("withdraw"),))
    await store.commit(d)
    with pytest.raises(LinkRefused):
        await store.decide(d.reference, Decision.CONFIRM, by=TEACHER, reason="", now=NOON, link=TOKEN)
    assert (await store.case(d.reference)).holds[0].decision is None


async def test_a_released_split_message_has_one_record_of_all_its_copies(store: Store):
    first = held(number=7, rcpt_to=PARENTS[:1])
    first = replace(first, hold=replace(first.hold, jobs=(message(PARENTS[:1]),)))
    await together(store, first)
    other = RAW.replace(b"acht", b"8.15")
    await together(store, disposition(7, rcpt_to=PARENTS[1:], jobs=(message(PARENTS[1:]),), message=other))
    await store.decide(first.reference, Decision.RELEASE, by=LEADER, reason="", now=NOON)
    (record,) = await records(store, first.reference)
    assert [(one.copy, one.rcpt_to) for one in record.content.sendings] == [(0, PARENTS[:1]), (1, PARENTS[1:])]
    assert [one.rcpt_to for one in record.content.envelopes] == [PARENTS[:1], PARENTS[1:]]
    assert [await as_submitted(store, record, n) for n in (0, 1)] == [RAW, other]
    one, two = await as_delivered(store, record)
    assert two.raw == one.raw.replace(b"acht", b"8.15")


async def test_a_held_copy_of_mail_among_colleagues_is_archived_when_it_goes_outside(store: Store):
    inside = {"rcpt_to": ("j.smit@school.example",), "external": False, "archive": False, "state": State.RECEIVED}
    first = await together(store, disposition(7, **inside))
    assert (await together(store, held(number=7))).state is State.HELD
    await store.decide(first.reference, Decision.CONFIRM, by=TEACHER, reason="Met opzet", now=NOON)
    assert (await store.case(first.reference)).archive_numbers == (1,)


async def test_the_record_of_a_copy_that_went_out_outlives_the_end_of_a_held_one(store: Store):
    first = await together(store, disposition(7, rcpt_to=PARENTS[:1]))
    await store.settle(first.jobs[0].id, delivered(PARENTS[0]))
    second = await together(store, held(number=7, envelope=EnvelopeRow("submission", TEACHER, PARENTS[1:])))
    assert second.reference == first.reference
    assert await store.expire_holds(NOON + timedelta(days=2), lambda _case: ()) == (first.reference,)
    await store.sweep(NOON + timedelta(days=30))
    (record,) = await store.archive_rows(first.reference)
    assert record.salted is not None


async def test_a_hold_that_does_not_open_keeps_no_other_from_its_end(store: Store, house: House):
    broken, gone, sound = held(hours=1), held(hours=2), held(hours=3)
    for d in (broken, gone, sound):
        await store.commit(d)
    change(house.state, "UPDATE hold SET sealed = substr(sealed, 1, 20) WHERE id = 1")
    name = (await store.case(gone.reference)).message_name
    change(house.keys, f"UPDATE message_key SET wrapped = NULL WHERE name = '{name}'")
    house.clock.advance(seconds=REMEMBER_SECONDS + 1)
    listed = await store.list_holds()
    assert [(hold.reference, bool(hold.approver_person)) for hold in listed] == [
        (broken.reference, False),
        (gone.reference, False),
        (sound.reference, True),
    ]
    # Who should have decided can't be read any more; whose message it was can.
    assert await store.expire_holds(NOON + timedelta(days=2), lambda _case: ()) == (broken.reference, sound.reference)


async def test_the_audit_is_read_in_stretches(store: Store):
    for number in range(5):
        await store.audit(AuditDraft("admin@school.example", f"act_{number}"))
    assert [line.act for line in await store.audit_rows(limit=2)] == ["act_0", "act_1"]
    assert [line.number for line in await store.audit_rows(after=3)] == [4, 5]


async def test_a_persons_own_repair_reaches_each_recipient_of_all_copies_once(store: Store):
    """It takes the place of what the first copy had parked, and of whoever it names of the others."""
    everybody = (*PARENTS, "third@ouders.example", "fourth@ouders.example")
    first = held(number=7, rcpt_to=everybody[:1])
    first = replace(first, hold=replace(first.hold, jobs=(message(everybody[:1]),)))
    await store.commit(first)
    for rcpt in everybody[1:]:
        await together(store, disposition(7, rcpt_to=(rcpt,), jobs=(message((rcpt,)),)))
    repaired = message(everybody[:2], edits=b"")
    await store.decide(first.reference, Decision.FIX, by=TEACHER, reason="", now=NOON, jobs=(repaired,))
    case = await store.case(first.reference)
    went = [
        entry.rcpt
        for job in case.jobs
        if job.status == "open" and job.kind is JobKind.MESSAGE
        for entry in job.recipients
    ]
    assert sorted(went) == sorted(everybody)
    (record,) = await records(store, first.reference)
    assert sorted(rcpt for one in record.content.sendings for rcpt in one.rcpt_to) == sorted(everybody)
