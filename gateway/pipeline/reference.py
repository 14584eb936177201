"""The reference of a case: short enough to read over the phone, random enough that nobody guesses one."""

from __future__ import annotations

from gateway.crypto import random_bytes

# Crockford's base 32: no I, L, O or U, so that it survives handwriting and being read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 60 random bits: among a million cases two are alike with a chance of one in two million; the store refuses one.
LENGTH = 12


def new_reference() -> str:
    """Return a fresh reference such as `7H2K9MQ4TX1C`."""
    number = int.from_bytes(random_bytes(8), "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LENGTH))
