"""Archive records read back: as submitted, as delivered, and why."""

from hashlib import sha256

import pytest

from gateway.archive import verify
from gateway.archive.record import as_delivered, as_submitted, records
from gateway.archive.verify import Verified, verify_archive, verify_audit
from gateway.errors import Damaged, Erased
from gateway.store.disposition import AuditDraft
from gateway.store.records import Decree
from gateway.store.store import Store
from rules.message import HeaderEdit
from tests.support.databases import ask, change
from tests.support.stores import (
    BODY,
    EDITS,
    NOON,
    PARENTS,
    RAW,
    TEACHER,
    House,
    delivered,
    disposition,
    held,
    message,
    notice,
)


async def test_the_record_tells_what_was_received_what_was_sent_and_why(store: Store):
    d = disposition(jobs=(message(PARENTS[:1]), message(PARENTS[1:], edits=b""), notice()))
    await store.commit(d)
    (record,) = await records(store)
    assert (record.number, record.at, record.reference) == (1, NOON, d.reference)
    content = record.content
    assert (content.reference, content.copies[0].size, content.bytes_kept) == (d.reference, len(RAW), True)
    assert content.envelopes == (d.envelope,)
    assert content.decree == Decree(2, "fixed", "a" * 64, 1)
    assert await as_submitted(store, record) == RAW
    fixed, untouched = await as_delivered(store, record)
    assert (fixed.mail_from, fixed.rcpt_to, untouched.rcpt_to) == (TEACHER, PARENTS[:1], PARENTS[1:])
    assert fixed.raw == RAW.replace(b"To: anna.bakker@ouders.example", b"To: m.devries@school.example")
    assert fixed.raw.endswith(b"\r\n\r\n" + BODY)
    assert untouched.raw == RAW


async def test_the_record_names_the_ciphertext_that_is_stored(store: Store, house: House):
    await store.commit(disposition())
    large = disposition(message=bytes(range(256)) * 2000)
    await store.commit(large)
    first, second = await records(store)
    ((body,),) = ask(house.state, "SELECT body FROM message WHERE id = 1")
    assert first.content.copies[0].ciphertext == sha256(body).hexdigest()
    file = house.folder / "blobs" / second.content.copies[0].message
    assert second.content.copies[0].ciphertext == sha256(file.read_bytes()).hexdigest()


async def test_the_records_of_one_case_or_all_after_a_number(store: Store):
    cases = [disposition() for _ in range(4)]
    for d in cases:
        await store.commit(d)
    assert [one.number for one in await records(store, after=1, limit=2)] == [2, 3]
    assert [one.number for one in await records(store, cases[2].reference)] == [3]


async def test_held_mail_and_internal_mail_have_no_record(store: Store):
    await store.commit(held())
    await store.commit(disposition(external=False, archive=False))
    assert await records(store) == ()


async def test_an_erased_record_shows_nothing(store: Store):
    d = disposition()
    (job,) = (await store.commit(d)).jobs
    await store.settle(job.id, delivered(*PARENTS))
    (before,) = await records(store)
    await store.erase(d.reference, by="fg@school.example", reason="")
    (record,) = await records(store)
    with pytest.raises(Erased):
        await as_submitted(store, record)
    with pytest.raises(Erased):
        await as_delivered(store, before)


async def test_a_record_that_does_not_fit_its_commitment_is_not_shown(store: Store, house: House):
    for _ in range(2):
        await store.commit(disposition())
    database = house.state
    change(database, "UPDATE archive_record SET commitment = zeroblob(32) WHERE number = 1")
    with pytest.raises(Damaged):
        await records(store)
    change(database, "UPDATE archive_record SET sealed = (SELECT sealed FROM archive_record WHERE number = 2)")
    with pytest.raises(Damaged):
        await records(store)


async def test_the_same_content_is_committed_to_differently_each_time(store: Store, house: House):
    """Salted: who guesses the content can't test the guess against the chain."""
    await store.commit(disposition(message_id=""))
    await store.commit(disposition(message_id=""))
    rows = ask(house.state, "SELECT commitment FROM archive_record")
    assert len(set(rows)) == 2


async def test_chains_are_followed_in_stretches(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verify, "STRETCH", 3)
    assert await verify_archive(store) == Verified(0, None)
    for _ in range(7):
        await store.commit(disposition(audit=(AuditDraft("system", "accepted"),)))
    assert await verify_archive(store) == Verified(7, None)
    assert await verify_audit(store) == Verified(7, None)


@pytest.mark.parametrize(
    ("damage", "broken_at"),
    [
        ("UPDATE archive_record SET at = at + 1 WHERE number = 5", 5),
        ("UPDATE archive_record SET commitment = zeroblob(32) WHERE number = 2", 2),
        ("DELETE FROM archive_record WHERE number = 4", 4),
        ("UPDATE archive_record SET hash = zeroblob(32) WHERE number = 6", 6),
        ("UPDATE archive_record SET previous = zeroblob(32) WHERE number = 3", 3),
        ("DELETE FROM archive_record WHERE number = 1", 1),
    ],
)
async def test_damage_to_the_archives_chain_is_found(
    store: Store, house: House, monkeypatch: pytest.MonkeyPatch, damage: str, broken_at: int
):
    monkeypatch.setattr(verify, "STRETCH", 3)
    for _ in range(7):
        await store.commit(disposition())
    change(house.state, damage)
    assert (await verify_archive(store)).broken_at == broken_at


@pytest.mark.parametrize(
    ("damage", "broken_at"),
    [
        ("UPDATE audit SET act = 'nothing' WHERE number = 2", 2),
        ("UPDATE audit SET reference = 'R1' WHERE number = 3", 3),
        ("UPDATE audit SET sealed = zeroblob(40) WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
    ],
)
async def test_damage_to_the_audit_is_found(store: Store, house: House, damage: str, broken_at: int):
    for number in range(4):
        await store.audit(AuditDraft("system", f"act_{number}"))
    change(house.state, damage)
    assert (await verify_audit(store)).broken_at == broken_at


async def test_an_audit_line_that_was_moved_does_not_open(store: Store, house: House):
    for number in range(2):
        await store.audit(AuditDraft("system", f"act_{number}"))
    change(house.state, "UPDATE audit SET sealed = (SELECT sealed FROM audit WHERE number = 2)")
    with pytest.raises(Damaged):
        await store.audit_rows()


def test_edits_are_written_and_read_the_same():
    from gateway.store.disposition import pack_edits, unpack_edits

    edits = (HeaderEdit(0, 5, bytes(range(256))), HeaderEdit(9, 9, b""))
    assert unpack_edits(pack_edits(edits)) == edits
    assert (pack_edits(()), unpack_edits(b"")) == (b"", ())
    assert unpack_edits(EDITS)[0].replacement == b"To: m.devries@school.example\r\n"
