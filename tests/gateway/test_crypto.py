"""Keys and seals."""

import base64
import hmac
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto import (
    KEY_BYTES,
    POOL_BYTES,
    MasterKey,
    SealBroken,
    Sealer,
    blind,
    new_key,
    open_,
    random_bytes,
    seal,
)

MASTER = MasterKey(bytes(KEY_BYTES))


@given(st.binary(max_size=2000), st.binary(max_size=40))
def test_what_is_sealed_opens_with_its_key_and_place(plain: bytes, place: bytes):
    key = new_key()
    sealed = seal(key, plain, place)
    assert open_(key, sealed, place) == plain
    assert plain not in sealed or len(plain) < 4


@given(st.binary(max_size=64), st.data())
def test_one_changed_bit_is_found(plain: bytes, data: st.DataObject):
    sealer = Sealer(bytes(KEY_BYTES))
    sealed = bytearray(sealer.seal(plain, b"here"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        sealer.open(bytes(sealed), b"here")


@given(st.integers(0, 40))
def test_a_cut_seal_is_found(length: int):
    sealer = Sealer(bytes(KEY_BYTES))
    sealed = sealer.seal(b"thirteen byte", b"here")
    with pytest.raises(SealBroken):
        sealer.open(sealed[:length], b"here")


def test_another_key_or_place_does_not_open():
    sealed = Sealer(bytes(KEY_BYTES)).seal(b"x", b"here")
    with pytest.raises(SealBroken):
        Sealer(new_key()).open(sealed, b"here")
    with pytest.raises(SealBroken):
        Sealer(bytes(KEY_BYTES)).open(sealed, b"there")


def test_a_counted_nonce_seals_and_opens_only_at_its_number():
    sealer = Sealer(new_key())
    first, second = bytes(12), bytes(11) + b"\x01"
    sealed = sealer.seal_at(first, b"piece", b"here")
    assert sealer.open_at(first, sealed, b"here") == b"piece"
    with pytest.raises(SealBroken):
        sealer.open_at(second, sealed, b"here")


def test_the_same_text_is_never_sealed_the_same():
    sealer = Sealer(new_key())
    assert len({sealer.seal(b"x", b"here") for _ in range(100)}) == 100


def test_every_purpose_has_a_key_of_its_own():
    purposes = ("messages", "fields", "roster", "index", "links", "audit", "digest", "loop")
    keys = {MASTER.derive(purpose) for purpose in purposes}
    assert len(keys) == len(purposes)
    assert MASTER.derive("links") == MASTER.derive("links")
    assert MASTER.derive("links") != MasterKey(new_key()).derive("links")


def test_a_derived_key_stays_what_it_was():
    """Whoever changes the derivation makes every stored message unreadable: this test is the warning."""
    assert MASTER.derive("messages").hex() == "620a0020b0d8d42468f6bc3d8abca939ffa07ea722494ae8bbad0e54f5ab7146"


def test_a_key_file_holds_32_bytes_in_base64(tmp_path: Path):
    path = tmp_path / "key"
    path.write_bytes(base64.b64encode(bytes(KEY_BYTES)) + b"\n")
    assert MasterKey.from_file(path).derive("index") == MASTER.derive("index")
    path.write_bytes(base64.b64encode(bytes(31)))
    with pytest.raises(ValueError, match="must be 32 bytes, this one has 31"):
        MasterKey.from_file(path)
    path.write_bytes(b"not base64!")
    with pytest.raises(ValueError, match="does not hold base64"):
        MasterKey.from_file(path)


def test_no_key_shows_itself():
    secret = new_key()
    shown = repr(MasterKey(secret)) + repr(Sealer(secret))
    assert secret.hex() not in shown
    assert repr(secret) not in shown
    assert shown == "MasterKey(...)Sealer(...)"


@given(st.text(max_size=40), st.text(max_size=40))
def test_blind_digests_are_equal_exactly_for_equal_texts(one: str, two: str):
    key = bytes(KEY_BYTES)
    assert (blind(key, one) == blind(key, two)) == (one == two)
    assert blind(key, one) != blind(new_key(), one)


def test_text_that_is_no_valid_unicode_has_a_digest_too():
    assert len(blind(bytes(KEY_BYTES), "\udc80")) == 32


def test_random_bytes_are_never_given_twice_in_no_thread():
    given_out: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: given_out.extend(random_bytes(12) for _ in range(2000))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given_out)) == len(given_out) == 8000
    assert {len(one) for one in given_out} == {12}


def test_more_than_a_page_of_random_bytes_can_be_had():
    assert len(random_bytes(3 * POOL_BYTES)) == 3 * POOL_BYTES


def test_a_child_does_not_go_on_with_its_parent_s_random_bytes():
    random_bytes(12)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # pragma: no cover - another process
        os.write(writing, random_bytes(12))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 12)
    os.close(reading)
    os.close(writing)
    assert len(theirs) == 12
    assert theirs != random_bytes(12)


def test_a_digest_is_the_hmac_of_its_text():
    assert blind(b"k" * 32, "jan") == hmac.digest(b"k" * 32, b"jan", "sha256")
