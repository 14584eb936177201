"""Keys and seals."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto import KEY_BYTES, MasterKey, SealBroken, Sealer, blind, new_key, open_, seal

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
