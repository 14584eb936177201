"""Masking: what may be shown and logged of a value that is private.

Promises: total; an address keeps the first letter of its local part and of its domain and the last label, a number
keeps its first and last digits, a word its first letter. No control character survives: a mask can't forge a log line.
"""

from __future__ import annotations

import re

WORD = re.compile(r"\S+")
DIGITS_SHOWN_OF_A_PHONE = (4, 2)
# Fewer digits may be shown of short or self-checking numbers: six digits of a BSN and its check sum leave nine people.
DIGITS_SHOWN = (2, 1)
PHONE_DIGITS_MIN = 9
BULLET = "•"


def mask(value: str) -> str:
    """`l***@z***.example`, `06-12••••78`, `N***`."""
    printable = "".join(letter if letter.isprintable() else " " for letter in value)
    if "@" not in printable and any(letter.isdigit() for letter in printable):
        return _mask_digits(printable.strip())
    return " ".join(_mask_word(word) for word in WORD.findall(printable))


def _mask_word(word: str) -> str:
    local, at, domain = word.rpartition("@")
    if not at:
        return _first(word)
    first, dot, last = domain.rpartition(".")
    last = last.rstrip(">)];,.'\"")
    return f"{_first(local)}@{_first(first)}.{last}" if dot and last.isalpha() else f"{_first(local)}@***"


def _first(word: str) -> str:
    letter = next((letter for letter in word if letter.isalnum()), "")
    return f"{letter}***"


def _mask_digits(value: str) -> str:
    total = sum(letter.isdigit() for letter in value)
    phone = value[:1] in {"0", "+", "("} and total >= PHONE_DIGITS_MIN
    head, tail = DIGITS_SHOWN_OF_A_PHONE if phone else DIGITS_SHOWN
    if total <= head + tail:
        head, tail = 0, 0
    out, seen, word_open = [], 0, False
    for letter in value:
        if letter.isdigit():
            out.append(letter if seen < head or seen >= total - tail else BULLET)
            seen += 1
            word_open = True
        elif letter.isalpha():
            out.append(BULLET if word_open else letter)
            word_open = True
        else:
            # Separators among hidden digits would show how the number is grouped; they add nothing to recognition.
            out.append(letter if seen <= head or seen >= total - tail else "")
            word_open = False
    return "".join(out)
