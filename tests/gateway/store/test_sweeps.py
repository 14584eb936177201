"""The end of things."""

import os
from datetime import datetime, timedelta

import pytest

from gateway.archive.record import records
from gateway.archive.verify import verify_archive, verify_audit
from gateway.errors import Erased, IllegalTransition, LinkRefused, UnknownReference
from gateway.store.commit import EVIDENCE_KEPT
from gateway.store.disposition import Decision, LinkDraft
from gateway.store.keys import STOCK, SWEEP_AGE
from gateway.store.states import State
from gateway.store.store import Store
from gateway.store.sweeps import CONTACT_KEPT, LINK_KEPT
from tests.support.databases import ask
from tests.support.stores import (
    NOON,
    PARENTS,
    RAW,
    TEACHER,
    House,
    blocked,
    delivered,
    disposition,
    held,
    message,
    notice,
)

HOUR = timedelta(hours=1)


async def settled(store: Store, **changes: object) -> str:
    d = disposition(**changes)
    for job in (await store.commit(d)).jobs:
        await store.settle(job.id, delivered(*job.rcpt_to))
    return d.reference


async def test_internal_mail_is_gone_within_an_hour_after_the_last_recipient(store: Store):
    reference = await settled(store, external=False, archive=False)
    waiting = disposition(external=False, archive=False, jobs=(message(), notice()))
    await store.commit(waiting)
    assert (await store.sweep(NOON)).removed == 0
    swept = await store.sweep(NOON + HOUR)
    assert (swept.removed, swept.erased) == (1, 0)
    with pytest.raises(Erased):
        await store.read_message(reference)
    case = await store.case(reference)
    assert (case.has_message, case.erased, case.identity) == (False, False, TEACHER)
    assert await store.read_message(waiting.reference) == RAW
    assert (await store.sweep(NOON + HOUR)).removed == 0


async def test_the_file_of_a_large_internal_message_goes_too(store: Store, house: House):
    reference = await settled(store, external=False, archive=False, message=os.urandom(300_000))
    age(house, NOON - 2 * HOUR)
    assert (await store.sweep(NOON)).blobs == 0
    assert (await store.sweep(NOON + HOUR)).blobs == 1
    assert list((house.folder / "blobs").iterdir()) == []
    with pytest.raises(Erased):
        await store.read_message(reference)


async def test_archived_mail_stays(store: Store):
    reference = await settled(store)
    await store.sweep(NOON + timedelta(days=365))
    assert await store.read_message(reference) == RAW
    assert (await records(store, reference))[0].content is not None


async def test_of_protected_people_the_archive_keeps_the_record_only(store: Store):
    reference = await settled(store, keep_bytes=False)
    await store.sweep(NOON + HOUR)
    with pytest.raises(Erased):
        await store.read_message(reference)
    await store.sweep(NOON + timedelta(days=365))
    (record,) = await records(store, reference)
    assert record.content.bytes_kept is False
    assert record.content.envelopes[0].rcpt_to == PARENTS


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.WITHDRAW, Decision.EXPIRE])
async def test_evidence_is_kept_fourteen_days(store: Store, decision: Decision):
    d = held()
    await store.commit(d)
    await store.decide(d.reference, decision, by=TEACHER, reason="", now=NOON)
    almost = NOON + EVIDENCE_KEPT - timedelta(seconds=1)
    assert (await store.sweep(almost)).erased == 0
    assert await store.read_message(d.reference) == RAW
    assert (await store.sweep(almost + timedelta(seconds=1))).erased == 1
    with pytest.raises(Erased):
        await store.read_message(d.reference)


async def test_blocked_mail_is_evidence_from_the_start(store: Store):
    d = blocked()
    await store.commit(d)
    assert (await store.sweep(NOON + EVIDENCE_KEPT)).erased == 1
    assert (await store.case(d.reference)).state is State.BLOCKED


async def test_an_unblocked_message_is_no_longer_swept(store: Store):
    d = blocked()
    await store.commit(d)
    await store.decide(d.reference, Decision.UNBLOCK, by=TEACHER, reason="", now=NOON, hold=held().hold)
    assert (await store.sweep(NOON + 2 * EVIDENCE_KEPT)).erased == 0
    assert await store.read_message(d.reference) == RAW


async def test_erasing_takes_everything_that_names_a_person_and_leaves_the_chains(store: Store, house: House):
    token = bytes(range(32))
    reference = await settled(store, links=(LinkDraft(token, ("withdraw",), NOON + HOUR),), jobs=(message(), notice()))
    other = await settled(store)
    await store.erase(reference, by="fg@school.example", reason="verzoek")
    case = await store.case(reference)
    assert case.erased
    assert (case.identity, case.sender, case.subject, case.message_id) == ("", "", "", "")
    assert (case.envelopes, case.jobs, case.has_message) == ((), (), False)
    assert (case.findings[0].clause, case.findings[0].evidence, case.findings[0].clear) == ("C19", "", "")
    assert case.state is State.DELIVERED
    with pytest.raises(LinkRefused):
        await store.peek_link(token)
    with pytest.raises(Erased):
        await store.read_message(reference)
    database = house.state
    number = ask(database, 'SELECT id FROM "case" WHERE reference = ?', reference)[0][0]
    for table in ("blind_index", "link"):
        assert ask(database, f"SELECT count(*) FROM {table} WHERE case_id = ?", number) == [(0,)]
    assert ask(database, "SELECT count(*) FROM outbox WHERE case_id = ? AND status = 'open'", number) == [(0,)]
    (record,) = await records(store, reference)
    assert record.content is None
    assert (await records(store, other))[0].content is not None
    assert (await verify_archive(store)).broken_at is None
    assert (await verify_audit(store)).broken_at is None
    (line,) = await store.audit_rows(reference)
    assert (line.actor, line.act, line.detail) == ("fg@school.example", "case_erased", {"reason": "verzoek"})
    assert await store.read_message(other) == RAW


async def test_an_erased_hold_shows_nobody(store: Store):
    d = held("team_leader", "t.leider@school.example")
    await store.commit(d)
    await store.decide(d.reference, Decision.RETURN, by="t.leider@school.example", reason="nee", now=NOON)
    await store.erase(d.reference, by="fg@school.example", reason="")
    (hold,) = (await store.case(d.reference)).holds
    assert (hold.approver, hold.decision) == ("team_leader", "return")
    assert (hold.approver_person, hold.identity, hold.subject, hold.decided_by, hold.reason) == ("",) * 5


async def test_what_waits_for_a_decision_cannot_be_erased(store: Store):
    d = held()
    await store.commit(d)
    with pytest.raises(IllegalTransition):
        await store.erase(d.reference, by="fg@school.example", reason="")
    with pytest.raises(UnknownReference):
        await store.erase("R-none", by="fg@school.example", reason="")
    assert await store.read_message(d.reference) == RAW


async def test_an_erasure_may_be_repeated(store: Store):
    """A crash between the key and the row leaves half: doing it again completes it."""
    reference = await settled(store)
    for _ in range(2):
        await store.erase(reference, by="fg@school.example", reason="")
    assert (await store.case(reference)).erased


async def test_the_same_message_after_an_erasure_is_a_new_case(store: Store):
    reference = await settled(store, number=7)
    await store.erase(reference, by="fg@school.example", reason="")
    assert not (await store.commit(disposition(7))).repeated


def age(house: House, moment: datetime) -> None:
    for path in (house.folder / "blobs").iterdir():
        os.utime(path, (moment.timestamp(), moment.timestamp()))


async def test_files_no_message_names_go_after_an_hour(store: Store, house: House):
    kept = disposition(message=os.urandom(300_000))
    await store.commit(kept)
    writer = store.new_blob()
    await writer.write(os.urandom(300_000))
    orphan = store.new_blob()
    await orphan.write(b"x")
    await orphan.finish()
    age(house, NOON)
    assert (await store.sweep(NOON + HOUR)).blobs == 0
    assert (await store.sweep(NOON + HOUR + timedelta(seconds=1))).blobs == 2
    assert await store.read_message(kept.reference) == kept.message
    await writer.abort()


async def test_keys_no_message_uses_go_after_an_hour(store: Store, house: House):
    d = disposition()
    await store.commit(d)
    later = NOON + SWEEP_AGE + timedelta(seconds=1)
    assert (await store.sweep(NOON + SWEEP_AGE)).keys == 0
    assert (await store.sweep(later)).keys == STOCK - 1
    assert (await store.sweep(later)).keys == 0
    house.clock.advance(hours=2)
    assert await store.read_message(d.reference) == RAW


async def test_contacts_and_links_are_forgotten_in_time(store: Store, house: House):
    token = bytes(range(32))
    await store.commit(held(links=(LinkDraft(token, ("withdraw",), NOON),)))
    await store.sweep(NOON + LINK_KEPT)
    assert (await store.peek_link(token)).acts == ("withdraw",)
    await store.sweep(NOON + LINK_KEPT + timedelta(seconds=1))
    with pytest.raises(LinkRefused):
        await store.peek_link(token)
    database = house.state
    assert ask(database, "SELECT count(*) FROM contact") == [(2,)]
    await store.sweep(NOON + CONTACT_KEPT)
    assert ask(database, "SELECT count(*) FROM contact") == [(2,)]
    await store.sweep(NOON + CONTACT_KEPT + timedelta(seconds=1))
    assert ask(database, "SELECT count(*) FROM contact") == [(0,)]


async def test_contact_history_keeps_the_first_and_the_last_date(store: Store, house: House):
    await store.commit(disposition())
    house.clock.advance(days=3)
    await store.commit(disposition())
    rows = ask(house.state, "SELECT (last_at - first_at) / 1000000 FROM contact")
    assert rows == [(3 * 86400,)] * 2
