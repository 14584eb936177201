"""Keys and seals: one master key, one derived key per purpose, one random key per message.

Promises: everything sealed is AES-256-GCM with a fresh random nonce and the place it belongs to as associated data,
so a value moved to another row does not open. Derivation is HKDF-SHA256 (RFC 5869), so no purpose's key tells about
another's. A digest is always keyed: nobody can test a guess against the database without the master key.
Fails: SealBroken when sealed bytes were changed, cut or moved; ValueError, with a sentence, for a bad key file.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
# NIST SP 800-38D §8.2.2: 96 random bits; a message's key seals some dozens of values, far under the 2**32 allowed.
NONCE_BYTES = 12
TAG_BYTES = 16
# `postwacht` in front, so the same master key used elsewhere would give other keys.
HKDF_SALT = b"postwacht/1"
# Asking the kernel lets go of the interpreter, and another thread takes it: ten times a message, if not by the page.
POOL_BYTES = 4096

Purpose = Literal["messages", "fields", "roster", "index", "links", "audit", "digest", "loop", "accounts"]


class SealBroken(Exception):
    """The sealed bytes do not open: wrong key, wrong place, changed or cut."""


class MasterKey:
    """The one secret of an installation. Only derives; never seals anything itself."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"the master key must be {KEY_BYTES} bytes, this one has {len(secret)}")
        self._secret = secret

    @classmethod
    def from_file(cls, path: Path) -> MasterKey:
        """Read 32 bytes written as base64. ValueError if it is anything else; OSError if it can't be read."""
        try:
            secret = base64.b64decode(path.read_bytes().strip(), validate=True)
        except binascii.Error as exc:
            raise ValueError("the key file does not hold base64") from exc
        return cls(secret)

    def derive(self, purpose: Purpose) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, HKDF_SALT, purpose.encode()).derive(self._secret)

    def __repr__(self) -> str:
        return "MasterKey(...)"


class Sealer:
    """Seals and opens with one key. `place` says where the value belongs and must be the same at opening."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        nonce = random_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as exc:
            raise SealBroken("sealed bytes do not open") from exc

    def seal_at(self, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        """Seal with a counted nonce: the caller promises never to use it twice with this key."""
        return self._cipher.encrypt(nonce, plain, place)

    def open_at(self, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        try:
            return self._cipher.decrypt(nonce, sealed, place)
        except InvalidTag as exc:
            raise SealBroken("sealed bytes do not open") from exc

    def __repr__(self) -> str:
        return "Sealer(...)"


class _Pool(threading.local):
    """Random bytes of one thread, and where the unused ones begin."""

    def __init__(self) -> None:
        self.page = b""
        self.at = 0

    def forget(self) -> None:
        self.page, self.at = b"", 0


_pool = _Pool()
os.register_at_fork(after_in_child=_pool.forget)


def random_bytes(count: int) -> bytes:
    """Return bytes nobody guesses and nobody had before, for nonces, salts and names; keys come from `new_key`."""
    pool = _pool
    start, end = pool.at, pool.at + count
    if end > len(pool.page):
        pool.page = os.urandom(max(POOL_BYTES, count))
        start, end = 0, count
    pool.at = end
    return pool.page[start:end]


def new_key() -> bytes:
    """Return a fresh random key. Straight from the kernel: of an erased key nothing stays in our memory."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, place: bytes) -> bytes:
    """Seal one value; for several with the same key make one Sealer."""
    return Sealer(key).seal(plain, place)


def open_(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Open what `seal` made."""
    return Sealer(key).open(sealed, place)


@lru_cache(16)
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


def blind(key: bytes, text: str) -> bytes:
    """Give the keyed digest (HMAC-SHA256) that stands for a value where only equality is needed."""
    # `hmac.digest` would let go of the interpreter, for a hash of some dozen bytes.
    mac = _keyed(key).copy()
    mac.update(text.encode("utf-8", "surrogatepass"))
    return mac.digest()
