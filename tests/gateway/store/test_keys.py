"""Keys: on the disk before they are used, handed out once, gone when erased."""

from datetime import timedelta

import pytest

from gateway.crypto import MasterKey, Sealer
from gateway.errors import Erased, StoreUnavailable
from gateway.store import keys
from gateway.store.keys import KEY_LIFE, REMEMBERED, STOCK, STOCK_AGE, STOCK_LOW, SWEEP_AGE, Keys, MessageKey
from gateway.store.seals import House as Sealers
from tests.support.databases import ask, change
from tests.support.stores import MASTER, NOON, House


@pytest.fixture
def ring(house: House):
    ring = Keys(house.keys_url, Sealers(MASTER).sealer("messages"), house.clock, readers=1)
    yield ring
    ring.close()


def stored(house: House) -> dict[str, tuple]:
    rows = ask(house.keys, "SELECT name, wrapped, confirmed, erased_at FROM message_key")
    return {row[0]: row[1:] for row in rows}


def test_a_key_is_on_the_disk_before_it_is_handed_out(ring: Keys, house: House):
    assert ring.take() is None
    assert ring.low
    ring.refill()
    assert not ring.low
    key = ring.take()
    assert key.name in stored(house)
    assert len(stored(house)) == STOCK
    assert key.key not in stored(house)[key.name][0]


def test_no_key_is_handed_out_twice_and_names_sort_by_time(ring: Keys, house: House):
    ring.refill()
    first = [ring.take() for _ in range(STOCK - STOCK_LOW + 1)]
    assert ring.low
    house.clock.advance(seconds=1)
    ring.refill()
    names = [key.name for key in first] + [ring.take().name for _ in range(STOCK)]
    assert len(set(names)) == len(names)
    assert names == sorted(names)


def test_a_stale_key_is_not_handed_out(ring: Keys, house: House):
    ring.refill()
    house.clock.advance(seconds=STOCK_AGE.total_seconds())
    assert ring.take() is None


def test_the_lives_of_a_key_leave_room_for_each_other():
    assert STOCK_AGE < KEY_LIFE < SWEEP_AGE


def test_a_key_that_waited_too_long_is_refused():
    key = MessageKey("n", bytes(32), NOON)
    key.check(NOON + KEY_LIFE)
    with pytest.raises(StoreUnavailable):
        key.check(NOON + KEY_LIFE + timedelta(seconds=1))


def test_a_key_is_found_from_memory_and_from_the_disk(ring: Keys, house: House):
    ring.refill()
    key = ring.take()
    sealed = ring.remember(key).seal(b"x", b"")
    assert ring.sealer(key.name).open(sealed, b"") == b"x"
    house.clock.advance(seconds=keys.REMEMBER_SECONDS + 1)
    assert ring.sealer(key.name).open(sealed, b"") == b"x"
    with pytest.raises(Erased):
        ring.sealer("unknown")


def test_only_so_many_keys_are_remembered(ring: Keys, house: House):
    for number in range(REMEMBERED + 1):
        ring.remember(MessageKey(f"n{number}", bytes(32), NOON))
    with pytest.raises(Erased):
        ring.sealer("n0")
    assert isinstance(ring.sealer("n1"), Sealer)


def test_many_keys_are_asked_for_in_stretches(ring: Keys, house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keys, "NAMES_MAX", 10)
    ring.refill()
    names = [ring.take().name for _ in range(25)]
    assert set(ring.sealers([*names, "unknown"])) == set(names)


def test_an_erased_key_leaves_a_tombstone_and_is_forgotten_at_once(ring: Keys, house: House):
    ring.refill()
    key = ring.take()
    ring.remember(key)
    ring.erase([key.name, "restored-elsewhere"], NOON)
    with pytest.raises(Erased):
        ring.sealer(key.name)
    rows = stored(house)
    assert rows[key.name][0] is None
    assert rows["restored-elsewhere"][0] is None
    assert rows[key.name][2] == rows["restored-elsewhere"][2] > 0
    ring.erase([key.name], NOON)


def test_another_process_notices_an_erasure_within_a_minute(ring: Keys, house: House):
    ring.refill()
    key = ring.take()
    ring.remember(key)
    change(house.keys, "UPDATE message_key SET wrapped = NULL")
    house.clock.advance(seconds=61)
    with pytest.raises(Erased):
        ring.sealer(key.name)


def test_keys_wrapped_by_another_master_do_not_open(ring: Keys, house: House):
    from gateway.errors import Damaged

    ring.refill()
    key = ring.take()
    other = Keys(house.keys_url, Sealers(MasterKey(bytes(32))).sealer("messages"), house.clock, readers=1)
    try:
        with pytest.raises(Damaged):
            other.sealer(key.name)
    finally:
        other.close()


def test_a_key_shows_nothing_of_itself():
    assert bytes(32).hex() not in repr(MessageKey("n", bytes(32), NOON))
    assert "key=" not in repr(MessageKey("n", bytes(32), NOON))
