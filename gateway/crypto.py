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

Purpose = Literal["messages", "fields", "roster", "index", "links", "audit", "digest", "loop"]


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
        nonce = os.urandom(NONCE_BYTES)
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


def new_key() -> bytes:
    """Return a fresh random key."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, place: bytes) -> bytes:
    """Seal one value; for several with the same key make one Sealer."""
    return Sealer(key).seal(plain, place)


def open_(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Open what `seal` made."""
    return Sealer(key).open(sealed, place)


def blind(key: bytes, text: str) -> bytes:
    """Give the keyed digest (HMAC-SHA256) that stands for a value where only equality is needed."""
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")
