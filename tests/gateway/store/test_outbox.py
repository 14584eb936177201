"""The outbox: leases, per-recipient results, and the end of a case."""

from datetime import timedelta

import pytest

from gateway.errors import Erased, UnknownReference
from gateway.store.disposition import JobKind, Status
from gateway.store.keys import REMEMBER_SECONDS
from gateway.store.rows import LEASE
from gateway.store.states import State
from gateway.store.store import Store
from tests.support.stores import (
    NOON,
    PARENTS,
    TEACHER,
    House,
    all_of,
    deferred,
    delivered,
    disposition,
    held,
    message,
    notice,
    refused,
)

ANNA, PIET = PARENTS


async def test_a_job_that_is_not_leased_is_taken_by_whoever_asks_first(store: Store):
    d = disposition(jobs=(message(leased=False),))
    await store.commit(d)
    (job,) = await store.lease("worker-2", 10, NOON)
    assert (job.reference, job.rcpt_to, job.mail_from) == (d.reference, PARENTS, TEACHER)
    assert await store.lease("worker-3", 10, NOON) == []


async def test_a_lease_that_ended_passes_on(store: Store, house: House):
    """The process that accepted died: its job goes to the next one."""
    committed = await store.commit(disposition())
    assert await store.lease("worker-2", 10, NOON + LEASE - timedelta(seconds=1)) == []
    (job,) = await store.lease("worker-2", 10, NOON + LEASE)
    assert job.id == committed.jobs[0].id


async def test_a_renewed_lease_holds_longer_and_only_for_its_owner(store: Store):
    (job,) = (await store.commit(disposition())).jobs
    await store.renew([job.id], "somebody-else", NOON + timedelta(minutes=1))
    await store.renew([job.id], "worker-1", NOON + timedelta(minutes=1))
    assert await store.lease("worker-2", 10, NOON + LEASE) == []
    assert await store.lease("worker-2", 10, NOON + LEASE + timedelta(minutes=1))


async def test_at_shutdown_leases_are_given_back(store: Store):
    (job,) = (await store.commit(disposition())).jobs
    await store.release_leases("somebody-else")
    assert await store.lease("worker-2", 10, NOON) == []
    await store.release_leases("worker-1")
    (again,) = await store.lease("worker-2", 10, NOON)
    assert again.id == job.id


async def test_a_job_waits_until_its_moment(store: Store):
    later = NOON + timedelta(minutes=5)
    await store.commit(disposition(jobs=(message(not_before=later),)))
    assert await store.next_due() == later
    assert await store.lease("worker-1", 10, later - timedelta(seconds=1)) == []
    (job,) = await store.lease("worker-1", 10, later)
    assert job.not_before == later


async def test_a_given_back_job_still_waits_until_its_moment(store: Store):
    later = NOON + timedelta(minutes=5)
    await store.commit(disposition(jobs=(message(not_before=later),)))
    await store.lease("worker-1", 10, later)
    await store.release_leases("worker-1")
    assert await store.next_due() == later


async def test_a_lease_takes_the_longest_waiting_first_and_no_more_than_asked(store: Store, house: House):
    references = []
    for _ in range(3):
        d = disposition(jobs=(message(leased=False),))
        await store.commit(d)
        references.append(d.reference)
        house.clock.advance(seconds=1)
    jobs = await store.lease("worker-1", 2, house.clock.now())
    assert [job.reference for job in jobs] == references[:2]


async def test_when_all_are_delivered_the_case_is(store: Store):
    d = disposition()
    (job,) = (await store.commit(d)).jobs
    await store.settle(job.id, delivered(*PARENTS))
    case = await store.case(d.reference)
    assert (case.state, case.closed_at) == (State.DELIVERED, NOON)
    assert [(one.status, one.code) for one in case.jobs[0].recipients] == [(Status.DELIVERED, 250)] * 2
    assert (case.jobs[0].status, case.jobs[0].attempts) == ("settled", 1)
    assert await store.next_due() is None


async def test_one_refused_recipient_makes_the_case_failed(store: Store):
    d = disposition()
    (job,) = (await store.commit(d)).jobs
    await store.settle(job.id, [*delivered(ANNA), *refused(PIET)])
    case = await store.case(d.reference)
    assert case.state is State.FAILED
    assert case.jobs[0].recipients[1].text == f"5.1.1 <{PIET}> unknown"


async def test_a_deferred_recipient_alone_is_tried_again(store: Store):
    d = disposition()
    (job,) = (await store.commit(d)).jobs
    again = NOON + timedelta(minutes=10)
    await store.settle(job.id, [*delivered(ANNA), *deferred(PIET)], again)
    assert (await store.case(d.reference)).state is State.FIXED
    assert await store.lease("worker-1", 10, again - timedelta(seconds=1)) == []
    (job,) = await store.lease("worker-1", 10, again)
    assert (job.rcpt_to, job.attempts) == ((PIET,), 1)
    await store.settle(job.id, delivered(PIET))
    case = await store.case(d.reference)
    assert case.state is State.DELIVERED
    assert [one.deferred for one in case.jobs[0].recipients] == [0, 1]


async def test_without_a_moment_the_next_attempt_is_due_at_once(store: Store):
    (job,) = (await store.commit(disposition())).jobs
    await store.settle(job.id, deferred(*PARENTS))
    assert [again.id for again in await store.lease("worker-2", 10, NOON)] == [job.id]


async def test_a_given_back_job_keeps_its_next_attempt(store: Store):
    (job,) = (await store.commit(disposition())).jobs
    again = NOON + timedelta(minutes=10)
    await store.settle(job.id, deferred(*PARENTS), again)
    await store.lease("worker-1", 10, again)
    await store.release_leases("worker-1")
    assert await store.next_due() == again


async def test_what_is_settled_stays_settled(store: Store):
    """A slow process reports after another took over the job: the first result of a recipient counts."""
    d = disposition()
    (job,) = (await store.commit(d)).jobs
    await store.settle(job.id, [*delivered(ANNA), *deferred(PIET)])
    await store.settle(job.id, [*refused(ANNA), *delivered(PIET)])
    await store.settle(job.id, refused(*PARENTS))
    await store.settle(999, delivered(ANNA))
    case = await store.case(d.reference)
    assert case.state is State.DELIVERED
    assert case.jobs[0].attempts == 2


async def test_two_results_of_one_job_in_one_moment_both_count(store: Store):
    d = disposition()
    (job,) = (await store.commit(d)).jobs
    await all_of(store.settle(job.id, delivered(ANNA)), store.settle(job.id, delivered(PIET)))
    assert (await store.case(d.reference)).state is State.DELIVERED


async def test_the_case_waits_for_its_last_dialogue_but_not_for_notices(store: Store):
    d = disposition(jobs=(message((ANNA,)), message((PIET,)), notice()))
    first, second = (await store.commit(d)).jobs
    await store.settle(first.id, delivered(ANNA))
    assert (await store.case(d.reference)).state is State.FIXED
    await store.settle(second.id, delivered(PIET))
    assert (await store.case(d.reference)).state is State.DELIVERED
    (late,) = await store.lease("worker-1", 10, NOON)
    assert late.kind is JobKind.NOTICE
    await store.settle(late.id, delivered(TEACHER))
    assert (await store.case(d.reference)).state is State.DELIVERED


async def test_a_notice_of_a_held_message_leaves_it_held(store: Store):
    d = held(jobs=(notice(leased=True),))
    (job,) = (await store.commit(d)).jobs
    await store.settle(job.id, delivered(TEACHER))
    assert (await store.case(d.reference)).state is State.HELD
    assert await store.lease("worker-1", 10, NOON + timedelta(days=1)) == []


async def test_many_results_are_entered_at_once(store: Store):
    cases = [disposition() for _ in range(40)]
    jobs = [(await store.commit(d)).jobs[0] for d in cases]
    await all_of(*(store.settle(job.id, delivered(*PARENTS)) for job in jobs))
    assert {(await store.case(d.reference)).state for d in cases} == {State.DELIVERED}


async def test_a_dsn_is_added_to_its_case(store: Store):
    d = disposition(jobs=())
    await store.commit(d)
    dsn, kept = message(kind=JobKind.DSN, mail_from="", rcpt_to=(TEACHER,), params={"of": "1"}), notice()
    (job,) = await store.act(lambda connection, pen: pen.outbox.add(connection, d.reference, (dsn, kept), NOON))
    assert (job.kind, job.rcpt_to, job.params, job.reference) == (JobKind.DSN, (TEACHER,), {"of": "1"}, d.reference)
    assert [one.kind for one in (await store.case(d.reference)).jobs] == [JobKind.DSN, JobKind.NOTICE]
    with pytest.raises(UnknownReference):
        await store.act(lambda connection, pen: pen.outbox.add(connection, "R-none", (dsn,), NOON))


async def test_a_row_that_does_not_open_is_set_aside_and_blocks_nobody(store: Store, house: House):
    from tests.support.databases import change

    bad, good = disposition(jobs=(message(leased=False),)), disposition(jobs=(message(leased=False),))
    await store.commit(bad)
    await store.commit(good)
    change(house.state, "UPDATE outbox SET sealed = substr(sealed, 1, 20) WHERE id = 1")
    jobs = await store.lease("worker-1", 10, NOON)
    assert [job.reference for job in jobs] == [good.reference]
    (line,) = await store.audit_rows(bad.reference)
    assert (line.act, line.detail) == ("job_stuck", {"job": "1"})
    assert await store.lease("worker-1", 10, NOON + timedelta(days=1)) != []


async def test_a_row_whose_key_is_gone_is_set_aside(store: Store, house: House):
    from tests.support.databases import change

    d = disposition(jobs=(message(leased=False),))
    await store.commit(d)
    change(house.keys, "UPDATE message_key SET wrapped = NULL")
    house.clock.advance(seconds=REMEMBER_SECONDS + 1)
    assert await store.lease("worker-1", 10, house.clock.now()) == []
    assert (await store.audit_rows(d.reference))[0].act == "job_stuck"


async def test_a_result_for_a_message_whose_key_is_gone_is_refused_alone(store: Store, house: House):
    from tests.support.databases import change

    (gone,) = (await store.commit(disposition())).jobs
    change(house.keys, "UPDATE message_key SET wrapped = NULL")
    house.clock.advance(seconds=REMEMBER_SECONDS + 1)
    d = disposition()
    (kept,) = (await store.commit(d)).jobs
    first, second = await all_of(store.settle(gone.id, delivered(*PARENTS)), store.settle(kept.id, delivered(*PARENTS)))
    assert isinstance(first, Erased)
    assert second is None
    assert (await store.case(d.reference)).state is State.DELIVERED
