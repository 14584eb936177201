"""Policy versions, directory snapshots, settings."""

from hashlib import sha256

import psycopg
import pysqlite3
import pytest

from gateway.errors import Damaged
from gateway.store.store import Store
from gateway.store.views import Changes, RegisterEntry
from tests.support.databases import ask, change
from tests.support.stores import NOON, House

ADMIN = "admin@school.example"


async def test_an_empty_store_has_nothing_in_force(store: Store):
    assert await store.active_policy() is None
    assert await store.active_snapshot() is None
    assert await store.policy_versions() == ()
    assert await store.snapshots() == ()
    assert await store.settings() == {}
    assert await store.changes() == Changes(None, None, 0)


async def test_the_newest_policy_is_in_force_and_the_older_ones_stay(store: Store, house: House):
    first = await store.put_policy("one", ADMIN)
    house.clock.advance(hours=1)
    second = await store.put_policy("two", ADMIN)
    assert (first.sha256, first.valid_from, first.author) == (sha256(b"one").hexdigest(), NOON, ADMIN)
    assert await store.active_policy() == second
    assert [(one.text, one.active) for one in await store.policy_versions()] == [("one", False), ("two", True)]
    assert (await store.changes()).policy_sha256 == second.sha256
    assert [line.act for line in await store.audit_rows()] == ["policy_imported"] * 2


async def test_importing_what_is_in_force_changes_nothing_and_going_back_is_a_version(store: Store):
    first = await store.put_policy("one", ADMIN)
    assert await store.put_policy("one", "other@school.example") == first
    await store.put_policy("two", ADMIN)
    await store.put_policy("one", ADMIN)
    assert [one.text for one in await store.policy_versions()] == ["one", "two", "one"]
    assert (await store.active_policy()).text == "one"


async def test_the_newest_directory_is_in_force(store: Store):
    await store.put_snapshot(b"old", {"staff": 1}, ADMIN)
    new = await store.put_snapshot(b"new" * 1000, {"staff": 2, "parents": 9}, ADMIN)
    assert await store.active_snapshot() == new
    assert new.blob == b"new" * 1000
    old, listed = await store.snapshots()
    assert (old.active, old.counts, old.blob) == (False, {"staff": 1}, None)
    assert (listed.active, listed.id) == (True, 2)
    assert (await store.changes()).snapshot_id == 2
    assert (await store.audit_rows())[1].detail == {"snapshot": "2"}


async def test_a_directory_that_was_changed_does_not_open(store: Store, house: House):
    await store.put_snapshot(b"roster", {}, ADMIN)
    change(house.state, "UPDATE snapshot SET blob = CAST(blob || x'00' AS BLOB)")
    with pytest.raises(Damaged):
        await store.active_snapshot()


async def test_a_setting_is_changed_and_noticed(store: Store, house: House):
    await store.put_setting("crisis", "defer", ADMIN)
    before = await store.changes()
    await store.put_setting("crisis", "off", ADMIN)
    await store.put_setting("banner", "hello", ADMIN)
    assert await store.settings() == {"banner": "hello", "crisis": "off"}
    assert (await store.changes()).settings_version > before.settings_version
    assert [line.detail for line in await store.audit_rows()] == [
        {"key": "crisis", "value": "defer"},
        {"key": "crisis", "value": "off"},
        {"key": "banner", "value": "hello"},
    ]


async def test_a_setting_moved_to_another_key_does_not_open(store: Store, house: House):
    await store.put_setting("crisis", "defer", ADMIN)
    change(house.state, "UPDATE setting SET key = 'other'")
    with pytest.raises(Damaged):
        await store.settings()


async def test_the_database_itself_allows_one_active_version(store: Store, house: House):
    await store.put_policy("one", ADMIN)
    await store.put_policy("two", ADMIN)
    with pytest.raises((psycopg.errors.UniqueViolation, pysqlite3.IntegrityError)):
        change(house.state, "UPDATE policy_version SET active = 1")
    assert ask(house.state, "SELECT count(*) FROM policy_version WHERE active") == [(1,)]


async def test_another_process_sees_a_new_version_at_once(store: Store, house: House):
    with house.opened("office") as office:
        await office.put_policy("one", ADMIN)
        assert (await store.active_policy()).text == "one"


async def test_an_entry_of_a_register_is_kept_sealed_noticed_and_audited(store: Store, house: House):
    row = {"id": "T1", "subject_id": "201700023", "recipient": "C1", "data_kinds": ["phone", "health"]}
    given = RegisterEntry("consents", "T1", row, author=ADMIN)
    await store.put_setting("crisis", "off", ADMIN)
    await store.put_entry(given, "consent_added")
    assert await store.entries() == (given,)
    assert await store.settings() == {"crisis": "off"}, "a register is no switch"
    assert (await store.changes()).settings_version == 2
    ended = RegisterEntry("consents", "T1", {**row, "withdrawn_on": "2026-11-16"}, author=ADMIN)
    await store.put_entry(ended, "consent_withdrawn")
    law = RegisterEntry("grounds", "~1", {"id": "1", "party": "zorg"}, imported=True, author=ADMIN)
    await store.put_entry(law, "ground_withdrawn")
    assert await store.entries() == (ended, law)
    assert "201700023" not in repr(ended)
    lines = (await store.audit_rows())[1:]
    assert [line.act for line in lines] == ["consent_added", "consent_withdrawn", "ground_withdrawn"]
    assert lines[0].detail["data_kinds"] == "phone;health"
    kept = ask(house.state, "SELECT key, sealed FROM setting")
    assert not any(b"201700023" in bytes(sealed) or "201700023" in key for key, sealed in kept)
