"""Dispositions: written wholly, once, and readable again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.errors import IllegalTransition, StoreUnavailable, UnknownReference
from gateway.store.disposition import AuditDraft, EnvelopeRow, JobKind, Status
from gateway.store.keys import KEY_LIFE
from gateway.store.states import State
from gateway.store.store import Store
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

COLLEAGUE = "j.smit@school.example"


async def test_what_was_committed_is_read_back(store: Store):
    d = disposition(jobs=(message(), notice()), audit=(AuditDraft("system", "accepted", {"by": "test"}),))
    committed = await store.commit(d)
    assert (committed.reference, committed.state, committed.repeated) == (d.reference, State.FIXED, False)
    assert committed.first_action == 2
    case = await store.case(d.reference)
    assert (case.identity, case.sender, case.subject, case.message_id) == (TEACHER, TEACHER, SUBJECT, d.message_id)
    assert case.envelopes == (d.envelope,)
    assert case.findings == d.findings
    assert [job.kind for job in case.jobs] == [JobKind.MESSAGE, JobKind.NOTICE]
    assert [entry.rcpt for entry in case.jobs[0].recipients] == list(PARENTS)
    assert case.jobs[0].edits == EDITS
    assert case.jobs[1].params == {"template": "fixed", "subject": SUBJECT}
    assert (case.external, case.action, case.policy_hash, case.snapshot_id) == (True, 2, "a" * 64, 1)
    assert case.has_message and not case.erased
    assert case.archive_numbers == (1,)
    assert await store.read_message(d.reference) == RAW
    assert await store.read_by_name(case.message_name) == RAW
    (line,) = await store.audit_rows(d.reference)
    assert (line.actor, line.act, line.detail) == ("system", "accepted", {"by": "test"})


async def test_only_jobs_asked_for_come_back_leased(store: Store):
    later = NOON + timedelta(minutes=1)
    committed = await store.commit(disposition(jobs=(message(), notice(), message(not_before=later, leased=True))))
    (job,) = committed.jobs
    assert (job.kind, job.mail_from, job.rcpt_to, job.edits) == (JobKind.MESSAGE, TEACHER, PARENTS, EDITS)
    assert (job.attempts, job.created_at, job.options) == (0, NOON, {"ret": "HDRS"})
    assert await store.read_by_name(job.message_name) == RAW


async def test_a_subject_with_a_lone_surrogate_survives(store: Store):
    d = disposition(subject="\udc80 half a letter \N{SCHOOL}")
    await store.commit(d)
    assert (await store.case(d.reference)).subject == d.subject


async def test_a_retry_gets_the_first_ones_answer_and_nothing_is_written(store: Store):
    first = await store.commit(disposition(7))
    again = await store.commit(disposition(7))
    assert (again.reference, again.repeated, again.jobs) == (first.reference, True, ())
    assert len(await store.archive_rows()) == 1


async def test_a_retry_in_the_same_moment_is_recognised(store: Store):
    first, again = await all_of(store.commit(disposition(7)), store.commit(disposition(7)))
    assert first.reference == again.reference
    assert sorted([first.repeated, again.repeated]) == [False, True]


async def test_a_retry_spelt_otherwise_or_to_fewer_is_still_a_retry(store: Store):
    await store.commit(disposition(7))
    again = await store.commit(disposition(7, rcpt_to=("Anna.Bakker@OUDERS.example",)))
    assert again.repeated


async def test_a_retry_of_a_held_or_blocked_message_hears_that_again(store: Store):
    await store.commit(held(number=7))
    again = await store.commit(disposition(7))
    assert (again.repeated, again.state, again.first_action) == (True, State.HELD, 3)
    await store.commit(blocked(number=8))
    assert (await store.commit(disposition(8))).state is State.BLOCKED


async def test_after_a_day_it_is_a_message_of_its_own(store: Store, house: House):
    first = await store.commit(disposition(7))
    house.clock.advance(hours=24)
    again = await store.commit(disposition(7))
    assert not again.repeated
    assert again.reference != first.reference


async def test_without_a_message_id_every_transaction_is_a_case(store: Store):
    first = await store.commit(disposition(7, message_id=""))
    again = await store.commit(disposition(7, message_id=""))
    assert first.reference != again.reference


async def test_another_content_or_sender_is_another_case(store: Store):
    first = await store.commit(disposition(7))
    other = await store.commit(replace(disposition(7), digest=bytes(32)))
    third = await store.commit(replace(disposition(7), sender="other@school.example"))
    assert len({first.reference, other.reference, third.reference}) == 3


async def test_a_copy_for_others_joins_the_case(store: Store):
    first = await together(store, disposition(7, rcpt_to=PARENTS[:1]))
    other = disposition(7, rcpt_to=PARENTS[1:], message=RAW.replace(b"acht", b"8.15"))
    second = await together(store, other)
    assert (second.reference, second.repeated) == (first.reference, False)
    case = await store.case(first.reference)
    assert [one.rcpt_to for one in case.envelopes] == [PARENTS[:1], PARENTS[1:]]
    assert case.findings == other.findings, "what was found in both together"
    (job,) = second.jobs
    assert job.reference == first.reference
    assert await store.read_by_name(job.message_name) == other.message
    again = await together(store, disposition(7, rcpt_to=PARENTS))
    assert again.repeated


async def test_copies_of_one_moment_join(store: Store):
    one, two, three = await all_of(
        together(store, disposition(7, rcpt_to=PARENTS[:1])),
        together(store, disposition(7, rcpt_to=PARENTS[1:])),
        together(store, disposition(7, rcpt_to=("third@ouders.example",))),
    )
    assert one.reference == two.reference == three.reference
    assert len((await store.case(one.reference)).envelopes) == 3


async def test_a_copy_of_a_delivered_case_opens_it_again(store: Store):
    first = await together(store, disposition(7, rcpt_to=PARENTS[:1]))
    await store.settle(first.jobs[0].id, delivered(*PARENTS[:1]))
    assert (await store.case(first.reference)).state is State.DELIVERED
    second = await together(store, disposition(7, rcpt_to=PARENTS[1:]))
    assert second.state is State.FIXED
    await store.settle(second.jobs[0].id, delivered(*PARENTS[1:]))
    assert (await store.case(first.reference)).state is State.DELIVERED


async def test_a_copy_that_goes_outside_makes_its_case_external(store: Store):
    inside = {"rcpt_to": (COLLEAGUE,), "external": False, "archive": False, "state": State.RECEIVED, "action": 0}
    first = await together(store, disposition(7, **inside))
    await store.settle(first.jobs[0].id, delivered(COLLEAGUE))
    second = await together(store, disposition(7))
    await store.settle(second.jobs[0].id, delivered(*PARENTS))
    case = await store.case(first.reference)
    assert (case.external, case.state, case.archive_numbers) == (True, State.DELIVERED, (1,))
    await store.sweep(NOON + timedelta(days=30))
    (record,) = await store.archive_rows(first.reference)
    assert record.salted is not None
    assert (await store.case(first.reference)).has_message


async def test_a_copy_of_a_held_case_waits_with_it(store: Store):
    first = await together(store, held(number=7, envelope=EnvelopeRow("submission", TEACHER, PARENTS[:1])))
    second = await together(store, disposition(7, rcpt_to=PARENTS[1:], jobs=(message(PARENTS[1:]), notice())))
    assert (second.reference, second.state, second.first_action, second.jobs) == (first.reference, State.HELD, 3, ())
    case = await store.case(first.reference)
    assert [job.status for job in case.jobs if job.kind is JobKind.MESSAGE] == ["parked", "parked"]
    assert case.archive_numbers == ()


async def test_a_copy_of_a_case_on_its_way_may_hold_it(store: Store):
    first = await together(store, disposition(7, rcpt_to=PARENTS[:1]))
    second = await together(store, held(number=7, envelope=EnvelopeRow("submission", TEACHER, PARENTS[1:])))
    assert second.state is State.HELD
    await store.settle(first.jobs[0].id, delivered(*PARENTS[:1]))
    case = await store.case(first.reference)
    assert case.state is State.HELD
    assert case.jobs[0].recipients[0].status is Status.DELIVERED


async def test_a_blocked_copy_blocks_a_held_case_and_ends_its_hold(store: Store):
    first = await together(store, held(number=7, envelope=EnvelopeRow("submission", TEACHER, PARENTS[:1])))
    second = await together(store, blocked(number=7, rcpt_to=PARENTS[1:]))
    assert second.state is State.BLOCKED
    case = await store.case(first.reference)
    assert case.holds[0].decision == "block"
    assert case.closed_at == NOON
    assert await store.list_holds() == ()


async def test_a_blocked_copy_stops_what_was_not_sent_and_keeps_the_record_of_what_was(store: Store):
    first = await together(store, disposition(7, rcpt_to=PARENTS[:1], jobs=(message(PARENTS[:1]),)))
    await store.settle(first.jobs[0].id, delivered(PARENTS[0]))
    waiting = await together(store, disposition(8, rcpt_to=PARENTS[:1], jobs=(message(PARENTS[:1], leased=False),)))
    for number in (7, 8):
        await together(store, blocked(number=number, envelope=EnvelopeRow("relay", TEACHER, PARENTS[1:])))
    assert [job.status for job in (await store.case(first.reference)).jobs] == ["settled"]
    assert [job.status for job in (await store.case(waiting.reference)).jobs] == ["cancelled"]
    await store.sweep(NOON + timedelta(days=15))
    (record,) = await store.archive_rows(first.reference)
    assert record.salted is not None


async def test_a_message_sent_again_to_others_after_it_was_withdrawn_is_a_new_case(store: Store):
    from gateway.store.disposition import Decision

    first = await store.commit(held(number=7, envelope=EnvelopeRow("submission", TEACHER, PARENTS[:1])))
    await store.decide(first.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON)
    second = await store.commit(disposition(7, rcpt_to=PARENTS[1:]))
    assert second.reference != first.reference


@pytest.mark.parametrize("how", ["RETURN", "WITHDRAW", "EXPIRE"])
async def test_a_message_sent_again_after_it_came_back_is_a_new_case_and_goes_out(store: Store, how: str):
    """Its sender was told that it was not sent: an answer that says otherwise would lose it."""
    from gateway.store.disposition import Decision

    first = await store.commit(held(number=7))
    await store.decide(first.reference, Decision[how], by=TEACHER, reason="", now=NOON)
    second = await store.commit(disposition(7))
    assert second.reference != first.reference
    assert not second.repeated
    assert second.jobs
    third = await store.commit(disposition(7))
    assert (third.reference, third.repeated) == (second.reference, True)


@pytest.mark.parametrize(
    ("roles", "decides"),
    [(("self", "team_leader"), "team_leader"), (("privacy_officer", "self"), "privacy_officer")],
)
async def test_two_held_copies_wait_for_the_stricter_approver(store: Store, roles: tuple[str, str], decides: str):
    for role, parent in zip(roles, PARENTS, strict=True):
        copy = held(number=7, approver=role, envelope=EnvelopeRow("submission", TEACHER, (parent,)))
        committed = await together(store, copy)
    assert (await store.case(committed.reference)).approver == decides


async def test_a_held_copy_names_the_approver_of_a_case_that_had_none(store: Store):
    await together(store, disposition(7, rcpt_to=PARENTS[:1]))
    second = await together(
        store, held(number=7, approver="manager", envelope=EnvelopeRow("submission", TEACHER, PARENTS[1:]))
    )
    assert (await store.case(second.reference)).approver == "manager"
    third = await together(store, disposition(7, rcpt_to=("x@ouders.example",)))
    assert (await store.case(third.reference)).approver == "manager"


async def test_a_case_cannot_begin_as_delivered(store: Store):
    with pytest.raises(IllegalTransition):
        await store.commit(disposition(state=State.DELIVERED))


async def test_a_message_whose_key_waited_too_long_is_refused(store: Store, house: House):
    writer = store.new_blob()
    await writer.write(RAW)
    blob = await writer.finish()
    house.clock.advance(seconds=KEY_LIFE.total_seconds() + 1)
    with pytest.raises(StoreUnavailable):
        await store.commit(disposition(message=blob))


async def test_messages_of_every_size_come_back(store: Store):
    for size in (0, 1, 40_000, 256 * 1024, 256 * 1024 + 1, 700_000):
        d = disposition(message=bytes(range(256)) * (size // 256) + b"x" * (size % 256))
        await store.commit(d)
        assert await store.read_message(d.reference) == d.message
        assert (await store.case(d.reference)).message_bytes == size


async def test_copies_of_no_case_are_refused(store: Store):
    with pytest.raises(UnknownReference):
        await store.copies("R-none")
