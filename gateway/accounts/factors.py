"""Passwords and second factors: argon2, one-time codes by time (RFC 6238), spare codes.

Promises: hashing runs beside the loop, two at a time at most; an unknown account costs the time of a known one. A code
counts for its own half minute and the one before and after. Spare codes have 80 bits, and are kept as keyed digests.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import argon2
import pyotp

PASSWORD_MIN: Final = 12  # NIST SP 800-63B-4 asks 15 for a password alone, 8 beside a second factor
PASSWORD_MAX: Final = 200
STEP_SECONDS: Final = 30
SPARE_CODES: Final = 10
SPARE_BYTES: Final = 10
_ISSUER: Final = "Postwacht"
_HASHER: Final = argon2.PasswordHasher()


@dataclass(slots=True)
class Passwords:
    """Hashes and checks."""

    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    _nobody: str = ""

    async def check(self, hashed: str, password: str) -> bool:
        """Whether this is the password; `hashed` is "" for nobody, which takes as long and is never right."""
        async with self._turns:
            return await asyncio.to_thread(self._check, hashed, password)

    async def make(self, password: str) -> str:
        """Hash a new password."""
        async with self._turns:
            return await asyncio.to_thread(_HASHER.hash, password)

    def _check(self, hashed: str, password: str) -> bool:
        if not self._nobody:
            self._nobody = _HASHER.hash(os.urandom(16).hex())
        try:
            return _HASHER.verify(hashed or self._nobody, password) and bool(hashed)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def new_secret() -> str:
    """A secret for somebody's authenticator, in base32."""
    return pyotp.random_base32()


def address(secret: str, account: str, school: str) -> str:
    """What the picture an authenticator reads says (the otpauth scheme)."""
    name = f"{_ISSUER} {school}".strip().replace(":", " ")
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=name)


def step_of(secret: str, code: str, now: datetime) -> int:
    """Which half minute a code is of; 0 if of none near this moment."""
    digits = "".join(code.split())
    if not secret or not (digits.isascii() and digits.isdecimal()):
        return 0
    this = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = 0
    for step in (this - 1, this, this + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), digits):
            found = step
    return found


def new_spare_codes() -> tuple[str, ...]:
    """Codes for the day the telephone is gone, as people write them down: four groups of four."""
    codes = (base64.b32encode(secrets.token_bytes(SPARE_BYTES)).decode("ascii") for _ in range(SPARE_CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes)


def spare_digest(key: bytes, code: str) -> str:
    """What is kept of a spare code."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hmac.digest(key, b"spare code\0" + plain.encode("utf-8"), "sha256").hex()
